"""The small knowledge for tests of the engine."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

from guidance.loader import load
from guidance.schema import Knowledge
from tests.guidance import small_knowledge

# A busy machine is no reason to fail: these tests are about what holds, not how fast.
# What lands is judged by the same examples each time; at home every run looks for new ones.
settings.register_profile(
    "niggle",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("niggle")


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    folder = tmp_path_factory.mktemp("small")
    return load(small_knowledge.write(folder, small_knowledge.files()))
