"""What makes an app of the site: the manifest, the service worker with the files that it keeps, and its empty page."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from coaching.accounts import PHONE

WORKER = "coaching/sw.js"
# What the phone's pages are made of. Whatever else such a page asks for is kept when it is first used.
FILES = (
    "coaching/niggle.css",
    "coaching/icons.svg",
    "coaching/icon.svg",
    "coaching/icons/icon-192.png",
    "coaching/outbox.js",
    "coaching/offline.js",
    "coaching/offline-interview.js",
    "coaching/danger.js",
    "coaching/interview.js",
    "django_htmx/htmx-2.min.js",
)
ICONS = (
    ("coaching/icons/icon-192.png", "192x192", "any"),
    ("coaching/icons/icon-512.png", "512x512", "any"),
    ("coaching/icons/icon-maskable-512.png", "512x512", "maskable"),
)
PAPER, ACCENT = "#f6f5f1", "#0d5c70"  # as the tokens of niggle.css
PATIENCE_MS = 4000  # then the page that was kept is better than none


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """How the phone puts Niggle on its home screen."""
    told = {
        "id": "/",
        "name": "Niggle",
        "short_name": "Niggle",
        "description": _(
            "Report calf pain, know what to do, and know that your coach has seen it."
        ),
        "lang": get_language(),
        "start_url": PHONE,
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": ACCENT,
        "icons": [
            {"src": static(name), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for name, sizes, purpose in ICONS
        ],
    }
    return JsonResponse(told, content_type="application/manifest+json")


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """From the root, because it may only serve pages below its own address."""
    told = {
        "version": _version(),
        "files": [static(name) for name in FILES],
        "outbox": static("coaching/outbox.js"),
        "icon": static("coaching/icons/icon-192.png"),
        "home": PHONE,
        "report": reverse("phone:report"),
        "interview": reverse("phone:offline"),
        "away": reverse("away"),
        "patience": PATIENCE_MS,
    }
    body = f"self.NIGGLE = {json.dumps(told)};\n{_read(WORKER).decode()}"
    return HttpResponse(body, content_type="text/javascript; charset=utf-8")


@require_safe
def away(request: HttpRequest) -> HttpResponse:
    """What is shown where there is no network and nothing was kept. The same for everybody."""
    return render(request, "offline/away.html")


@cache
def _version() -> str:
    """Changes with every file that is kept, so that a new release takes the place of the old one whole."""
    found = hashlib.sha256()
    for name in (WORKER, *FILES):
        found.update(name.encode() + _read(name))
    return found.hexdigest()[:12]


def _read(name: str) -> bytes:
    path: Any = finders.find(name)
    return Path(path).read_bytes()
