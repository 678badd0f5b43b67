"""The studio's taste: learnt from signed decisions, kept by digest, in the ranking, over no failed check."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from straight import Straight

from generator.errors import TasteError
from ledger import choosing, create, critique, retouching, taste
from ledger.critique import read_limits
from ledger.domain.choices import Choice
from ledger.errors import UnknownError
from ledger.store import assets, entries
from ledger.workflows.tile_kinds import curate_collection

LIMITS = {"dpi": "75", "repeat_mm": "50"}
INKS = {"palettes": [["#f4efe6", "#1b2a49", "#c8553d"]], "prompts": ["large daisy", "plaid"]}


@dataclass(frozen=True)
class Studio:
    """`old` is decided about: its daisies are rejected, its plaids selected. `new` is judged."""

    ledger: Any
    old: list[Any]
    new: list[Any]
    collection: Any


def made(ledger: Any, helpers: Any, name: str, count: int, seed: int) -> tuple[Any, list[Any]]:
    planned = helpers.plan(ledger, name, count=count, seed=seed, **INKS)
    with ledger.store.reading() as tx:
        drafts = [draft.id for draft in assets.drafts(tx, planned.id)]
    for draft in drafts:
        create.make(ledger, draft)
    return planned.id, drafts


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory, helpers: Any) -> Iterator[Studio]:
    with helpers.open(tmp_path_factory.mktemp("taste")) as ledger, pytest.MonkeyPatch.context() as patched:
        patched.setattr("generator.critic.taste.FEWEST", 10)
        patched.setattr("generator.critic.taste.FEWEST_OF_EACH", 5)
        patched.setattr(taste, "PART", 4)
        _, old = made(ledger, helpers, "old", 10, seed=7)
        collection, new = made(ledger, helpers, "new", 4, seed=8)
        yield Studio(ledger, old, new, collection)


def judged(studio: Studio, limits: dict[str, str] = LIMITS, *, with_taste: bool = True) -> tuple[Any, Any]:
    run = Straight(studio.ledger)
    arguments = {"collection": studio.collection, "limits": read_limits(limits), "taste": with_taste}
    return curate_collection(run, arguments), run.said


def test_decisions_become_a_taste(studio: Studio) -> None:
    ledger, old = studio.ledger, studio.old
    judged(studio, with_taste=False)
    with pytest.raises(UnknownError, match="none was learnt yet"):
        critique.curate(ledger, studio.collection, "4", 0.0, with_taste=True)
    plain = critique.curate(ledger, studio.collection, "4", 0.0)
    assert plain.tastes == ()
    choosing.choose(ledger, old[0::2], Choice.REJECTED, "Mara")
    choosing.choose(ledger, old[1:7:2], Choice.SELECTED, "Jon")
    limits = read_limits(LIMITS)
    with pytest.raises(TasteError, match="2 selected"):
        critique.key(ledger, studio.collection, limits, with_taste=True)
    choosing.arrange(ledger, [old[9], old[7]], "Jon")  # who places a tile keeps it
    key = critique.key(ledger, studio.collection, limits, with_taste=True)
    assert key != critique.key(ledger, studio.collection, limits)
    result, said = judged(studio)
    assert said[1:5] == [
        *[f"looked at {n} of 10 tiles that people decided about" for n in (4, 8, 10)],
        "learnt the taste",
    ]
    learnt = taste.latest(ledger)
    assert result["taste"] == learnt.sha256
    assert (learnt.taste.decisions, learnt.taste.kept) == (10, 5)
    assert learnt.taste.agreement >= 0.8 > learnt.taste.base
    found = critique.curate(ledger, studio.collection, "4", 0.0, with_taste=True)
    assert set(found.picked[:2]) == set(studio.new[1::2])
    assert [each.state for each in found.tastes] == ["warn", "pass"] * 2
    assert all("place" in each.measure for each in found.tastes)
    assert found.points[-1].measure == learnt.told


def test_it_is_kept_once_by_its_digest_and_names_nobody(studio: Studio) -> None:
    ledger = studio.ledger
    first, _ = judged(studio)
    again, _ = judged(studio)
    assert first == again
    with ledger.store.reading() as tx:
        (entry,) = entries.of_kind(tx, taste.KIND)
    assert entry.subject == first["taste"]
    text = ledger.blobs.get(entry.subject).decode()
    assert {each["asset"] for each in json.loads(text)["decisions"]} == set(studio.old)
    assert "Mara" not in text
    assert "Jon" not in text


def test_it_lifts_no_tile_that_failed(studio: Studio) -> None:
    judged(studio, {**LIMITS, "line_mm": "90"})
    found = critique.curate(studio.ledger, studio.collection, "4", 0.0, with_taste=True)
    assert found.picked == ()
    assert {each.state for each in found.tastes} == {"unknown"}
    assert "which does not count: a point failed" in found.tastes[1].measure
    judged(studio)


def test_a_tile_that_was_retouched_since_is_another_picture(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    import io

    from PIL import Image

    from ledger.making import drawn_pixels

    before = taste.decisions(studio.ledger)
    with studio.ledger.store.reading() as tx:
        pixels = drawn_pixels(studio.ledger, assets.get(tx, studio.old[1])).copy()
    pixels[100:140, 90:150] = (0xC8, 0x55, 0x3D)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    retouching.retouch(studio.ledger, studio.old[1], file.getvalue(), "Jon")
    after = taste.decisions(studio.ledger)
    assert [each for each in before if each["asset"] != studio.old[1]] == after
    monkeypatch.setattr(studio.ledger.engines.critic, "digest", "ab" * 32)
    with pytest.raises(TasteError, match="another critic"):
        taste.latest(studio.ledger)
