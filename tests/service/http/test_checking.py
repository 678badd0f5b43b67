"""A visitor's browser trusts the files of a registered tile, whatever form they were asked for in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import checker
import pytest

from api.shapes import FileFormat
from ledger.domain.ids import AssetId
from ledger.export import export


@pytest.fixture(scope="module")
def page(house: Any) -> Iterator[checker.Checker]:
    with checker.opened(house.url) as opened:
        yield opened


@pytest.mark.parametrize("form", get_args(FileFormat))
def test_a_browser_trusts_a_registered_tile(
    page: checker.Checker, house: Any, asset: str, form: str, tmp_path: Path
) -> None:
    data, _mime = export(house.ledger, AssetId(asset), None, form)
    (tmp_path / f"{asset}.{form}").write_bytes(data)
    word, text = page.ask(tmp_path / f"{asset}.{form}")
    assert word == "trusted", text
    assert "Selvage Studio" in text
