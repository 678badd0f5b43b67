"""Embeddings of two critics are never compared: what another judged is looked at again."""

from __future__ import annotations

from typing import Any

import pytest
from straight import Straight

from ledger import critique
from ledger.errors import BlobMissingError
from ledger.store import critiques
from ledger.workflows.tile_kinds import curate_collection


def lost(_blobs: Any, name: str) -> bytes:
    raise BlobMissingError(f"{name} is lost")


def test_tiles_that_another_critic_judged_are_looked_at_again(ledger: Any, helpers: Any) -> None:
    helpers.people(ledger)
    first, tiles = helpers.published(ledger, "first", 2, helpers.terms())
    second, (other,) = helpers.published(ledger, "second", 1, helpers.terms())
    critic, limits = ledger.engines.critic.digest, critique.read_limits({})
    judged = {tile: critique.criticise(ledger, tile, limits) for tile in (*tiles, other)}
    with ledger.store.transaction() as tx:
        seen = critiques.of_house(tx, second, critic)
        critiques.look_again(tx, tiles[0], "the critic of last year", bytes(512))
        assert critiques.of_house(tx, second, critic) == [judged[tiles[1]].embedding]
    assert (len(seen), critique.of_another_critic(ledger, first)) == (2, [])
    assert critique.of_another_critic(ledger, second) == [tiles[0]]
    assert [tile.id for tile in critique.curate(ledger, first, "5%", 0.3).tiles] == [tiles[1]]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(ledger.blobs), "get", lost)
        assert critique.look_again(ledger, [tiles[0]]) == 0
    run = Straight(ledger)
    curate_collection(run, {"collection": second, "limits": limits})
    assert run.said[-1] == "looked again at 1 of 1 tiles of the house"
    with ledger.store.reading() as tx:
        assert critiques.of_house(tx, second, critic) == seen
        assert critiques.find(tx, tiles[0]) == judged[tiles[0]]
