"""How a value stands in a CSV file for a spreadsheet: the same wherever one is written.

UTF-8 with a byte order mark, because Excel reads names as gibberish without one and every other program skips it. Commas, CRLF (RFC 4180), the
point as decimal mark, ISO dates and English heads with their units whatever the language: a file is read by programs.
"""

from __future__ import annotations

from datetime import date, datetime

BYTE_ORDER_MARK = "\ufeff"
# What a spreadsheet takes for a formula when a cell begins with it (OWASP: CSV injection), also in its wide form.
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def cell(value: object) -> str:
    """As it stands in the file. A text can never begin a formula; a number may be negative; not known is empty."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:g}" if isinstance(value, float) else str(value)
    text = str(value)
    return f"'{text}" if text.lstrip(" ").startswith(STARTS_A_FORMULA) else text
