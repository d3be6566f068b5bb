"""What must come back, worked out from the hand-written rows and the few rules below.

A person's column is the row's own for what is theirs to see; for all else it is that of a stranger of the same kind: `mate`
for who comes as an athlete, `foreign` for who comes from a desk. Where a rule allows more than one answer it says why.
"""

from __future__ import annotations

from athletes.scopes import allows
from tests.access.schema import scopes_needed
from tests.access.targets import ADMIN, ROWS, asks_nobody
from tests.access.world import Role

Codes = frozenset[int]
OWN, OTHER, NOTHING = (
    "own",
    "other",
    "nothing",
)  # the thing that an address is about: theirs, not theirs, no such
READS, WRITES = ("GET", "HEAD", "OPTIONS"), ("POST", "PUT", "PATCH", "DELETE")
METHODS = (*READS, *WRITES)
DONE: Codes = frozenset({200, 201, 202, 204, 302})
REFUSED: Codes = frozenset({302, 400, 401, 403, 404, 405})
# Somebody who may, with a body that this thing as it stands does not take.
NOT_NOW: Codes = frozenset({400, 403, 409, 412, 415, 422})
BY_ROW: dict[tuple[str, str], dict[str, int]] = {(m, n): codes for m, n, codes in ROWS}

# django-allauth's own forms take what is posted; the rows hold that their pages are there, its tests the rest.
OF_ALLAUTH = ("account", "mfa_", "idp:")
# Their codes hang on what is in the session or on what was done before, and not on whose anything is.
BY_STATE: dict[str, str] = {
    "readyz": "it says which part stands still",
    "api:login": "it is about the e-mail address in the body",
    "api:logout": "without a token there is nothing to end",
    "idp:oidc:userinfo": "it is for apps' tokens alone",
    "api:invitation-look": "it is about the link in the body",
    "api:invitation-take-up": "it is about the link in the body",
    "api:me": "an app is told by its own scopes",
}
# Who has the link is told who invites, and where to.
BY_LINK: dict[str, frozenset[str]] = dict.fromkeys(
    ("join", "api:invitation-look", "api:invitation-take-up"), frozenset({"User", "Squad", "Club"})
) | {
    "join": frozenset({"User", "Squad", "Club", "Invitation"}),  # and for which address it is
    "check_in_by_link": frozenset({"User", "Squad", "Club", "Athlete"}),
}


def column(role: Role, name: str, relation: str, *, is_shared: bool = False) -> set[str]:
    """In which columns of the row the code may stand. `is_shared`: by a whole squad or club, so that the mate sees it."""
    is_api = name.startswith("api:")
    if role.kind == "anon":
        return {"anon"}
    if role.kind == "token" and not is_api:
        return {"token"}
    if relation == OTHER:
        is_runner = role.kind in ("athlete", "guardian")
        return {"mate"} if is_runner and not is_shared else {"foreign"}
    if relation == OWN:
        return {"owner": {"coach"}, "guardian": {"athlete"}}.get(role.kind, {role.kind})
    return {
        "athlete": {"athlete", "mate"},
        "guardian": {"athlete", "mate"},
        "coach": {"coach", "foreign"},
        "foreign": {"foreign", "athlete"},  # leads nobody any more: no desk
        "owner": {"coach", "foreign"},
        "clinician": {"clinician"},
        "token": {"token"},
    }[role.kind]


def expected(
    role: Role,
    method: str,
    name: str,
    relation: str,
    *,
    is_shared: bool = False,
    is_status_only: bool = False,
) -> Codes | None:
    """The codes that are right; None where no row and no rule says anything about this address and method."""
    if name.startswith(ADMIN):
        return frozenset({302, 403, 404, 405})  # staff only, and nobody here is
    asked = "GET" if method == "HEAD" else method
    is_api = name.startswith("api:")
    row = BY_ROW.get((asked, name))
    if row is None:
        return _without_row(method, name, is_api=is_api)
    codes = {row[which] for which in column(role, name, relation, is_shared=is_shared)}
    if method == "HEAD" and not is_api:
        codes |= {405}
    if role.name in ("expired token", "revoked token") and is_api and name not in asks_nobody():
        codes = {401}
    if name == "readyz":
        codes |= {503}
    if relation in (OWN, NOTHING):
        codes |= _more(role, method, name, codes)
    if is_status_only and role.kind in ("coach", "owner"):
        codes |= {403}  # what cannot be shown in part is refused
    if relation == OTHER and is_shared and row["coach"] >= 400:
        codes |= {
            row["coach"]
        }  # one may see that a club has such a thing, and is refused either way
    if is_api and role.scopes and not _is_good_for(role, asked, name):
        codes = {403}  # the scope is looked at first
    return frozenset(codes)


def _is_good_for(role: Role, method: str, name: str) -> bool:
    """Whether a token has the scope that the schema names."""
    needed = scopes_needed().get((method, name), ())
    return all(allows(sorted(role.scopes or ()), scope) for scope in needed)


def _more(role: Role, method: str, name: str, codes: set[int]) -> set[int]:
    if role.kind == "guardian" or name in BY_STATE:
        return set(DONE | NOT_NOW | {401, 404})
    if role.kind == "owner":
        # The rows have no column of theirs: they may what coaches may, and run the club.
        return set(DONE | NOT_NOW | {404}) - (set() if codes & {404, 403} else {404})
    if role.kind in ("athlete", "coach", "clinician", "foreign", "token") and codes & DONE:
        # Of other things than the one that the rows are about, some stand so that it cannot be done (again).
        return set(NOT_NOW) if method in WRITES else set()
    return set()


def _without_row(method: str, name: str, *, is_api: bool) -> Codes | None:
    is_read = method in ("HEAD", "OPTIONS", "GET")
    if is_api or is_read:
        return REFUSED | frozenset({200} if method == "OPTIONS" else ())
    if name.startswith(OF_ALLAUTH) and method == "POST":
        return DONE | NOT_NOW | {401, 404, 405, 429}
    if method in ("PUT", "PATCH", "DELETE"):
        as_read = BY_ROW.get(
            ("GET", name), {}
        ).values()  # a page that looks only for POST answers as to a GET
        # allauth's own pages have no rows for what they never look at: they answer as to a read, and write nothing.
        of_allauth = {200} if name.startswith(OF_ALLAUTH) else set()
        return REFUSED | frozenset(as_read) | of_allauth
    return REFUSED


def is_uncovered(method: str, name: str, code: int, *, wrote: bool) -> bool:
    """An address takes a method that no row says anything about."""
    if method in READS or (method, name) in BY_ROW or name.startswith((ADMIN, *OF_ALLAUTH)):
        return False
    # A page that does not look at the method answers as to a GET; who is not logged in is led to the log-in.
    as_read = {*BY_ROW.get(("GET", name), {}).values(), 302} - {405}
    return wrote or (code in DONE and code not in as_read)
