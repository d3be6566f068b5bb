"""`make contract`: schemathesis over the whole schema as three roles, on both databases; then the generated clients.

scripts/contract [--quick] [--role ROLE] [--database sqlite|postgres|both]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import product
from pathlib import Path
from typing import Any

import requests

from tests.databases import PostgresServer
from tests.programs import ROOT
from tests.stack import Stack, running_stack

HERE = ROOT / "tests" / "contract"
DOCS = ROOT / "docs" / "contract.md"
BEGIN, END = "<!-- contract: made by `make contract` -->", "<!-- /contract -->"
EXAMPLES, QUICK_EXAMPLES = 75, 2
CHAINED_S = 150  # of one request after the other, each with what the one before it gave
LONGEST_S = 4 * 60 * 60
DATABASES = ["sqlite", "postgres"]
# Of the demo club: who runs, who coaches, and who is made its owner beside the first.
ROLES = {"athlete": "athlete@demo.test", "coach": "coach2@demo.test", "owner": "coach@demo.test"}

TOKENS = """
from athletes.models import User
from athletes.scopes import ALL
from athletes.services import tokens
import json
user = User.objects.get(email={email!r})
print(json.dumps([tokens.issue(by=user, scopes=ALL).secret for _ in range(200)]))
"""


def main() -> int:
    options = parse()
    kinds = DATABASES if options.database == "both" else [options.database]
    roles = [options.role] if options.role else list(ROLES)
    rows = [ask_as(role, kind, options.quick) for kind in kinds for role in roles]
    print(table(rows))
    if not options.quick:
        write(rows)
    tests = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(HERE)]
    clients = subprocess.run(tests, cwd=ROOT, check=False).returncode
    return 1 if clients or any(row["failures"] for row in rows) else 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="some hundred requests a role")
    parser.add_argument("--role", choices=list(ROLES), default="")
    parser.add_argument("--database", choices=["sqlite", "postgres", "both"], default="sqlite")
    return parser.parse_args()


def ask_as(role: str, kind: str, quick: bool) -> dict[str, Any]:
    """What one role is told, each request by itself, then one after the other."""
    alone = "examples,fuzzing" if quick else "examples,coverage,fuzzing"
    examples = str(QUICK_EXAMPLES if quick else EXAMPLES)
    runs = [on_a_site_of_its_own(role, kind, alone, "-n", examples)]
    if not quick:
        chained = on_a_site_of_its_own(role, kind, "stateful", "--max-time", str(CHAINED_S))
        runs.append(chained)
    return {
        "database": kind,
        "role": role,
        "operations": runs[0]["operations"],
        **{name: sum(run[name] for run in runs) for name in runs[0] if name != "operations"},
        "of them chained": 0 if quick else runs[1]["requests"],
    }


def on_a_site_of_its_own(role: str, kind: str, phases: str, *how_long: str) -> dict[str, int]:
    """What was done on another, such as ending one's own role, is in nobody's way."""
    with ExitStack() as ending:
        server = None
        if kind == "postgres":
            server = PostgresServer().start_and_wait()
            ending.callback(server.close)
        stack = ending.enter_context(running_stack(server=server, started=False))
        stack.manage("load_demo", timeout=600)
        stack.start()
        told = stack.folder / "told.json"
        tokens = json.loads(stack.run_python(TOKENS.format(email=ROLES[role]), timeout=300))
        told.write_text(json.dumps({"tokens": tokens[1:], "ids": ids_seen(stack, tokens[0])}))
        return schemathesis(stack, told, phases, *how_long)


def schemathesis(stack: Stack, told: Path, phases: str, *how_long: str) -> dict[str, int]:
    """One run, in figures."""
    report, events = (stack.folder / f"{phases}.{kind}" for kind in ("json", "ndjson"))
    words = [str(Path(sys.executable).parent / "st"), "--config-file", HERE / "schemathesis.toml"]
    words += ["run", f"{stack.url}/api/v1/schema/", "--phases", phases, *how_long]
    words += ["--seed", "1", "--no-color", "--no-shrink", "-w", 2, "--generation-database", "none"]
    words += ["--report", "json,ndjson"]
    words += ["--report-json-path", report, "--report-ndjson-path", events]
    env = {
        **os.environ,
        "NIGGLE_CONTRACT": str(told),
        "SCHEMATHESIS_HOOKS": "tests.contract.hooks",
        "PYTHONPATH": str(ROOT),
    }
    subprocess.run([str(w) for w in words], cwd=ROOT, env=env, check=False, timeout=LONGEST_S)
    summary = json.loads(report.read_text())
    codes = list(statuses(events))
    return {
        "operations": summary["operations"]["tested"],
        "requests": len(codes),
        "done": sum(code < 300 for code in codes),
        "server errors": sum(code >= 500 for code in codes),
        "failures": summary["test_cases"]["unique_failures"] + summary["test_cases"]["errored"],
    }


def ids_seen(stack: Stack, token: str) -> dict[str, list[str]]:
    """What the role finds in each list, so that the requests are about something that is there."""

    asking = requests.Session()
    asking.trust_env = False
    asking.headers.update({"Authorization": f"Bearer {token}", "Accept": "application/json"})
    form = "application/vnd.oai.openapi+json"
    schema = asking.get(f"{stack.url}/api/v1/schema/", headers={"Accept": form}, timeout=120).json()
    found: dict[str, list[str]] = {}
    for path, methods in schema["paths"].items():
        if "get" not in methods or "{" in path:
            continue
        answer = asking.get(stack.url + path, timeout=60)
        if "json" in answer.headers.get("Content-Type", ""):
            rows = answer.json().get("results") or []
            found[path.removeprefix("/api/v1/").strip("/")] = [
                row["id"] for row in rows if isinstance(row, dict) and "id" in row
            ]
    return found


def statuses(events: Path) -> Iterator[int]:
    with events.open() as lines:
        for line in lines:
            for event in json.loads(line).values():
                recorder = event.get("recorder") if isinstance(event, dict) else None
                for sent in (recorder or {}).get("interactions", {}).values():
                    if answer := sent.get("response"):
                        yield int(answer["status_code"])


def table(rows: list[dict[str, Any]]) -> str:
    names = list(rows[0])
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    lines += ["| " + " | ".join(str(row[name]) for name in names) + " |" for row in rows]
    return "\n".join(lines)


def write(rows: list[dict[str, Any]]) -> None:
    """Into the table; a row of another role or database, from a run before, stays."""
    before, _, rest = DOCS.read_text().partition(BEGIN)
    lines, _, after = rest.partition(END)
    known = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines.splitlines()]
    names = list(rows[0])
    old = [dict(zip(names, cells, strict=True)) for cells in known if len(cells) == len(names)]
    kept = {(row["database"], row["role"]): row for row in (*old, *rows)}
    wanted = [kept[key] for key in product(DATABASES, ROLES) if key in kept]
    DOCS.write_text(f"{before}{BEGIN}\n{table(wanted)}\n{END}{after}")


if __name__ == "__main__":
    sys.exit(main())
