"""What a tile came from, in its claim and walked back: through the ledger, and from a file alone."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import pytest

from forensics import fingerprint
from ledger import colourways, lineage, making
from ledger.domain.ids import AssetId
from ledger.store import assets, collections
from provenance import Influence, verify
from provenance.lineage import lineage as walk

ADAPTER = Influence("adapter", "Bloom", "a1" * 32, "CC-BY-4.0", "Ana Lee", "0.35")


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory, helpers: Any) -> Any:
    with helpers.open(tmp_path_factory.mktemp("lineage")) as opened:
        helpers.people(opened)
        yield opened


@pytest.fixture(scope="module")
def tile(ledger: Any, helpers: Any) -> Any:
    _collection, (only,) = helpers.published(ledger, "one", 1, helpers.terms())
    with ledger.store.reading() as tx:
        return assets.get(tx, AssetId(only))


@pytest.fixture(scope="module")
def shaped(ledger: Any, tile: Any) -> bytes:
    """A file whose recipe names an adapter and the first tile as its base pattern; in no row."""
    base = Influence(
        *("base-pattern", "Test 01", tile.signed.sha256, "urn:selvage:terms:x", "Selvage", "0.6"),
        *(tile.id, "image/png"),
    )
    draft = tile.signed.marked.draft
    recipe = {**draft.recipe, "influences": [each.to_dict() for each in (ADAPTER, base)]}
    with ledger.store.reading() as tx:
        collection, terms = collections.get(tx, tile.collection), collections.terms(tx, tile.collection)
    pixels = making.drawn_pixels(ledger, tile)
    shaping = replace(draft, recipe=recipe)
    facts = making.claim_of(ledger, shaping, draft.mark, collection, terms, fingerprint(pixels), ledger.now())
    return making.sign(ledger, making.tile_file(ledger, pixels, facts, terms), facts, pixels=pixels)


def test_what_the_recipe_names_is_in_the_claim(ledger: Any, tile: Any, shaped: bytes) -> None:
    credential = verify(shaped, "image/png", ledger.engines.trust)
    adapter, base = credential.influences[3:]
    assert adapter == ADAPTER
    assert (base.asset_id, base.sha256) == (tile.id, tile.signed.sha256)
    assert hashlib.sha256(ledger.blobs.get(base.sha256)).hexdigest() == base.sha256
    assert credential.recipe["influences"][1]["weight"] == "0.6"
    told = [each.get("active_manifest") for each in credential.claim["ingredients"]]
    assert tile.signed.manifest in told


def test_a_file_alone_tells_its_base_pattern_and_what_that_came_from(
    ledger: Any, tile: Any, shaped: bytes
) -> None:
    found = walk(shaped, "image/png", ledger.engines.trust)
    assert [each.kind for each in found.sources] == ["model", "recipe", "prompt", "adapter", "base-pattern"]
    base = found.sources[4]
    assert (base.asset_id, base.weight, base.trusted, base.signer) == (tile.id, "0.6", True, "Test Studio")
    assert [each.kind for each in base.sources] == ["model", "recipe", "prompt"]


def test_an_asset_tells_its_terms_and_what_was_made_from_it(ledger: Any, tile: Any) -> None:
    night = colourways.make(ledger, tile.id, "night", ("#17274f", "#f0c9c0"))
    found = lineage.of_asset(ledger, tile.id)
    assert found.source.rights == "terms Test terms"
    assert [(each.name, each.sha256) for each in found.made] == [("night", night.sha256)]
    recoloured = walk(ledger.blobs.get(night.sha256), "image/png", ledger.engines.trust)
    parent, *own = recoloured.sources
    assert (parent.kind, parent.manifest) == ("parent", tile.signed.manifest)
    assert [each.kind for each in own] == ["recipe"]  # its palette is its own; the rest is its parent's
