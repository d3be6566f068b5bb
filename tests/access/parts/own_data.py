"""One's own data: file, erasing, the page about privacy."""

from __future__ import annotations

ROWS = """
                                     anon athlete mate coach foreign clinician token
GET  api:export-list                 401  200     200  200   200     200       200
POST api:export-list                 401  202     202  202   202     202       202
GET  api:export-detail               401  200     404  404   404     404       404
GET  api:export-file                 401  200     404  404   404     404       404
GET  privacy                         200  200     200  200   200     200       200
GET  own_data                        302  200     200  200   200     200       302
POST own_data_ask                    302  302     302  302   302     302       302
GET  own_data_file                   302  302     302  302   302     302       302
GET  erase_account                   302  302     302  302   302     302       302
POST erase_account                   302  302     302  302   302     302       302
GET  erase_child                     302  302     302  302   302     302       302
POST erase_child                     302  302     302  302   302     302       302
"""

ABOUT = {
    "api:export-detail": "export",
    "api:export-file": "export",
    "own_data_file": "export",
    "erase_child": "athlete",
}
