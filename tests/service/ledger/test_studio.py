"""A collection is judged; people decide; what they decided is signed, in the manifest, and holds on chain."""

from __future__ import annotations

import io
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ledger import choosing, copies, create, critique, decide, register, retouching, searching, verify
from ledger.critique import read_limits
from ledger.domain.choices import Choice
from ledger.domain.errors import FieldError, OrderError
from ledger.domain.ids import PartyId
from ledger.making import drawn_pixels, separations
from ledger.store import assets, critiques, entries, operations
from provenance import verify as read
from provenance.statements import verify as read_statement

LIMITS = {"dpi": "75", "repeat_mm": "50"}
INKS = {
    "palettes": [["#f4efe6", "#1b2a49", "#c8553d"]],
    "prompts": ["large daisy", "ringed scallop", "gingham"],
}


@dataclass(frozen=True)
class Studio:
    ledger: Any
    collection: Any
    tiles: list[Any]

    def tile(self, number: int) -> Any:
        with self.ledger.store.reading() as tx:
            return assets.get(tx, self.tiles[number])

    def pixels(self, number: int) -> Any:
        return drawn_pixels(self.ledger, self.tile(number)).copy()

    def actions(self, number: int) -> list[tuple[str, str | None]]:
        """(action, who) of the active manifest."""
        credential = read(
            self.ledger.blobs.get(self.tile(number).signed.sha256), "image/png", self.ledger.engines.trust
        )
        said = {each["label"]: each["data"] for each in credential.claim["assertions"]}
        found = said["c2pa.actions.v2"]["actions"]
        return [(each["action"], each.get("parameters", {}).get("org.selvage.by")) for each in found]


def png(pixels: Any) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory, helpers: Any) -> Any:
    with ExitStack() as stack:
        ledger = stack.enter_context(helpers.open(tmp_path_factory.mktemp("studio")))
        planned = helpers.plan(ledger, "studio", count=6, **INKS)
        with ledger.store.reading() as tx:
            drafts = [draft.id for draft in assets.drafts(tx, planned.id)]
        for draft in drafts:
            create.make(ledger, draft)
        yield Studio(ledger, planned.id, drafts)


@pytest.fixture(scope="module")
def directed(studio: Studio) -> Studio:
    """The studio after people decided about its first three tiles."""
    ledger, (one, two, three) = studio.ledger, studio.tiles[:3]
    choosing.choose(ledger, [one, two], Choice.REJECTED, "Mara", "dull")
    choosing.choose(ledger, [one], Choice.SELECTED, "Mara", "on second thoughts")
    choosing.choose(ledger, [one], Choice.SELECTED, "Mara")  # nothing new
    choosing.arrange(ledger, [three, one], "Mara")
    choosing.arrange(ledger, [one], "Jon")
    return studio


def test_every_tile_is_judged_once_and_the_picked_lie_apart(studio: Studio) -> None:
    ledger, limits = studio.ledger, read_limits(LIMITS)
    first = [critique.criticise(ledger, tile, limits) for tile in studio.tiles]
    again = [critique.criticise(ledger, tile, limits) for tile in studio.tiles]
    assert first == again
    names = ["resolution", "seam", "inks", "finest line", "finest gap", "brief", "own", "protected"]
    assert [point.name for point in first[0].points] == names
    assert all(point.state == "pass" for each in first for point in each.points if point.name in names[:2])
    families = ["floral", "scallop", "gingham"] * 2
    assert sum(each.seen["family"] == drawn for each, drawn in zip(first, families, strict=True)) >= 4
    finer = critique.criticise(ledger, studio.tiles[0], read_limits({**LIMITS, "line_mm": "90"}))
    assert next(p for p in finer.points if p.name == "finest line").state == "fail"
    assert (finer.score, finer.releasable) == (0.0, False)
    with ledger.store.reading() as tx:
        assert critiques.find(tx, studio.tiles[0]) == finer
    assert critique.key(ledger, studio.collection, limits) == critique.key(ledger, studio.collection, limits)
    critique.criticise(ledger, studio.tiles[0], limits)
    best, apart = (critique.curate(ledger, studio.collection, "3", divergence) for divergence in (0.0, 1.0))
    assert len(best.picked) == len(apart.picked) == 3
    assert best.spread == best.spread_of_best == apart.spread_of_best <= apart.spread
    assert best.picked[0] == max(zip(first, studio.tiles, strict=True), key=lambda pair: pair[0].score)[1]
    with pytest.raises(FieldError, match="keep-top"):
        critique.curate(ledger, studio.collection, "many", 0.5)


def test_a_collection_is_not_judged_while_its_brief_is_drawn(studio: Studio) -> None:
    ledger, asked = studio.ledger, {"collection": studio.collection}
    with ledger.store.transaction() as tx:
        operations.ask(tx, "op-drawing", "generate", asked, ledger.now())
    with pytest.raises(OrderError, match="op-drawing"):
        critique.key(ledger, studio.collection, critique.read_limits({}))
    with ledger.store.transaction() as tx:
        operations.finish(tx, "op-drawing", {}, ledger.now())
    assert critique.key(ledger, studio.collection, critique.read_limits({}))


def test_decisions_are_signed_entries_and_the_last_one_holds(directed: Studio) -> None:
    studio, ledger, (one, two) = directed, directed.ledger, directed.tiles[:2]
    assert [(studio.tile(n).choice, studio.tile(n).place) for n in range(3)] == [
        ("selected", 1),
        ("rejected", None),
        (None, None),
    ]
    with ledger.store.reading() as tx:
        told = [entry for entry in entries.about(tx, [one]) if entry.kind.startswith("tile-")]
        assert two not in [tile.id for tile in assets.of_collection(tx, studio.collection)]
    assert [entry.kind for entry in told] == [
        "tile-rejected",
        "tile-selected",
        "tile-arranged",
        "tile-arranged",
    ]
    assert (told[1].body["by"], told[1].body["why"]) == ("Mara", "on second thoughts")
    stated = read_statement(told[1].body["jws"], ledger.engines.trust.root_pem, datetime.now(UTC))
    assert (stated["asset"], stated["choice"], stated["by"]) == (one, "selected", "Mara")
    assert stated["about"] == studio.tile(0).signed.sha256
    with pytest.raises(FieldError, match="rejected"):
        choosing.arrange(ledger, [two], "Mara")
    with pytest.raises(FieldError, match="by"):
        choosing.choose(ledger, [one], Choice.REJECTED, " ")
    with pytest.raises(FieldError, match="each once"):
        choosing.choose(ledger, [one, one], Choice.REJECTED, "Mara")


def test_a_retouched_tile_takes_the_place_of_the_drawn_one(studio: Studio) -> None:
    ledger, asset, before = studio.ledger, studio.tiles[3], studio.tile(3)
    edited = studio.pixels(3)
    assert retouching.retouch(ledger, asset, png(edited), "Jon") == before
    edited[100:140, 90:150] = (0xC8, 0x55, 0x3D)
    after = retouching.retouch(ledger, asset, png(edited), "Jon", "a patch")
    assert after.signed.sha256 != before.signed.sha256
    assert after.fingerprint != before.fingerprint
    assert studio.actions(3) == [
        ("c2pa.opened", None),
        ("c2pa.edited", "Jon"),
        ("c2pa.watermarked.bound", None),
    ]
    assert np.array_equal(drawn_pixels(ledger, after)[105:135, 95:145], edited[105:135, 95:145])
    assert separations(ledger, after).shape == (512, 512)
    found = searching.register(ledger).index.by_mark(int(after.mark))
    assert found is not None
    assert found.fingerprint.to_dict() == after.fingerprint


def test_what_is_wrong_with_an_upload_is_said_and_repaired(studio: Studio) -> None:
    ledger, asset = studio.ledger, studio.tiles[4]
    sound = studio.pixels(4)
    strange = sound.copy()
    strange[40:90, 40:90] = (0, 200, 0)
    cut = sound.copy()
    cut[:, :128] = np.roll(sound, 61, axis=0)[:, :128]
    for upload, told in (
        (sound[:200], "a tile is square"),
        (sound[:128, :128], "px wide and the tile 256"),
        (strange, "in no ink of the palette"),
        (cut, "does not meet itself"),
    ):
        with pytest.raises(FieldError, match=told):
            retouching.retouch(ledger, asset, png(upload), "Jon")
    with pytest.raises(FieldError, match="edit what selvage export gives; a repair cuts nothing off"):
        retouching.retouch(ledger, asset, png(sound[:200]), "Jon", repair=True)
    with pytest.raises(Exception, match="picture") as caught:
        retouching.retouch(ledger, asset, b"no picture", "Jon")
    assert getattr(caught.value, "code", "").startswith("picture")
    assert studio.tile(4).told is None
    after = retouching.retouch(ledger, asset, png(cut), "Jon", repair=True)
    assert separations(ledger, after).max() <= 2
    checked = critique.criticise(ledger, asset, read_limits(LIMITS))
    assert next(point for point in checked.points if point.name == "seam").state == "pass"


def test_nothing_is_decided_while_the_collection_is_being_registered(studio: Studio) -> None:
    ledger = studio.ledger
    with ledger.store.transaction() as tx:
        operations.ask(tx, "f" * 32, "register", {"collection": studio.collection}, ledger.now())
    with pytest.raises(OrderError, match="being registered"):
        choosing.choose(ledger, [studio.tiles[5]], Choice.REJECTED, "Mara")
    with ledger.store.transaction() as tx:
        operations.fail(tx, "f" * 32, {"code": "x", "message": "x"}, ledger.now())


def test_what_people_decided_is_registered_and_proven(directed: Studio, helpers: Any) -> None:
    studio, ledger = directed, directed.ledger
    register.register(ledger, studio.collection)
    assert studio.actions(0)[1:5] == [
        ("org.selvage.rejected", "Mara"),
        ("org.selvage.selected", "Mara"),
        ("org.selvage.arranged", "Mara"),
        ("org.selvage.arranged", "Jon"),
    ]
    for number in (0, 3, 5):
        data, proof = verify.export(ledger, studio.tiles[number])
        held = verify.verify(
            data, proof, ledger.engines.trust, ledger.engines.watermarker, ledger.chain(), ledger
        )
        assert held.ok, held.links
    with pytest.raises(OrderError, match="rejected"):
        decide.decide(ledger, studio.tiles[1], PartyId("mill"), helpers.use())
    helpers.people(ledger, "mill", funded=["mill"])
    made = copies.copy(ledger, helpers.licensed(ledger, studio.tiles[0], "mill", helpers.use()).id)
    copied = read(ledger.blobs.get(made.sha256), "image/png", ledger.engines.trust)
    assert [each["relationship"] for each in copied.claim["ingredients"]].count("parentOf") == 1
    for late in (
        lambda: choosing.choose(ledger, [studio.tiles[0]], Choice.REJECTED, "Mara"),
        lambda: retouching.retouch(ledger, studio.tiles[0], b"", "Jon"),
    ):
        with pytest.raises(OrderError, match="registered"):
            late()
    found = choosing.contributed(ledger, studio.collection)
    assert (found.tiles, found.people) == (6, ("Mara", "Jon"))
    assert {"arranged": 3, "rejected": 2, "selected": 1}.items() <= found.counts.items()


def test_the_database_can_be_made_again_with_what_was_decided(
    studio: Studio, helpers: Any, tmp_path: Any
) -> None:
    assert helpers.rebuilt(studio.ledger, tmp_path) == []
