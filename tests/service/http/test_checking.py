"""A visitor's browser trusts the files of a registered tile, whatever form they were asked for in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import checker
import pytest

from api.shapes import FileFormat
from ledger import confirming
from ledger.domain.ids import AssetId, CollectionId
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


def test_it_trusts_a_tile_that_says_that_its_registration_is_confirmed(
    page: checker.Checker, house: Any, collection: str, asset: str, tmp_path: Path
) -> None:
    assert confirming.confirm(house.ledger, CollectionId(collection), 0) is not None
    told = confirming.tell(house.ledger, AssetId(asset))
    data = confirming.file(house.ledger, AssetId(asset))
    assert told.manifest.encode() in data
    (tmp_path / "confirmed.png").write_bytes(data)
    word, text = page.ask(tmp_path / "confirmed.png")
    assert word == "trusted", text
    assert "Title" in text
