"""At which sizes files are made."""

from __future__ import annotations

import pytest

from ledger.domain.errors import FieldError
from ledger.domain.ids import AssetId
from ledger.domain.production import PrintSize, parse_width, production_id


@pytest.mark.parametrize(
    ("text", "um"),
    [("640mm", 640_000), ("64 cm", 640_000), ("0.64M", 640_000), ("25.2in", 640_080), (" 1.5mm ", 1_500)],
)
def test_a_width_is_read_in_the_units_of_the_trade(text: str, um: int) -> None:
    assert parse_width(text) == um


@pytest.mark.parametrize("text", ["", "640", "mm", "-1mm", "1e3mm", "640px", "1.2345mm", "123456mm"])
def test_other_widths_are_refused(text: str) -> None:
    with pytest.raises(FieldError, match="width:"):
        parse_width(text)


def test_pixels_follow_from_width_and_resolution() -> None:
    size = PrintSize(640_000, 300)
    assert (size.edge, size.width_mm) == (7559, "640")
    assert PrintSize(120_500, 150).width_mm == "120.5"


@pytest.mark.parametrize(
    ("um", "dpi", "field"),
    [
        (640_000, 35, "dpi"),
        (640_000, 1201, "dpi"),
        (640_000, 1200, "width"),
        (0, 300, "width"),
        (9_000, 300, "width"),
    ],
)
def test_what_cannot_be_made_is_refused_with_what_can(um: int, dpi: int, field: str) -> None:
    with pytest.raises(FieldError, match=f"{field}: .*give"):
        PrintSize(um, dpi)


def test_an_order_is_named_by_what_it_is_of() -> None:
    tile, size = AssetId("ab" * 16), PrintSize(640_000, 300)
    names = {
        production_id(tile, None, None, size),
        production_id(tile, "night", None, size),
        production_id(tile, None, "cd" * 16, size),
        production_id(tile, None, None, PrintSize(640_000, 150)),
        production_id(tile, None, None, size, "ef" * 32),
        production_id(tile, None, None, size, "01" * 32),
    }
    assert len(names) == 6
    assert production_id(tile, None, None, size) in names
