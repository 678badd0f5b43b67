"""An adapter that another studio trained is a style here by a right that is stated, or it is refused."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from replaced import replaced

from generator import words as first_edition
from generator.errors import AdapterError, AdapterModelError
from generator.lexicon import reading
from ledger import bringing, create, critique, merit, restyling, styling
from ledger.domain.errors import FieldError
from ledger.domain.styles import style_id
from ledger.errors import ConflictError
from ledger.store import assets, entries, styles

RIGHT, BY = "commissioned by us", "Mara Okafor"
INKS = ["#f4efe6", "#1b2a49", "#c8553d"]


@dataclass(frozen=True)
class Studio:
    ledger: Any
    data: bytes
    style: Any


def adapter_of(weights: Any) -> bytes:
    """An adapter that changes something, by no training."""
    from generator.style.adapter import write_adapter
    from generator.style.lora import RANK, branches

    tensors = {
        name: tensor + 0.01 if ".up." in name else tensor
        for name, tensor in branches(weights.networks.unet, RANK, 7).state_dict().items()
    }
    return write_adapter(tensors, weights.weights, RANK, 12, 7, ("ab" * 32,))


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory, helpers: Any) -> Iterator[Studio]:
    """A ledger without tiles, and an adapter that was trained on its weights somewhere else."""
    with helpers.open(tmp_path_factory.mktemp("bring")) as ledger, pytest.MonkeyPatch.context() as patched:
        patched.setattr("generator.style.score.DRAWN", 2)
        helpers.people(ledger)
        data = adapter_of(ledger.engines.generator("embedded"))
        style = bringing.add(ledger, "far-hand", data, RIGHT, BY, "far.safetensors")
        yield Studio(ledger, data, style)


def test_it_is_kept_with_its_file_and_the_right(studio: Studio) -> None:
    style, ledger = studio.style, studio.ledger
    assert (style.steps, style.seed, style.made_for) == (12, 7, None)
    assert (style.brought.title, style.brought.right) == ("far.safetensors", f"{RIGHT}, stated by {BY}")
    assert ledger.blobs.get(style.adapter) == studio.data
    assert ledger.blobs.get(style.sheet).startswith(b"\x89PNG")
    assert style.own == style.after != style.before
    with ledger.store.reading() as tx:
        (entry,) = entries.about(tx, [style.id])
    assert (entry.kind, entry.body["adapter"]) == ("style-brought", style.adapter)
    assert entry.body["tiles"][0]["right"] == style.brought.right
    assert bringing.add(ledger, "far-hand", studio.data, RIGHT, BY, "far.safetensors") == style


def test_a_tile_drawn_in_it_names_the_file_and_who_stated_the_right(studio: Studio, helpers: Any) -> None:
    terms = helpers.terms(adapter={"fee": "1.00 TUSD", "generations": 2})
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(restyling, "SPECIMEN_PX", 256)
        brief = restyling.specimen(studio.ledger, "far-hand", terms)
    planned = restyling.planned_once(studio.ledger, brief, terms)
    with studio.ledger.store.reading() as tx:
        (draft,) = assets.drafts(tx, planned.id)
    (named,) = draft.recipe["influences"]
    assert (named["kind"], named["sha256"]) == ("adapter", studio.style.adapter)
    assert (named["rights"], named["attribution"]) == (studio.style.brought.right, BY)
    assert create.make(studio.ledger, draft.id).signed.manifest
    limits = critique.read_limits({})
    judged = critique.criticise(studio.ledger, draft.id, limits)
    assert [(each.state, each.measure) for each in judged.points if each.name == "hand"] == [
        ("unknown", "the tiles of the style are not here")
    ]
    (finish,) = [each for each in judged.points if each.name == "finish"]
    assert finish.state == ("pass" if float(judged.finish) >= merit.FINISHED else "warn")
    assert finish.measure.startswith(f"{float(judged.finish):.0%}: ")
    assert 0.0 < float(judged.finish) <= 1.0
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(critique, "_judged", None)  # they never will be, so nobody looks again
        assert critique.criticise(studio.ledger, draft.id, limits) == judged


def test_a_style_of_replaced_weights_is_drawn_by_those(studio: Studio, helpers: Any) -> None:
    ledger, weights = studio.ledger, studio.ledger.engines.generator("embedded")
    old = weights.of(replaced(2).digest)
    style = bringing.add(ledger, "old-hand", adapter_of(old), RIGHT, BY)
    assert style.base == old.weights != weights.weights
    asked = {"style": "old-hand", "palettes": [INKS], "prompts": ["large ringed dots"]}
    brief = helpers.brief(generator="embedded", count=1, **asked)
    planned = create.plan(ledger, brief, helpers.terms(), "in the old hand")
    with ledger.store.reading() as tx:
        (draft,) = assets.drafts(tx, planned.id)
    assert draft.recipe["weights"] == old.weights
    assert create.make(ledger, draft.id).signed.manifest


def test_words_of_a_tile_are_read_as_its_weights_read_them(studio: Studio) -> None:
    weights = studio.ledger.engines.generator("embedded")
    first = weights.of(replaced(1).digest)
    for generator, read in ((weights, reading.resolve), (first, first_edition.resolve)):
        for seed in range(5):
            recipe = generator.plan("floral", INKS, seed, 256).to_dict()
            words = read("floral", seed, len(INKS))
            said = (words.style, words.family, words.scale, words.density, words.layout)
            assert restyling.words_of(studio.ledger, recipe) == ", ".join(said)


def test_a_style_of_any_seed_can_be_offered(studio: Studio, helpers: Any) -> None:
    ledger, name = studio.ledger, "far-seed-hand"
    for number, seed in enumerate((-1, 2**53 - 1)):
        style = replace(studio.style, id=style_id(ledger.id, f"{name}-{number}"), name=f"{name}-{number}")
        styling.keep(ledger, replace(style, seed=seed), "style-brought")
        brief = restyling.specimen(ledger, style.name, helpers.terms(adapter={"fee": "1.00 TUSD"}))
        assert brief.seed == seed % 2**48


def test_what_is_no_adapter_for_these_weights_is_refused_and_nothing_kept(studio: Studio) -> None:
    from generator.style import read_adapter
    from generator.style.adapter import write_adapter

    found = read_adapter(studio.data)
    changed = {name: tensor[:1] if ".up." in name else tensor for name, tensor in found.tensors.items()}
    foreign = write_adapter(found.tensors, "ab" * 32, 8, 1, 0, ())
    stretched = write_adapter(changed, found.base, 8, 1, 0, ())
    for data, problem in (
        (pickle.dumps({"to_q": 1}), "is a pickle"),
        (studio.data[:-9], "is damaged"),
        (b"\x00" * 64, "does not say"),
        (stretched, "do not fit"),
    ):
        with pytest.raises(AdapterError, match=problem):
            bringing.add(studio.ledger, "near-hand", data, RIGHT, BY)
    with pytest.raises(AdapterModelError, match="it was trained on weights abababab"):
        bringing.add(studio.ledger, "near-hand", foreign, RIGHT, BY)
    with studio.ledger.store.reading() as tx:
        assert "near-hand" not in {each.name for each in styles.every(tx)}


def test_one_that_draws_nothing_is_refused(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    from generator.editions import Asked
    from generator.style import read_adapter
    from generator.style.adapter import write_adapter

    found = read_adapter(studio.data)
    asked = (Asked("tossed dots", 1), 1, 3)
    monkeypatch.setattr("generator.style.score._asked", lambda *_: [asked])
    loud = {name: tensor * 0 + 1e30 for name, tensor in found.tensors.items()}
    with pytest.raises(AdapterError, match="is no picture"):
        bringing.add(studio.ledger, "loud-hand", write_adapter(loud, found.base, 8, 1, 0, ()), RIGHT, BY)
    with studio.ledger.store.reading() as tx:
        assert styles.find(tx, "loud-hand") is None
    monkeypatch.setattr("generator.style.score._asked", lambda *_: [asked, asked])
    fitting = write_adapter(found.tensors, found.base, 8, 13, 7, ())
    with pytest.raises(AdapterError, match="is the same"):
        bringing.add(studio.ledger, "loud-hand", fitting, RIGHT, BY)


def test_another_style_of_the_same_adapter_does_not_stand_in_its_way(studio: Studio) -> None:
    source = replace(studio.style.brought, right=f"trained here, stated by {BY}")
    name = style_id(studio.ledger.id, "twin-hand")
    twin = styling.keep(
        studio.ledger, replace(studio.style, id=name, name="twin-hand", sources=(source,)), "style-brought"
    )
    assert bringing.add(studio.ledger, "far-hand", studio.data, RIGHT, BY, "far.safetensors") == studio.style
    again = bringing.add(studio.ledger, "twin-hand", studio.data, "trained here", BY, "far.safetensors")
    assert again == twin


def test_nobody_brings_one_without_a_right_or_twice_under_two_names(studio: Studio) -> None:
    for right, by in (("", BY), (RIGHT, "")):
        with pytest.raises(FieldError):
            bringing.add(studio.ledger, "near-hand", studio.data, right, by)
    with pytest.raises(FieldError, match="file"):
        bringing.add(studio.ledger, "near-hand", studio.data, RIGHT, BY, "a\nb")
    with pytest.raises(ConflictError, match="is here as the style"):
        bringing.add(studio.ledger, "near-hand", studio.data, RIGHT, BY)
    with pytest.raises(ConflictError, match="another name"):
        bringing.add(studio.ledger, "far-hand", studio.data, "found on a stick", BY, "far.safetensors")
    with pytest.raises(FieldError, match="no name of a style"):
        bringing.add(studio.ledger, "Far Hand", studio.data, RIGHT, BY)
    assert styling.right_stated(RIGHT, BY) == studio.style.brought.right
