"""The two labels."""

from ledger.domain.origins import asked_for, origin


def test_a_tile_is_made_by_a_model_or_drawn_by_a_person() -> None:
    assert origin({"generator": "archive"}).label == "made by a model"
    drawn = origin({"generator": "hand", "by": "Ana", "certifier": "Council"})
    assert drawn.label == "drawn by a person (Ana), certified by Council"


def test_a_person_draws_by_no_prompt_and_no_seed() -> None:
    assert asked_for({"generator": "archive", "prompt": "dots", "seed": 7}) == ("dots", 7)
    assert asked_for({"generator": "hand", "prompt": "drawn by Rose Leaf"}) is None
