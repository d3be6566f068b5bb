"""The small knowledge for tests of the engine."""

from __future__ import annotations

import pytest

from guidance.loader import load
from guidance.schema import Knowledge
from tests.guidance import small_knowledge


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    folder = tmp_path_factory.mktemp("small")
    return load(small_knowledge.write(folder, small_knowledge.files()))
