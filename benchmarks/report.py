"""The figures as a Markdown table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NAMES = {
    "screen": "**`screen`**: the level, every rule that fires, the reasons in words",
    "level alone": "the same engine, the level alone",
    "zen-engine": "zen-engine (Rust), the level alone",
    "business-rules": "business-rules (Python), the level alone",
}


def markdown(figures: Mapping[str, Any]) -> str:
    known = figures["knowledge"]
    lines = [
        f"Knowledge {known['version']}: {known['rules']} rules, {known['causes']} causes, {known['findings']} findings. "
        f"{figures['machine']}. Seed {figures['seed']}.",
        "",
        *_calls(figures["calls"]),
        "",
        *_engines(figures["engines"]),
        "",
        *_stream(figures["stream"]),
        "",
        *_pages(figures["pages"]),
    ]
    return "\n".join(lines) + "\n"


def _calls(calls: Mapping[str, Any]) -> list[str]:
    rows = [
        f"| `{name}` | {took['median']:.0f} | {took['p99']:.0f} | {took['calls']} |"
        for name, took in calls.items()
    ]
    return ["| call | median, µs | 99th percentile, µs | calls |", "|---|---|---|---|", *rows]


def _engines(engines: Mapping[str, Any]) -> list[str]:
    rows = [
        f"| {NAMES.get(name, name)} | {took:.0f} | {engines['ratios'][name]:.2f} |"
        for name, took in engines["microseconds"].items()
    ]
    return [
        f"{engines['rules']} rules on {engines['sets']} certain answer sets ({_shares(engines['levels'])}); "
        f"all give the same level. Median of {engines['rounds']} rounds in turns.",
        "",
        "| engine | µs a set | times `screen` |",
        "|---|---|---|",
        *rows,
    ]


def _pages(pages: Mapping[str, Any]) -> list[str]:
    rows = [
        f"| {name} | {took['without']:.0f} | {took['with']:.0f} | {took['ratio']:.2f} |"
        for name, took in pages.items()
    ]
    return [
        "| page or list | without, ms | with the note of who looked, ms | times |",
        "|---|---|---|---|",
        *rows,
    ]


def _stream(stream: Mapping[str, Any]) -> list[str]:
    return [
        f"**{stream['per_second']:.0f} assessments a second** on one core, over {stream['sets']} random answer sets "
        f"({_shares(stream['levels'])})."
    ]


def _shares(levels: Mapping[str, int]) -> str:
    total = sum(levels.values())
    return ", ".join(f"{level} {100 * count / total:.0f} %" for level, count in levels.items())
