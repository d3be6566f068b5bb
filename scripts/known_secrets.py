"""Secrets that a scan of git's history found and nobody has looked at: `known_secrets.py FOUND BASELINE SCANNED`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

# Everything in a history looks random somewhere: hashes of commits, of files, of cases.
TELLING_NOTHING = {"Hex High Entropy String", "Base64 High Entropy String"}

LOOKED_AT = {
    "ee977806d7286510da8b9a7492ba58e2484c0ecc": "an example of an address in a help text, of before"
}


def hashes(file: str) -> dict[str, tuple[str, int]]:
    found = json.loads(Path(file).read_text())["results"]
    return {
        one["hashed_secret"]: (one["type"], one["line_number"])
        for those in found.values()
        for one in those
        if one["type"] not in TELLING_NOTHING
    }


def main(found: str, baseline: str, scanned: str) -> int:
    lines = Path(scanned).read_text(errors="replace").splitlines()
    known = hashes(baseline)
    unknown = {
        key: where
        for key, where in hashes(found).items()
        if key not in known and key not in LOOKED_AT
    }
    for kind, line in unknown.values():
        print(f"{kind}: {lines[line - 1][:120]}")
    print(f"{len(hashes(found))} in the history, {len(unknown)} that nobody has looked at")
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
