"""What the inks of a colourway are called in a colour book stands on all that is printed from it."""

from __future__ import annotations

from typing import Any

import pypdfium2
import pytest

from ledger import colourways, create, producing, production
from ledger.domain.errors import FieldError
from ledger.domain.production import PrintSize
from ledger.errors import ConflictError
from ledger.store import assets
from ledger.store import colourways as kept

SIZE = PrintSize(60_000, 150)  # 354 px
NEAR = ("#27306b", "#28316c")  # both are nearest to indigo
BOOK = ("PANTONE 19-3933 TCX", "House <Blue>")


@pytest.fixture
def tile(ledger: Any, helpers: Any) -> Any:
    helpers.people(ledger)
    planned = helpers.plan(ledger, "one", count=1)
    with ledger.store.reading() as tx:
        (draft,) = assets.drafts(tx, planned.id)
    return create.make(ledger, draft.id).id


def printed(ledger: Any, tile: Any, colourway: str) -> tuple[list[str], str, str]:
    """(the names of the screens' files, the drawing, the words of the swatch sheet)."""
    made = production.source(ledger, tile, colourway, None, SIZE)
    screens, (svg, pdf) = producing.screens(ledger, made), producing.sheets(ledger, made)
    words = pypdfium2.PdfDocument(ledger.blobs.get(pdf.sha256))[0].get_textpage().get_text_bounded()
    return [file.name for file in screens], ledger.blobs.get(svg.sha256).decode(), words


def test_the_names_of_a_book_reach_screens_drawing_and_swatch_sheet(ledger: Any, tile: Any) -> None:
    colourways.make(ledger, tile, "house", NEAR, BOOK)
    with ledger.store.reading() as tx:
        assert kept.get(tx, tile, "house").ink_names == BOOK
    screens, svg, words = printed(ledger, tile, "house")
    assert [name.split("dpi-", 1)[1] for name in screens] == [
        "0-pantone-19-3933-tcx.tif",
        "1-house-blue.tif",
    ]
    assert "PANTONE 19-3933 TCX #27306b" in svg
    assert "House &lt;Blue&gt; #28316c" in svg
    assert all(name in words for name in BOOK)
    assert colourways.make(ledger, tile, "house", NEAR).ink_names == BOOK
    with pytest.raises(ConflictError, match="PANTONE 19-3933 TCX, House <Blue>; they are named when"):
        colourways.make(ledger, tile, "house", NEAR, ("Paper", "Ink"))


def test_without_a_book_two_near_inks_have_two_names(ledger: Any, tile: Any) -> None:
    colourways.make(ledger, tile, "tonal", NEAR)
    screens, svg, words = printed(ledger, tile, "tonal")
    assert [name.split("dpi-", 1)[1] for name in screens] == ["0-indigo.tif", "1-indigo-2.tif"]
    assert ("indigo #27306b" in svg, "indigo-2 #28316c" in svg) == (True, True)
    assert "ink 1: indigo-2" in words


def test_one_that_was_made_without_names_is_the_same_when_it_is_asked_for_with_some(
    ledger: Any, tile: Any
) -> None:
    made = colourways.make(ledger, tile, "house", NEAR)
    assert colourways.make(ledger, tile, "house", NEAR, BOOK) == made
    assert made.ink_names == ()


@pytest.mark.parametrize("names", [("Blue",), ("Blue", "blue "), ("a", "b", "c"), ("", "b"), ("x" * 61, "b")])
def test_names_that_are_not_one_for_each_ink_are_refused(ledger: Any, tile: Any, names: Any) -> None:
    with pytest.raises(FieldError, match="ink_names"):
        colourways.make(ledger, tile, "house", NEAR, names)
