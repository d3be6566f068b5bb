"""What pip-audit found, in words: `audited.py FILE JSON STDERR`. Fails on a known fault, or where it looked and missed some.

Where no advisory source is reached nothing was looked at: that is said, and is no "nothing found".
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main(file: str, told: str, why: str) -> int:
    text = Path(told).read_text()
    if not text.strip():
        reason = (Path(why).read_text().strip().splitlines() or ["no answer"])[-1]
        print(f"{file}: NOT LOOKED AT, no advisory source was reached ({reason[:160]})")
        return 0
    found = json.loads(text)["dependencies"]
    skipped = [one["name"] for one in found if "skip_reason" in one]
    if len(skipped) == len(found):
        print(f"{file}: NOT LOOKED AT, the advisory source knows none of {len(found)} packages")
        return 0
    faults = [(one["name"], fault["id"]) for one in found for fault in one.get("vulns", [])]
    for name, fault in faults:
        print(f"{file}: {name}: {fault}")
    for name in skipped:
        print(f"{file}: {name}: not looked at")
    if not faults and not skipped:
        print(f"{file}: {len(found)} packages, no known fault")
    return 1 if faults or skipped else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
