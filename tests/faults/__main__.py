"""`make faults`: every fault at full length, on both databases; figures printed, kept and put into docs/reliability.md.

scripts/faults [--quick] [--only NAME] [--database sqlite|postgres|both] [--planted]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

from tests.faults import planted, report
from tests.programs import ROOT

FOLDER = ROOT / "tests" / "faults"


def main() -> int:
    options = parse()
    if options.planted:
        return planted.run_all(options.only)
    files = sorted(FOLDER.glob(f"test_*{options.only.replace('-', '_')}*.py"))
    if not files:
        sys.exit(f"no test in {FOLDER} has {options.only!r} in its name")
    failed = [kind for kind in databases(options.database) if run(kind, options.quick, files)]
    report.write()
    print(report.table())
    return 1 if failed else 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of it, for a first look")
    parser.add_argument("--only", default="", help="a part of a test file's name: redis")
    parser.add_argument("--database", choices=["sqlite", "postgres", "both"], default="both")
    parser.add_argument(
        "--planted",
        action="store_true",
        help="show that each test fails where the fault is planted",
    )
    return parser.parse_args()


def databases(wanted: str) -> list[str]:
    return ["sqlite", "postgres"] if wanted == "both" else [wanted]


def run(kind: str, quick: bool, files: list) -> int:
    """One after the other: these measure, and nothing else should run beside them."""
    words = [sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", *map(str, files)]
    env = {**os.environ, "NIGGLE_FAULTS": "quick" if quick else "full"}
    if kind == "sqlite":
        env.pop("DATABASE_URL", None)
    elif "DATABASE_URL" not in env:
        words = [sys.executable, str(ROOT / "tests" / "postgres.py"), *words]
    return subprocess.run(words, cwd=ROOT, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
