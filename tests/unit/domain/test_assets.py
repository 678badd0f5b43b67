"""From a draft to an asset: each stage holds the one before it."""

from __future__ import annotations

from ledger.domain.assets import Asset, Collection, CollectionBrief, Draft, Marked, Signed
from ledger.domain.ids import AssetId, CollectionId, MarkId


def test_an_asset_answers_for_every_stage_before_it() -> None:
    draft = Draft(AssetId("0a" * 16), CollectionId("c0" * 16), 3, MarkId(7), {"prompt": "floral"})
    signed = Signed(Marked(draft, "torus", separations="5e" * 32), "ab" * 32, "urn:c2pa:1")
    asset = Asset(signed, {"phash": "00"}, "2026-01-01T00:00:00Z")
    assert (asset.id, asset.collection, asset.mark) == (draft.id, draft.collection, draft.mark)
    assert asset.content == b"\xab" * 32
    assert asset.picture == "5e" * 32


def test_a_tile_is_called_by_its_collection_and_its_number_from_one() -> None:
    brief = CollectionBrief("Harbour", ("floral",), (("#ffffff", "#000000"),), count=12, size=512, seed=1)
    collection = Collection(CollectionId("c0" * 16), brief, "2026-01-01T00:00:00Z")
    draft = Draft(AssetId("0a" * 16), collection.id, 3, MarkId(7), {"prompt": "floral"})
    assert collection.title_of(draft) == "Harbour 04"
