"""The schema, and the pages that show it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client as Browser
from django.urls import get_resolver
from drf_spectacular.drainage import GENERATOR_STATS

from tests.coaching.api.conftest import BASE, schema

COMMITTED = Path(settings.BASE_DIR) / "docs" / "openapi.yaml"


def test_the_schema_is_valid_and_has_no_warnings() -> None:
    GENERATOR_STATS.reset()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=io.StringIO())


def test_the_committed_copy_is_the_schema() -> None:
    out = io.StringIO()
    call_command("spectacular", stdout=out)
    assert out.getvalue().strip() == COMMITTED.read_text().strip(), (
        "run: manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml"
    )


def test_every_path_of_the_contract_is_described() -> None:
    contract = {
        "/auth/login/": {"post"},
        "/auth/logout/": {"post"},
        "/me/": {"get", "patch"},
        "/athletes/": {"get", "post"},
        "/athletes/{id}/": {"get", "patch"},
        "/reports/": {"get", "post"},
        "/reports/{id}/": {"get"},
        "/reports/{id}/assessment/": {"get"},
        "/escalations/": {"get"},
        "/escalations/{id}/": {"get"},
        "/escalations/{id}/acknowledge/": {"post"},
        "/findings/": {"get"},
        "/causes/": {"get"},
        "/guidance/assess/": {"post"},
    }
    paths = schema()["paths"]
    for path, methods in contract.items():
        assert set(paths[BASE + path]) == methods, path


def test_every_address_below_the_api_is_described_or_is_documentation() -> None:
    resolver = next(r for r in get_resolver().url_patterns if str(r.pattern) == "api/v1/")
    described = {path.removeprefix(BASE + "/") for path in schema()["paths"]}
    count = len({str(pattern.pattern) for pattern in resolver.url_patterns})
    assert count == len(described) + len({"schema", "docs", "redoc", "nowhere"})


@pytest.mark.django_db
def test_the_schema_is_open_to_everybody() -> None:
    response = Browser().get(f"{BASE}/schema/", headers={"Authorization": "Bearer spent"})
    assert response.status_code == 200
    assert yaml.safe_load(response.content)["info"]["title"] == "Niggle"


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["docs", "redoc"])
def test_the_pages_load_everything_from_here(page: str) -> None:
    html = Browser().get(f"{BASE}/{page}/").content.decode()
    assert "//" not in html.replace("<!DOCTYPE html>", "")
    assert "<style" not in html
    for part in html.split("<script")[1:]:
        assert part.split(">", 1)[1].startswith("</script>"), "a script in the page itself"
    for asset in _assets(html):
        assert finders.find(asset), asset


def _assets(html: str) -> list[str]:
    marked: list[Any] = html.split('"')
    return [part.removeprefix("/static/") for part in marked if part.startswith("/static/")]


@pytest.mark.django_db
def test_the_script_of_the_documentation_page_points_to_the_schema() -> None:
    script = Browser().get(f"{BASE}/docs/?script=")
    assert script.headers["Content-Type"].startswith("application/javascript")
    assert "/api/v1/schema/" in script.content.decode().replace("\\u002D", "-")
