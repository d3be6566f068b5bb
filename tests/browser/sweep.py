"""What must hold on every page and in every state of it, whoever looks at it, on a phone and on a desk screen.

A sweep walks through the pages and notes what is wrong under the name of where it is: axe (WCAG 2.2 AA) in each theme,
what a script complains of, what the Content-Security-Policy refuses, what asks another site for something, what is
wider than the screen or too small for a finger. It keeps the HTML for the validator and, if wanted, pictures.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Request

from tests.browser.conftest import DESK, PHONE

SIZES: dict[str, dict[str, Any]] = {"phone": PHONE, "desk": DESK}
THEMES = ("light", "dark")
LONGEST = 4000  # px of a page that are worth a look
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
AXE = {"runOnly": {"type": "tag", "values": list(WCAG)}, "resultTypes": ["violations"]}
DRAWING = ".ask-map-drawing:visible"
NODES_TOLD = 3
PLACES_TOLD = 4

UNFOLD = """
() => document.querySelectorAll('main details:not([open])').forEach(
    fold => { fold.open = true; fold.dataset.unfolded = ''; })
"""
FOLD_AGAIN = """
() => document.querySelectorAll('details[data-unfolded]').forEach(
    fold => { fold.open = false; delete fold.dataset.unfolded; })
"""
# Where a finger lands: a field counts with its label. Links in running text are as high as their line.
SMALL = """
() => [...document.querySelectorAll('a[href], button, select, textarea, summary, input:not([type=hidden])')]
    .map(one => one.matches('[type=radio], [type=checkbox]') ? (one.closest('label, .choice-own') || one) : one)
    .filter(one => one.checkVisibility({visibilityProperty: true, opacityProperty: true})
        && getComputedStyle(one).display !== 'inline' && !one.closest('.visually-hidden, .skip-link, svg'))
    .map(one => [one, one.getBoundingClientRect()])
    .filter(([, box]) => box.width > 1 && box.height > 1 && box.height < 43.5)
    .map(([one, box]) => `${Math.round(box.width)} × ${Math.round(box.height)} px: ${one.outerHTML.slice(0, 110)}`)
"""


@dataclass
class Sweep:
    """One size of screen. `themes`: in which each page is judged; `folder`: where pictures and HTML go."""

    home: str
    size: str
    themes: tuple[str, ...] = THEMES
    folder: Path | None = None
    faults: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    html: dict[str, str] = field(default_factory=dict)
    where: str = ""

    def watch(self, page: Page) -> None:
        """From now on: what the page's scripts say, and whom it asks."""
        page.on("request", lambda request: self._request(request))
        page.on("pageerror", lambda error: self.note(f"script: {error}"))
        page.on(
            "console", lambda said: self._console(page, said.type, said.text, said.location["url"])
        )

    def visit(self, page: Page, name: str, path: str) -> None:
        """The page at that address, as it comes and then with all its folds open."""
        self.where = name
        answer = page.goto(path, wait_until="load")
        if answer is None or answer.status >= 500:
            self.note(f"answers {answer and answer.status}")
        elif "content-security-policy" not in answer.headers:
            self.note("has no Content-Security-Policy")
        else:
            self.html[name] = answer.text()
        self.look(page, name)

    def look(self, page: Page, name: str) -> None:
        """The page as it stands."""
        self.where = name
        self.seen.append(name)
        self.html.setdefault(name, page.content())
        if page.locator(DRAWING).count():  # goes away when the list below it is unfolded
            self._judge(page, f"{name}, drawing")
        page.evaluate(UNFOLD)
        self._judge(page, name)
        page.evaluate(FOLD_AGAIN)

    def _judge(self, page: Page, name: str) -> None:
        self.where = name
        viewport = page.viewport_size
        assert viewport is not None
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > viewport["width"]:
            self.note(f"is {wide} px wide")
        if self.size == "phone":
            for small in page.evaluate(SMALL):
                self.note(f"small for a finger: {small}")
        for theme in self.themes:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
            self._axe(page, theme)
            if self.folder is not None:
                self._picture(page, theme, name)

    def _axe(self, page: Page, theme: str) -> None:
        for fault in Axe().run(page, options=AXE).response["violations"]:
            for node in fault["nodes"][:NODES_TOLD]:
                why = (node["any"] + node["all"] + node["none"] or [{"message": fault["help"]}])[0]
                self.note(f"{theme}, {fault['id']}: {why['message']}: {node['html'][:160]}")

    def _picture(self, page: Page, theme: str, name: str) -> None:
        assert self.folder is not None
        folder = self.folder / f"{self.size}-{theme}"
        folder.mkdir(parents=True, exist_ok=True)
        size = page.viewport_size
        assert size is not None
        height = page.evaluate("document.documentElement.scrollHeight")
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(height, LONGEST)}
        path = folder / f"{as_file_name(name)}.png"
        page.screenshot(path=path, full_page=True, clip=clip)  # type: ignore[arg-type]

    def note(self, fault: str) -> None:
        self.faults.append(f"{self.size}, {self.where}: fault: {fault}")

    def _request(self, request: Request) -> None:
        if urlsplit(request.url).netloc not in (urlsplit(self.home).netloc, ""):
            self.note(f"asks {request.url}")

    def _console(self, page: Page, kind: str, text: str, url: str) -> None:
        refused_page = "Failed to load resource" in text and url == page.url
        if kind in ("error", "warning") and not refused_page:  # a page may answer 404
            self.note(f"console: {text}")


def as_file_name(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", name).strip("-")


ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}|/join/[^/]+/|/c/[^/]+/")


def told(faults: list[str]) -> str:
    """The faults, each once, with the places where it was met."""
    places: dict[str, list[str]] = {}
    for fault in faults:
        where, _, what = fault.partition(": fault: ")
        places.setdefault(ID.sub("…", what), []).append(where)
    return "\n".join(
        f"{what}\n    on {len(found)}: {'; '.join(found[:PLACES_TOLD])}"
        for what, found in sorted(places.items(), key=lambda item: -len(item[1]))
    )


def summary(sweep: Sweep) -> str:
    """One line: what was looked at and how much is wrong."""
    themes = " and ".join(sweep.themes)
    return f"{sweep.size}: {len(sweep.seen)} pages and states, {themes}: {len(sweep.faults)} faults"
