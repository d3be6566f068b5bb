"""Who gets what at which address: every address has its row, and a new one without a row fails.

To add an address, add a file to `tests/access/parts/` (or a line to the one that it belongs to). Every file there is
found by itself; nothing else is edited. In it, all optional:

    ROWS = \"\"\"                              method, name, and the status for each role, in the order of the head
                          anon athlete mate coach foreign clinician token
    GET  desk:thing       302  404     404  200   404     200       302
    \"\"\"
    ABOUT = {"desk:thing": "thing"}         the object of the cast whose key stands in the address
    ARGS = {"desk:thing": ["week"]}         what comes after that key; a function is asked: `lambda cast: cast["run"].pk`
    ADDRESSES = {"join": lambda cast: …}    an address that is made in another way
    def bodies(cast): return {"desk:thing": {"text": "…"}}      what one would send there (form fields; JSON for `api:`)
    def objects(cast): return {"thing": …}  what the cast has beside what cast.py makes: one, about `cast["athlete"]`

Two things hold for everything in `objects`: it is made once for each of seven athletes, some of them in one squad, so that
nothing in it may have to be the only one of its kind; and whose it is follows from its foreign keys (`World.label_of`).

test_rows.py asks the rows as they stand; test_generated.py multiplies them: every address × method × role × thing × channel
(combos.py), the code by rules.py, canaries and whose is what by world.py. test_planted.py shows that it notices. Words that people
type into a new column are planted in `TEXTS` of world.py, or named in `NOT_TYPED`; a test says so.

The rows are about objects of one athlete. `mate` runs in the same squad, `foreign` coaches in another club, `token`
is a program with the coach's token and no cookie. 302 at `anon` is the way to the log-in. Whoever may not see
a thing gets 404, as if it were not there; 403 is for what one sees but may not do.
"""
