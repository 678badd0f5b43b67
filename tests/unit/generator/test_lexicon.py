"""Prompts become attributes of the second edition; what is not understood is said, not guessed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from generator import BriefError, UnknownMotifError, families, vocabulary
from generator.captions import CaptionTokenizer
from generator.lexicon.attributes import Attributes, choices
from generator.lexicon.reading import resolve
from generator.lexicon.tables import ERAS, FAMILIES
from generator.models import CAPTION_TOKENS
from generator.motifs.sampling import any_attributes


def test_there_are_21_families_in_8_eras() -> None:
    assert len(families()) == 21
    assert len(ERAS) == 8
    assert set(families()) <= set(vocabulary())


@pytest.mark.parametrize("family", families())
def test_a_family_is_named_by_its_name_and_by_its_synonyms(family: str) -> None:
    assert resolve(family, 1, 3).family == family
    only = [word for word in FAMILIES[family].words if not word.endswith("s")]
    assert all(resolve(f"{word} in navy", 1, 3).family == family for word in only)


@pytest.mark.parametrize("family", families())
def test_every_style_can_be_asked_for(family: str) -> None:
    for style in FAMILIES[family].styles:
        assert resolve(f"{style} {family}", 3, 4).style == style


def test_a_prompt_settles_what_it_says() -> None:
    words = resolve(
        "Oversized art deco daisies, tightly packed, tonal line art in a half drop, mirrored", 1, 6
    )
    assert (words.family, words.style, words.era, words.scale) == ("floral", "daisy", "art-deco", "large")
    assert (words.density, words.stroke, words.layout) == ("dense", "line", "half-drop")
    assert (words.symmetry, words.contrast, words.inks) == ("mirrored", "low", 6)
    assert words.ignored == ("tightly",)


def test_what_a_family_cannot_follow_is_said() -> None:
    words = resolve("tossed plaid, outlined", 1, 3)
    assert (words.layout, words.stroke) == ("grid", "flat")
    assert words.ignored == ("tossed", "outlined")


def test_the_seed_settles_the_rest_and_varies_it() -> None:
    assert resolve("dots", 5, 2) == resolve("dots", 5, 2)
    assert len({resolve("floral", seed, 2).caption() for seed in range(60)}) > 50


def test_captions_mean_what_they_meant() -> None:
    caption = resolve("polka dots, scattered, mid century", 2, 5).caption()
    assert caption == "dots plain fifties medium dense flat tossed fourway five inks"


@pytest.mark.parametrize("family", families())
def test_every_word_of_every_caption_has_a_token(family: str) -> None:
    tokenizer = CaptionTokenizer.house()
    captions = [any_attributes(number, family).caption() for number in range(20)]
    for row in tokenizer.encode(captions):
        assert len(row) == CAPTION_TOKENS
        assert tokenizer.words.index("<unknown>") not in row


@pytest.mark.parametrize(
    ("field", "value"),
    [("family", "knots"), ("style", "thistle"), ("era", "gothic"), ("layout", "spiral"), ("inks", 7)],
)
def test_attributes_that_do_not_exist_are_refused(field: str, value: str) -> None:
    with pytest.raises(BriefError) as caught:
        replace(resolve("floral", 1, 3), **{field: value})
    assert caught.value.field == field


def test_attributes_its_family_cannot_have_are_refused() -> None:
    plaid = resolve("plaid", 1, 3)
    assert choices("plaid")["layout"] == ("grid",)
    with pytest.raises(BriefError, match=r"^layout: 'tossed' is not for plaid"):
        replace(plaid, layout="tossed")
    assert isinstance(plaid, Attributes)


def test_an_unknown_motif_names_the_nearest() -> None:
    with pytest.raises(UnknownMotifError, match="damask") as caught:
        resolve("golden damaske at night", 1, 2)
    assert caught.value.nearest[0] == "damask"
    with pytest.raises(UnknownMotifError, match="name one of floral, leaf, damask"):
        resolve("xyzzy", 1, 2)


@pytest.mark.parametrize("prompt", ["", "   ", "floral " * 10_000])
def test_an_empty_or_endless_prompt_is_a_brief_error(prompt: str) -> None:
    with pytest.raises(BriefError, match=r"^prompt: "):
        resolve(prompt, 1, 2)
