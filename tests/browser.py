"""Real browsers for the tests, and what a page asked for and complained of while it was open."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = os.environ.get("KG_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

# A busy machine may need longer than the five seconds that expectations wait by default.
expect.set_options(timeout=30_000)


@dataclass
class Watched:
    """An open page, what it asked for, and every complaint of the browser."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda said: self._hear(said.text) if said.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self._hear(str(error)))
        self.page.on("dialog", lambda dialog: self._hear(f"dialog: {dialog.message}"))

    def _hear(self, complaint: str) -> None:
        self.complaints.append(complaint)

    def outside(self, home: str) -> list[str]:
        """List what was asked from elsewhere than the site; data in the address itself asks nobody."""
        return [address for address in self.requests if not address.startswith((home, "data:", "blob:"))]


def needed(site: Path, page: str) -> list[Path]:
    """List the files of a page with all that it loads before its first answer."""
    text = (site / page).read_text(encoding="utf-8")
    listed = re.findall(r'(?:src|href|data-data|data-engine-file|data-scripts)="(assets/[^"]+)"', text)
    return [site / name for name in (page, *" ".join(listed).split())]


@contextmanager
def launched() -> Iterator[Browser]:
    """Start Chromium, and end it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def watched(browser: Browser, **context: Any) -> Iterator[Watched]:
    """Open an empty page in a context of its own and write down what happens on it."""
    opened = browser.new_context(**context)
    opened.set_default_timeout(20_000)
    made = Watched(opened.new_page())
    try:
        yield made
    finally:
        opened.close()
