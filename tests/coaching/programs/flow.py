"""An app that lets somebody log in here, as its own server would do it."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.test import Client
from django.urls import reverse

from athletes.services import apps

BACK = "https://diary.test/back"
SCOPES = ("openid", "profile", "email", "account:read", "reports:read")


@dataclass
class Diary:
    """A registered app. Each `verifier` is of one attempt."""

    public: bool = False
    scopes: tuple[str, ...] = SCOPES
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    def __post_init__(self) -> None:
        made = apps.register(
            name="Diary", redirect_uris=[BACK], scopes=self.scopes, public=self.public
        )
        self.app, self.secret = made.app, made.secret
        self.server = Client()

    def asking(self, **other: Any) -> str:
        """The address to which it sends people; None leaves a parameter out."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        sent = {
            "client_id": self.app.pk,
            "redirect_uri": BACK,
            "response_type": "code",
            "scope": " ".join(self.scopes),
            "state": "a-state",
            "nonce": "a-nonce",
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
            **other,
        }
        query = {name: value for name, value in sent.items() if value is not None}
        return reverse("idp:oidc:authorization", query=query)

    def let_in_by(
        self, browser: Client, *, tick: tuple[str, ...] | None = None, **other: Any
    ) -> str:
        """The person says yes; the code that the app gets."""
        page = browser.get(self.asking(**other))
        assert page.status_code == 200, page
        answer = browser.post(
            reverse("idp:oidc:authorization"),
            {
                "request": hidden(page, "request"),
                "scopes": self.scopes if tick is None else tick,
                "action": "grant",
            },
        )
        assert answer.status_code == 302, answer.content
        told = brought(answer)
        assert told["state"] == "a-state"
        return told["code"]

    def token(self, **sent: Any) -> Any:
        told = {"client_id": self.app.pk, "client_secret": self.secret, **sent}
        body = {name: value for name, value in told.items() if value}
        return self.server.post(reverse("idp:oidc:token"), body)

    def for_code(self, code: str, /, **other: Any) -> Any:
        return self.token(
            **{
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": BACK,
                "code_verifier": self.verifier,
                **other,
            }
        )

    def renewed(self, key: str, **other: Any) -> Any:
        return self.token(**{"grant_type": "refresh_token", "refresh_token": key, **other})

    def got_from(self, browser: Client, **more: Any) -> dict[str, Any]:
        """The whole way."""
        answer = self.for_code(self.let_in_by(browser, **more))
        assert answer.status_code == 200, answer.content
        told: dict[str, Any] = answer.json()
        return told

    def asks(self, path: str, token: str) -> Any:
        return self.server.get(path, headers={"Authorization": f"Bearer {token}"})


def hidden(page: Any, name: str) -> str:
    tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', page.content.decode())
    assert tag is not None
    value = re.search(r'value="([^"]*)"', tag.group())
    assert value is not None
    return value.group(1).replace("&quot;", '"').replace("&amp;", "&")


def brought(answer: Any) -> dict[str, str]:
    """What an answer that leads to the app brings along."""
    assert answer["Location"].startswith(f"{BACK}?"), answer["Location"]
    return {name: value for name, (value,) in parse_qs(urlsplit(answer["Location"]).query).items()}
