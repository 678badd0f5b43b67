"""The service's page that checks files, in a real browser: give it a file, read what it says."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import uvicorn

import browser
from api.http.app import create_app
from api.http.routes import checking
from api.http.services import Services
from provenance import Pki
from provenance.pki import identities, signers

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


def believe(engines: Any, pki: Pki) -> None:
    """Have the page know what the house of `pki` knows."""
    engines.trust = pki.trust
    engines.claim_serials = frozenset(signers(pki.folder))
    engines.identity_serials = frozenset(identities(pki.folder))


@contextmanager
def serving(pki: Pki) -> Iterator[tuple[str, Any]]:
    """(the address, what it trusts) of a service that has the keys of a folder and no book."""
    engines = SimpleNamespace()
    believe(engines, pki)
    ledger: Any = SimpleNamespace(engines=engines)
    jobs: Any = None
    app = create_app(Services(ledger, jobs, 1 << 20, timedelta(days=1)))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", engines
    finally:
        server.should_exit = True
        thread.join()
