"""One variable says which mail server sends."""

import pytest

from coaching.mail_url import email_settings
from tests.coaching.test_settings import read_settings


@pytest.mark.parametrize(
    ("url", "port", "starttls", "tls"),
    [
        ("smtp://mail.example.test", 25, False, False),
        ("smtp://mail.example.test:2525", 2525, False, False),
        ("submission://mail.example.test", 587, True, False),
        ("smtp+tls://mail.example.test:588", 588, True, False),
        ("smtps://mail.example.test", 465, False, True),
        ("smtp+ssl://mail.example.test", 465, False, True),
    ],
)
def test_port_and_protection_follow_the_scheme(url, port, starttls, tls):
    found = email_settings(url)
    assert found["EMAIL_HOST"] == "mail.example.test"
    assert (found["EMAIL_PORT"], found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (
        port,
        starttls,
        tls,
    )


def test_a_password_may_hold_anything():
    found = email_settings("submission://me%40example.test:p%2Fa%3As%40s@mail.example.test")
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == (
        "me@example.test",
        "p/a:s@s",
    )


@pytest.mark.parametrize("url", ["mail.example.test", "http://u:secret@mail.example.test", "smtp:"])
def test_what_is_no_mail_server_is_refused_without_telling_the_password(url):
    with pytest.raises(ValueError, match="EMAIL_URL must be one of") as refused:
        email_settings(url)
    assert "secret" not in str(refused.value)


def test_the_settings_take_it(tmp_path):
    done = read_settings(tmp_path, EMAIL_URL="submission://me:secret@mail.example.test")
    assert done.returncode == 0, done.stderr
