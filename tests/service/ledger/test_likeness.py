"""A tile is held against the register as it is when it is judged, by what it is printed from too."""

from __future__ import annotations

from typing import Any

import pytest

from ledger import choosing, create, critique
from ledger.critique import read_limits
from ledger.domain.choices import Choice
from ledger.store import assets

LIMITS = read_limits({})


@pytest.fixture
def made(ledger: Any, helpers: Any) -> Any:
    """Makes a collection of one scallop, which has no PDQ, with a seed and palette."""
    helpers.people(ledger)

    def make(key: str, seed: int = 7, inks: tuple[str, ...] = ("#f4efe6", "#1b2a49")) -> Any:
        brief = {"prompts": ["ringed scallop"], "palettes": [list(inks)], "seed": seed, "name": key}
        planned = helpers.plan(ledger, key, count=1, **brief)
        with ledger.store.reading() as tx:
            (draft,) = assets.drafts(tx, planned.id)
        return create.make(ledger, draft.id)

    return make


def own(ledger: Any, tile: Any) -> Any:
    judged = critique.criticise(ledger, tile.id, LIMITS)
    return next(point for point in judged.points if point.name == "own")


def test_the_same_drawing_fails_by_name_in_whatever_inks_until_one_is_rejected(
    ledger: Any, made: Any
) -> None:
    first = made("one")
    assert own(ledger, first).measure == "nothing else is in the register"
    key = critique.key(ledger, first.collection, LIMITS)
    second = made("two", inks=("#17274f", "#f0c9c0"))
    assert second.picture == first.picture
    assert critique.key(ledger, first.collection, LIMITS) != key
    for tile, other in ((first, second), (second, first)):
        found = own(ledger, tile)
        assert (found.state, other.id in found.measure, other.id in found.reason) == ("fail", True, True)
    choosing.choose(ledger, [second.id], Choice.REJECTED, "Mara")
    assert own(ledger, first).measure == "nothing else is in the register"


def test_what_is_known_of_a_tile_stays_and_the_register_is_looked_at_again(
    ledger: Any, made: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = made("one")
    before = critique.criticise(ledger, first.id, LIMITS)
    made("two", seed=8)
    monkeypatch.setattr(type(ledger.engines.critic), "judge", None)  # is not asked again
    after = critique.criticise(ledger, first.id, LIMITS)
    assert (after.version, after.embedding, after.points) != (before.version, before.embedding, before.points)
    assert (after.version, after.embedding) == (before.version, before.embedding)
    assert "the nearest" in own(ledger, first).measure
    with ledger.store.reading() as tx:
        assert assets.drawn_alike(tx, first) == ()
