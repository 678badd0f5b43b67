"""The service's page that checks files, in a real browser: give it a file, read what it says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import browser
from api.http.routes import checking

RESULT = "document.getElementById('result')"


class Checker:
    """The page of the service at `address`."""

    def __init__(self, page: browser.Page, address: str) -> None:
        self.page, self.address = page, address
        self.load()

    def load(self) -> None:
        self.page.send("Page.navigate", url="about:blank")
        self.page.send("Page.navigate", url=f"{self.address}/v1/public/check")
        self.page.wait(f"{RESULT} && ['ready','failed'].includes({RESULT}.dataset.verdict)")
        assert self.page.value(f"{RESULT}.dataset.verdict") == "ready", self.page.value(f"{RESULT}.innerText")

    def ask(self, path: Path) -> tuple[str, str]:
        """The verdict on a file in a word, and all that is shown. Give each a name of its own."""
        self.page.value(f"{RESULT}.dataset.verdict = 'ready'")
        self.page.choose("#file", path)
        said = self.page.wait(
            f"!['checking','ready'].includes({RESULT}.dataset.verdict)"
            f" && [{RESULT}.dataset.verdict, {RESULT}.innerText]"
        )
        return said[0], said[1]


@contextmanager
def opened(address: str) -> Iterator[Checker]:
    """The page, where there are a browser and the library; else the test is skipped, and says what lacks."""
    if browser.program() is None:
        pytest.skip(browser.MISSING)
    if not checking.installed():
        pytest.skip("the checker for browsers is not installed: npm ci --prefix browser")
    with browser.Page() as page:
        yield Checker(page, address)
