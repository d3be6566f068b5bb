"""`make bench`: prints a table, and writes it with all figures as JSON."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks import measuring
from benchmarks.answer_sets import answer_sets
from benchmarks.report import markdown
from benchmarks.translated import translated
from benchmarks.with_business_rules import judge_with_business_rules
from benchmarks.with_zen import judge_with_zen
from guidance import Answers, Disposition, next_question, screen
from guidance.compiled import compiled
from guidance.dangers import highest, raised
from guidance.loader import knowledge
from guidance.schema import Knowledge


def main() -> None:
    asked = _arguments()
    base = knowledge()
    figures: dict[str, Any] = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "knowledge": {
            "version": base.version,
            "rules": len(base.rules),
            "causes": len(base.causes),
            "findings": len(base.findings),
        },
        "seed": asked.seed,
        "calls": _calls(asked),
        "engines": _engines(asked),
        "stream": _stream(asked),
        "pages": _pages(asked),
    }
    table = markdown(figures)
    sys.stdout.write(table)
    asked.out.mkdir(parents=True, exist_ok=True)
    (asked.out / "bench.json").write_text(json.dumps(figures, indent=2) + "\n")
    (asked.out / "bench.md").write_text(table)
    _say(f"Written to {asked.out}/bench.json and bench.md")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--sets", type=int, default=1_000_000, help="answer sets that are assessed")
    parser.add_argument(
        "--quick", action="store_true", help="a hundredth of everything, for trying"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("var/bench"))
    asked = parser.parse_args()
    asked.sets = asked.sets // 100 if asked.quick else asked.sets
    asked.sample = 200 if asked.quick else 5000
    asked.rounds = 3 if asked.quick else 9
    asked.page_rounds = 5 if asked.quick else 60
    return asked


def _calls(asked: argparse.Namespace) -> dict[str, Any]:
    """Each call by itself, on sets as they are in the middle of an interview."""
    sets = list(islice(answer_sets(knowledge(), asked.seed), asked.sample))
    calls: dict[str, Callable[[Answers], object]] = {
        "screen": screen,
        "assess": measuring.judged,
        "next_question": next_question,
    }
    found = {}
    for name, call in calls.items():
        _say(f"{name}: {len(sets)} calls")
        found[name] = vars_of(measuring.time_calls(call, sets))
    return found


def _engines(asked: argparse.Namespace) -> dict[str, Any]:
    """The same rules and the same answers, judged by all in turns; first of all: do they agree?"""
    base = knowledge()
    rules = translated(base)
    sets = list(islice(answer_sets(base, asked.seed, certain=True), asked.sample))
    told = [answers.as_dict() for answers in sets]
    zen, business = judge_with_zen(rules), judge_with_business_rules(rules)
    ours = [str(screen(answers).disposition) for answers in sets]
    for name, judge in (("zen-engine", zen), ("business-rules", business)):
        theirs = [judge(each) or "self_care" for each in told]
        if theirs != ours:
            sys.exit(f"{name} does not judge these rules as we do: nothing to compare.")
    took = measuring.time_in_turns(
        {
            "screen": lambda place: screen(sets[place]),
            "level alone": lambda place: _level_alone(base, sets[place]),
            "zen-engine": lambda place: zen(told[place]),
            "business-rules": lambda place: business(told[place]),
        },
        range(len(sets)),
        asked.rounds,
        _say,
    )
    return {
        "sets": len(sets),
        "rules": len(rules.rules),
        "rounds": asked.rounds,
        "levels": {level: ours.count(level) for level in sorted(set(ours))},
        "microseconds": took,
        "ratios": {name: took[name] / took["screen"] for name in took},
    }


def _level_alone(base: Knowledge, answers: Answers) -> Disposition:
    """What the other engines give: how soon, without which rules and why."""
    rules = compiled(base)
    return highest(raised(rules.rules, rules.bits.read(answers.values_by_finding)))


def _stream(asked: argparse.Namespace) -> dict[str, Any]:
    stream = measuring.time_stream(answer_sets(knowledge(), asked.seed), asked.sets, _say)
    return {**vars_of(stream), "per_second": stream.per_second}


def _pages(asked: argparse.Namespace) -> dict[str, Any]:
    """In a process of its own: the rest of this one knows no database."""
    _say(f"pages: {asked.page_rounds} rounds of each")
    words = [sys.executable, "-m", "benchmarks.pages", "--rounds", str(asked.page_rounds)]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def vars_of(made: measuring.Calls | measuring.Stream) -> dict[str, Any]:
    return dict(vars(made))


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    main()
