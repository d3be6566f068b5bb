"""The page for whoever writes a program: what it says stands there, and asks nothing of the database."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from typing import Any

import pytest
from django.test import Client

from coaching.for_programs import REQUESTS
from tests.programs import ROOT

PAGE = "/api/"
CODE = ROOT / "coaching" / "templates" / "for_programs" / "code"
ENDINGS = {"sh": ".sh", "py": ".python", "txt": ".txt"}


def blocks(page: str, language: str) -> list[str]:
    """The code of the page as a reader copies it, in its order."""
    found = re.findall(rf'<code data-code="{language}"[^>]*>(.*?)</code>', page, re.DOTALL)
    return [unescape(code) for code in found]


@pytest.mark.django_db
def test_the_page_asks_the_database_nothing(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert client.get(PAGE).status_code == 200


def test_each_request_is_there_with_curl_and_with_python(client: Client) -> None:
    page = client.get(PAGE).content.decode()
    assert len(REQUESTS) == 5
    for language in ("sh", "py"):
        shown = "\n".join(blocks(page, language))
        for step in REQUESTS:
            code = (CODE / (step.id + ENDINGS[language])).read_text()
            assert code.strip() in shown.replace("http://testserver", "{{ site }}")


def test_every_file_of_code_is_on_the_page(client: Client) -> None:
    page = client.get(PAGE).content.decode()
    shown = {ending: len(blocks(page, language)) for language, ending in ENDINGS.items()}
    assert shown == Counter(path.suffix for path in CODE.iterdir())


def test_the_code_names_the_site_it_was_read_on(client: Client) -> None:
    page = client.get(PAGE, headers={"host": "localhost"}).content.decode()
    assert "SITE=http://localhost\n" in blocks(page, "sh")[0]
    assert 'SITE = "http://localhost"' in blocks(page, "py")[0]


@pytest.mark.parametrize("leads_to", ["/api/v1/docs/", "/api/v1/redoc/", "/api/v1/schema/"])
def test_it_leads_on_to_the_schema_and_its_readers(client: Client, leads_to: str) -> None:
    assert f'href="{leads_to}"' in client.get(PAGE).content.decode()
