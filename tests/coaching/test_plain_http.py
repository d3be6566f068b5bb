"""Without TLS people are led to where it is, programs are refused; cookies in production belong to one host."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.messages import SUCCESS
from django.contrib.messages.storage import default_storage
from django.http import HttpResponse
from django.test import Client, RequestFactory

ROOT = Path(__file__).resolve().parents[2]
PRINT_COOKIES = """
from django.conf import settings
for name in dir(settings):
    if name.endswith("_COOKIE_NAME"):
        print(name, getattr(settings, name))
"""


@pytest.fixture
def _led_to_tls(settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_REDIRECT_EXEMPT = [settings.FOR_PROGRAMS]


@pytest.mark.usefixtures("_led_to_tls", "db")
@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/safety/",
        "/api/v1/reports/",
        "/api/v1/nowhere/",
        "/identity/o/api/token",
        "/.well-known/jwks.json",
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_program_is_refused(path, method, log_lines):
    answer = getattr(Client(), method)(path)
    assert '"event": "https_missed"' in log_lines()
    assert answer.status_code == 403
    assert "Location" not in answer
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "https_only"


@pytest.mark.usefixtures("_led_to_tls", "db")
@pytest.mark.parametrize("path", ["/", "/me/", "/api/", "/api/v1/docs/", "/identity/o/authorize"])
def test_a_person_is_led_on(path):
    answer = Client().get(path)
    assert answer.status_code == 301
    assert answer["Location"].startswith("https://")


@pytest.mark.usefixtures("_led_to_tls", "db")
def test_over_tls_a_program_is_answered():
    assert Client().get("/api/v1/safety/", secure=True).status_code == 200


def test_every_cookie_of_ours_belongs_to_this_host_alone(tmp_path):
    """In production. Its name says so: browsers take it from no other host, and from no page without TLS."""
    done = subprocess.run(
        [sys.executable, "-c", f"import django\ndjango.setup()\n{PRINT_COOKIES}"],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "coaching.settings",
            "NIGGLE_DATA_DIR": str(tmp_path),
            "NIGGLE_PRODUCTION": "1",
            "SECRET_KEY": "k3y-" * 20,
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    names = dict(line.split() for line in done.stdout.splitlines())
    assert len(names) >= 5
    assert [name for name in names.values() if not name.startswith("__Host-")] == []


def test_what_a_page_has_to_say_is_kept_under_that_name(settings):
    settings.MESSAGES_COOKIE_NAME = "__Host-messages"
    settings.SESSION_COOKIE_SECURE = True
    request, answer = RequestFactory().get("/"), HttpResponse()
    request.session = {}
    said = default_storage(request)
    said.add(SUCCESS, "Saved.")
    said.update(answer)
    kept = answer.cookies["__Host-messages"]
    assert (kept["path"], kept["domain"], bool(kept["secure"])) == ("/", "", True)
    request.COOKIES["__Host-messages"] = kept.value
    assert [one.message for one in default_storage(request)] == ["Saved."]
