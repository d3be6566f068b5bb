"""Times calls: each by itself, a long stream of them, and several judges in turns."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from time import perf_counter, perf_counter_ns

from guidance import Answers, Assessment, History, assess

NOW = datetime(2026, 5, 20, 9, tzinfo=UTC)
CHUNK = 1000

Say = Callable[[str], None]


@dataclass(frozen=True)
class Calls:
    """What one call takes, in microseconds."""

    calls: int
    median: float
    p99: float


@dataclass(frozen=True)
class Stream:
    """Assessments one after the other on one core."""

    sets: int
    seconds: float
    levels: Mapping[str, int]

    @property
    def per_second(self) -> float:
        return self.sets / self.seconds


def time_calls(call: Callable[[Answers], object], sets: Sequence[Answers]) -> Calls:
    """Every call by itself, after one round to warm up."""
    for answers in sets:
        call(answers)
    took = []
    for answers in sets:
        start = perf_counter_ns()
        call(answers)
        took.append((perf_counter_ns() - start) / 1000)
    return Calls(len(took), statistics.median(took), statistics.quantiles(took, n=100)[98])


def time_stream(sets: Iterator[Answers], count: int, say: Say) -> Stream:
    """So many assessments; making the answer sets is not counted, and no more than a few are kept."""
    levels: Counter[str] = Counter()
    seconds, done = 0.0, 0
    while done < count:
        chunk = list(islice(sets, min(CHUNK, count - done)))
        start = perf_counter()
        for (
            answers
        ) in chunk:  # nothing is kept: a pile of results would be the collector's time, not ours
            levels[judged(answers).disposition.value] += 1
        seconds += perf_counter() - start
        done += len(chunk)
        say(f"assess: {done} of {count} sets, {done / seconds:.0f} a second")
    return Stream(done, seconds, dict(sorted(levels.items())))


def judged(answers: Answers) -> Assessment:
    """The whole assessment, of somebody without a history."""
    return assess(answers, History(), NOW)


def time_in_turns(
    judges: Mapping[str, Callable[[int], object]], places: Iterable[int], rounds: int, say: Say
) -> dict[str, float]:
    """Microseconds a set for each judge: the median of the rounds. Who begins changes from round to round."""
    places, names = list(places), list(judges)
    took: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(rounds):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            judge = judges[name]
            start = perf_counter()
            for place in places:
                judge(place)
            took[name].append((perf_counter() - start) / len(places) * 1e6)
        say(f"rule engines: round {turn + 1} of {rounds}")
    return {name: statistics.median(each) for name, each in took.items()}
