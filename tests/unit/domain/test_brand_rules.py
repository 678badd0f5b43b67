"""Only whole sentences of a fixed form are rules, and only where they speak of tiles do they act."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.domain.assets import CollectionBrief
from ledger.domain.brand_rules import LEFT_OUT, TOLD, Rule, applied, palettes_of, rules_of
from ledger.domain.brief_text import parse_brief
from ledger.domain.errors import BriefError
from ledger.domain.guidelines import MARKDOWN, PDF, cut
from ledger.domain.trade_words import concepts_of, stem, terms

FILE = "ab" * 32
KINDS = {FILE: MARKDOWN}
NIGHT, LOUD = ["#17274f", "#f0c9c0", "#ee7360"], ["#17274f", "#f0c9c0", "#ee7360", "#ffffff"]
WORDED: dict[str, Any] = {
    **{"name": "x", "size": 256, "seed": 0, "per": 2, "themes": ["coastal", "folk"]},
    "motifs": ["ringed scallop", "leopard animal", "vertical stripe"],
    "colourways": {"night": NIGHT, "loud": LOUD},
}
FAMILIES = {"ringed scallop": "scallop", "leopard animal": "animal", "vertical stripe": "stripe"}
FLAT = {
    "name": "x",
    "size": 256,
    "seed": 0,
    "count": 4,
    "prompts": ["dots", "leopard"],
    "palettes": [NIGHT, LOUD],
}


def rules(text: str, heading: str = "") -> list[Rule]:
    (passage,) = cut(FILE, MARKDOWN, [f"# Book\n{heading}\n{text}"])
    return [*rules_of(passage)]


def held(brief: dict[str, Any], text: str, heading: str = "", kind: str = MARKDOWN) -> Any:
    return applied(parse_brief(brief), rules(text, heading), {FILE: kind}, FAMILIES)


@pytest.mark.parametrize(
    ("text", "banned"),
    [
        ("Never use animals, skulls or fleurs-de-lis.", ("animals", "skulls", "fleurs-de-lis")),
        ("- **Never** show the ship wheel motif", ("ship wheel",)),
        ("1. Do not use any stripes; see below.", ("stripes",)),
        ("We never draw anchors\nand ropes.", ("anchors", "ropes")),
        ("Forbidden: leopard prints", ("leopard",)),
        ("Don’t use #FF0000!", ("ff0000",)),
        ("Avoid chevron prints on silk.", ()),
        ("No motif", ()),
        ("No animals without asking us first", ()),
        ("Never use the large red sailing boat", ()),
        ("Never forget the sea.", ()),
        ("Animals are never used.", ()),
        ("No " + ", ".join(f"x{n}" for n in range(40)), ()),
    ],
)
def test_a_ban_is_a_sentence_that_lists_names(text: str, banned: tuple[str, ...]) -> None:
    assert [each.banned for each in rules(text)] == ([banned] if banned else [])


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("At most 3 inks.", 3),
        ("Use no more than four colours in any design.", 4),
        ("Never use more than 5 inks per colourway.", 5),
        ("Maximum of two screens", 2),
        ("At most 3 inks on linen.", 0),
        ("At most nine inks.", 0),
        ("At most 3 motifs.", 0),
    ],
)
def test_a_limit_of_inks_is_a_sentence_without_a_condition(text: str, most: int) -> None:
    assert [each.most for each in rules(text)] == ([most] if most else [])


def test_colourways_are_read_where_every_part_is_an_ink() -> None:
    text = """Harbour palette: chalk, Duck Egg and #c8553d.

Colours: chalk, something blue

Never use these inks: chalk, #c8553d

Inks: chalk, chalk

Our colourway dawn: chalk/#c8553d"""
    (passage,) = cut(FILE, MARKDOWN, [text])
    names = {"chalk": "#f6f3ea", "duck egg": "#c4ddd6"}
    found = [(name, inks) for name, inks, _ in palettes_of(passage, names)]
    assert found == [
        ("harbour", ("#f6f3ea", "#c4ddd6", "#c8553d")),
        ("our", ("#f6f3ea", "#c8553d")),
    ]
    (passage,) = cut(FILE, PDF, ["Inks: chalk, duck-egg\n\nInks: #000000"])
    assert [name for name, _, _ in palettes_of(passage, names)] == ["guideline"]


def test_what_is_forbidden_is_left_out_of_a_brief_in_trade_words() -> None:
    brief, effects = held(
        WORDED, "Never use animals.\n\nNo animals.\n\nAt most 3 inks.", "## Motifs and inks"
    )
    assert [(each.kind, each.field, each.value) for each in effects] == [
        (LEFT_OUT, "motifs", "leopard animal"),
        (LEFT_OUT, "colourways", "loud"),
    ]
    assert brief.words is not None
    assert (brief.words.motifs, brief.words.colourways) == (("ringed scallop", "vertical stripe"), ("night",))
    assert brief.count == 2 * 2 * 1 * 2
    assert brief.prompts[2].startswith("ringed scallop, folk")
    assert brief == parse_brief({**WORDED, "motifs": brief.words.motifs, "colourways": {"night": NIGHT}})


def test_a_theme_and_an_ink_are_forbidden_by_their_names() -> None:
    brief, effects = held(WORDED, "Never use folk.\n\nNever use #FFFFFF.")
    assert brief.words is not None
    assert (brief.words.themes, brief.words.colourways) == (("coastal",), ("night",))
    assert {each.why for each in effects} == {"Never use folk.", "Never use #FFFFFF."}
    plain = {name: value for name, value in WORDED.items() if name != "themes"}
    left = held(plain, "No leopards.")[0]
    assert left.prompts == ("ringed scallop", "vertical stripe")


def test_prompts_and_palettes_are_left_out_and_the_count_stays() -> None:
    brief, effects = held(FLAT, "Never show leopards.\n\nAt most 3 inks.")
    assert (brief.prompts, brief.palettes, brief.count) == (("dots",), (tuple(NIGHT),), 4)
    assert [each.field for each in effects] == ["prompts", "palettes"]


@pytest.mark.parametrize(
    ("heading", "kind", "told"),
    [
        ("## Packaging", MARKDOWN, [TOLD]),
        ("## Website > Colours", MARKDOWN, [TOLD]),
        ("## Coastal", MARKDOWN, [TOLD]),
        ("", PDF, [TOLD]),
        ("## Nursery", MARKDOWN, []),
    ],
)
def test_a_rule_of_narrower_scope_changes_nothing(heading: str, kind: str, told: list[str]) -> None:
    brief, effects = held(WORDED, "Never use stripes.", heading, kind)
    assert [each.kind for each in effects] == told
    assert brief == parse_brief(WORDED)


def test_a_rule_under_the_one_theme_of_a_brief_holds() -> None:
    brief, _ = held({**WORDED, "themes": ["coastal"]}, "Never use stripes.", "## Coastal motifs")
    assert brief.words is not None
    assert "vertical stripe" not in brief.words.motifs


@pytest.mark.parametrize(
    ("brief", "text", "field"),
    [
        (FLAT, "No dots or leopards.", "prompts"),
        (FLAT, "At most 2 inks.", "palettes"),
        (WORDED, "No coastal.\n\nNo folk.", "themes"),
        (WORDED, "No animals, stripes or scallops.", "motifs"),
    ],
)
def test_a_brief_of_which_nothing_is_left_is_refused_with_the_passage(
    brief: dict[str, Any], text: str, field: str
) -> None:
    with pytest.raises(BriefError, match=rf"{field}: none is left by the guidelines: 'No|{field}: none.*'At"):
        held(brief, text)


def test_a_brief_without_a_rule_that_meets_it_is_the_same() -> None:
    brief = parse_brief(WORDED)
    assert isinstance(brief, CollectionBrief)
    assert applied(brief, [], KINDS, {}) == (brief, ())


def test_words_are_looked_up_by_stem_part_and_meaning() -> None:
    concepts = concepts_of([("family", {"floral": ("daisy", "roses")}), ("brand", {"ink": ("colours",)})])
    assert terms("The Daisies, hand-drawn", concepts) == [
        "daisy",
        "family:floral",
        "hand-drawn",
        "hand",
        "drawn",
    ]
    printed = terms("A Block Print, block", {"block-print": ("set:flat",)})
    assert printed == ["block", "print", "set:flat", "block"]
    assert terms("colour of a rose", concepts) == ["colour", "brand:ink", "rose", "family:floral"]
    assert [stem(each) for each in ("berries", "aies", "shapes", "shoes", "glass", "dots", "sea")] == [
        *("berry", "aie", "shape", "shoe", "glass", "dot", "sea")
    ]
