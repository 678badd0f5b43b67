"""The two labels."""

from ledger.domain.origins import origin


def test_a_tile_is_made_by_a_model_or_drawn_by_a_person() -> None:
    assert origin({"generator": "archive"}).label == "made by a model"
    drawn = origin({"generator": "hand", "by": "Ana", "certifier": "Council"})
    assert drawn.label == "drawn by a person (Ana), certified by Council"
