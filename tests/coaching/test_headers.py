"""What every answer tells the browser to keep shut: pages, files, the API, and what went wrong."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db

EVERYWHERE = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
PAGES = ("/", "/accounts/login/", "/safety/", "/nowhere/", "/api/v1/safety/", "/api/v1/nowhere/")


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_keeps_other_sites_out(path):
    headers = Client().get(path).headers
    assert {name: headers.get(name) for name in EVERYWHERE} == EVERYWHERE
    assert "camera=()" in headers["Permissions-Policy"]
    assert "no-store" in headers["Cache-Control"]
    assert "unsafe" not in headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", PAGES)
def test_no_other_site_is_let_in(path):
    """CORS is closed: a browser gives no other site what is answered here."""
    answer = Client().get(path, headers={"origin": "https://elsewhere.test"})
    assert not [name for name in answer.headers if name.startswith("Access-Control-")]


def test_a_question_of_another_site_before_it_asks_is_not_answered_with_a_yes():
    asked = {"origin": "https://elsewhere.test", "access-control-request-method": "POST"}
    answer = Client().options("/api/v1/reports/", headers=asked)
    assert not [name for name in answer.headers if name.startswith("Access-Control-")]
