"""What makes an app of the site: the manifest, the service worker with its files, the page without a network."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.utils import translation

from coaching.offline import app

pytestmark = pytest.mark.django_db

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def told(client: Any) -> dict[str, Any]:
    first = client.get("/sw.js").content.decode().splitlines()[0]
    found: dict[str, Any] = json.loads(first.removeprefix("self.NIGGLE = ").removesuffix(";"))
    return found


def test_the_manifest_has_what_a_phone_asks_for(client: Any) -> None:
    answer = client.get("/manifest.webmanifest")
    manifest = answer.json()
    assert answer["Content-Type"] == "application/manifest+json"
    assert (manifest["name"], manifest["start_url"], manifest["display"]) == (
        "Niggle",
        "/me/",
        "standalone",
    )
    assert {(icon["sizes"], icon["purpose"]) for icon in manifest["icons"]} == {
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    }
    assert f'href="{app.reverse("manifest")}"' in client.get("/").content.decode()


@pytest.mark.parametrize(("name", "sizes", "purpose"), app.ICONS)
def test_each_icon_is_a_picture_of_its_size(name: str, sizes: str, purpose: str) -> None:
    path: Any = finders.find(name)
    with open(path, "rb") as file:
        head = file.read(24)
    assert head.startswith(SIGNATURE)
    wide, high = (int.from_bytes(head[at : at + 4], "big") for at in (16, 20))
    assert f"{wide}x{high}" == sizes


def test_the_manifest_speaks_the_language_of_the_phone(client: Any) -> None:
    with translation.override("es"):
        spoken = client.get("/manifest.webmanifest", headers={"Accept-Language": "es"}).json()
    assert spoken["lang"] == "es"


def test_every_file_that_is_kept_is_there(client: Any) -> None:
    for address in [*told(client)["files"], told(client)["outbox"]]:
        answer = client.get(address)
        assert b"".join(answer.streaming_content), address
        answer.close()


def test_a_change_of_any_file_makes_another_version(client: Any, monkeypatch: Any) -> None:
    before = told(client)["version"]
    read = app._read
    monkeypatch.setattr(app, "_read", lambda name: read(name) + b" " * name.endswith("danger.js"))
    app._version.cache_clear()
    assert told(client)["version"] != before
    app._version.cache_clear()


def test_the_page_without_a_network_asks_nothing_of_the_database(
    client: Any, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        page = client.get("/away/").content.decode()
    assert "No connection" in page
    assert "/me/offline/" in page
