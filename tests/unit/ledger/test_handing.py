"""Who was seen, by the row of a listing."""

from __future__ import annotations

import pytest

from ledger.domain.errors import FieldError
from ledger.handing import listed

ROW = {"seller": "corner-shop", "product": "cushion", "territory": "GB", "price": "30"}


def test_a_row_that_names_seller_product_and_territory_is_a_sighting() -> None:
    seen = listed({**ROW, "units": "40", "on": "2026-06-01"}, "2026-11-21")
    assert seen is not None
    assert (seen.seller, seen.use.product, seen.use.units) == ("corner-shop", "cushion", 40)
    assert seen.use.on.isoformat() == "2026-06-01"


def test_a_day_not_told_is_today() -> None:
    seen = listed(ROW, "2026-11-21")
    assert seen is not None
    assert seen.use.on.isoformat() == "2026-11-21"


@pytest.mark.parametrize("missing", ["seller", "product", "territory"])
def test_a_row_that_does_not_is_a_picture_alone(missing: str) -> None:
    assert listed({name: value for name, value in ROW.items() if name != missing}, "2026-11-21") is None


@pytest.mark.parametrize(("column", "value"), [("units", "many"), ("seller", "A Shop"), ("on", "soon")])
def test_a_column_that_cannot_be_understood_is_named(column: str, value: str) -> None:
    with pytest.raises(FieldError) as caught:
        listed({**ROW, column: value}, "2026-11-21")
    assert column in caught.value.field
