"""The page on which browsers check files: what is served, and what is said where its library is not there."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest

from api.errors import ServiceError
from api.http.routes import checking
from ledger.errors import UnknownError


def test_the_policy_names_the_one_script_that_stands_in_the_page() -> None:
    page = (checking.OURS / "page.html").read_text()
    digest = base64.b64encode(hashlib.sha256(checking.IMPORTMAP.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in checking.POLICY
    assert '<script type="importmap">{{ importmap }}</script>' in page
    assert page.count("<script") == 2
    assert "unsafe-inline" not in checking.POLICY
    assert "http" not in checking.POLICY


def test_the_script_makes_no_markup_of_what_a_file_says() -> None:
    script = (checking.OURS / "check.js").read_text()
    for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "://"):
        assert way not in script


def test_without_the_library_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(checking, "LIBRARIES", tmp_path)
    for ask in (checking.show_checker, lambda: checking.show_file("check.js")):
        with pytest.raises(ServiceError, match="npm ci --prefix browser"):
            ask()


@pytest.mark.skipif(not checking.installed(), reason="not installed: npm ci --prefix browser")
def test_only_files_of_the_page_are_served() -> None:
    for name, path in checking.files().items():
        assert path.is_file(), name
        assert checking.show_file(name).media_type in checking.TYPES.values()
    for name in ("package.json", "inline.js", "..", "page.html"):
        with pytest.raises(UnknownError):
            checking.show_file(name)
