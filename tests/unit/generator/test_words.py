"""The first edition's words: they mean what they meant, as long as a recipe of it is kept."""

from __future__ import annotations

import pytest

from generator import BriefError, UnknownMotifError
from generator.bundle import SHIPPED, Bundle
from generator.captions import CaptionTokenizer
from generator.models import CAPTION_TOKENS
from generator.words import STYLES, caption_words, families, resolve, vocabulary


def test_there_are_at_least_six_families() -> None:
    assert {"floral", "dots", "stripe", "chevron", "scallop", "arches"} <= set(families())
    assert set(families()) <= set(vocabulary())


def test_a_prompt_settles_what_it_says() -> None:
    words = resolve("Oversized daisies, tightly packed in a half drop", 1, 3)
    assert (words.family, words.style, words.scale) == ("floral", "daisy", "large")
    assert (words.density, words.layout, words.inks) == ("dense", "half-drop", 3)
    assert words.ignored == ("tightly",)


def test_the_seed_settles_the_rest_and_varies_it() -> None:
    assert resolve("dots", 5, 2) == resolve("dots", 5, 2)
    assert len({resolve("dots", seed, 2).caption() for seed in range(60)}) > 30


def test_captions_mean_what_they_meant() -> None:
    assert resolve("floral", 1, 4).caption() == "floral rose large balanced grid four inks"
    assert resolve("polka dots, scattered", 2, 2).caption() == "dots plain medium dense tossed two inks"


@pytest.mark.parametrize("family", families())
def test_every_word_of_every_caption_has_a_token(family: str) -> None:
    tokenizer = CaptionTokenizer(Bundle.open(SHIPPED).words())
    for style in STYLES[family]:
        caption = resolve(f"{family} {style}", 3, 4).caption()
        assert caption.split()[1] == style
        row = tokenizer.encode([caption])[0]
        assert len(row) == CAPTION_TOKENS
        assert tokenizer.words.index("<unknown>") not in row
    assert set(caption_words()) <= set(tokenizer.words)


def test_an_unknown_motif_names_the_nearest() -> None:
    with pytest.raises(UnknownMotifError, match="scallop") as caught:
        resolve("golden scalops at night", 1, 2)
    assert caught.value.nearest[0] in ("scallops", "scallop")
    assert caught.value.code == "motif-unknown"


def test_a_far_word_lists_the_families() -> None:
    with pytest.raises(UnknownMotifError, match="name one of floral, leaf"):
        resolve("xyzzy", 1, 2)


def test_an_empty_prompt_is_a_brief_error() -> None:
    with pytest.raises(BriefError, match=r"^prompt: is empty"):
        resolve("", 1, 2)
