"""A file is cut into passages that can be found again by their lines, whatever its text is like."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.brief_text import brief_to_dict, parse_brief
from ledger.domain.errors import BriefError, FieldError
from ledger.domain.guidelines import (
    MARKDOWN,
    MAX_PASSAGE,
    MAX_PASSAGES,
    PDF,
    PLAIN,
    GuidelinesUse,
    cut,
)

FILE = "ab" * 32
BRIEF = {
    "name": "x",
    "prompts": ["dots"],
    "palettes": [["#ffffff", "#000000"]],
    "count": 1,
    "size": 256,
    "seed": 0,
}
BOOK = """Before.

# House
## Inks ##
Three inks.
No more.

~~~
# not a heading
```
~~~
### Reds
Brick.

## Motifs
Shells."""


def test_markdown_is_cut_at_its_headings() -> None:
    found = cut(FILE, MARKDOWN, [BOOK])
    assert [(each.heading, each.first, each.last) for each in found] == [
        ("", 1, 1),
        ("House > Inks", 5, 11),
        ("House > Inks > Reds", 13, 13),
        ("House > Motifs", 16, 16),
    ]
    assert found[1].text.startswith("Three inks.\nNo more.\n\n~~~\n# not a heading")
    assert [each.under for each in found] == ["", "Inks", "Inks > Reds", "Motifs"]
    assert found[2].where == "'House > Inks > Reds', line 13"
    assert found[1].where == "'House > Inks', lines 5-11"
    assert len({each.digest for each in found}) == 4


@pytest.mark.parametrize(
    "text", ["# Inks\nThree.\n# Packaging\nNone.", "## Inks\nThree.\n# Packaging\nNone."]
)
def test_a_file_of_several_parts_has_no_title(text: str) -> None:
    found = cut(FILE, MARKDOWN, [text])
    assert [each.under for each in found] == ["Inks", "Packaging"]
    assert found[0].where == "'Inks', line 2"


def test_plain_text_and_pages_have_no_headings() -> None:
    assert [each.heading for each in cut(FILE, PLAIN, ["# One\n\nTwo."])] == [""]
    found = cut(FILE, PDF, ["One.", "", "Two.\x00\ud800"])
    assert [(each.page, each.first, each.text) for each in found] == [(1, 1, "One."), (3, 1, "Two.")]
    assert found[1].where == "page 3, line 1"


def test_long_texts_are_cut_between_paragraphs_lines_and_sentences() -> None:
    long = "word " * 70
    paragraphs = cut(FILE, PLAIN, [f"{long}\n\n{long}\n{long}"])
    assert [(each.first, each.last) for each in paragraphs] == [(1, 1), (3, 3), (4, 4)]
    (first, second) = cut(FILE, PLAIN, [f"{long}. {long}."])
    assert (first.first, second.first) == (1, 1)
    assert len(cut(FILE, PLAIN, ["x" * (2 * MAX_PASSAGE + 1)])) == 3


@pytest.mark.parametrize(("kind", "text"), [(PLAIN, " \n\n"), (MARKDOWN, "# Only a heading"), (PDF, "")])
def test_a_file_without_a_passage_is_refused(kind: str, text: str) -> None:
    with pytest.raises(FieldError, match="makes 0 passages"):
        cut(FILE, kind, [text])
    with pytest.raises(FieldError, match=f"{MAX_PASSAGES} can be kept"):
        cut(FILE, PLAIN, [("x" * MAX_PASSAGE + "\n\n") * (MAX_PASSAGES + 1)])


@given(st.text(st.sampled_from("ab #\n.~`-"), max_size=200))
def test_every_letter_is_in_one_passage_at_the_lines_it_tells(text: str) -> None:
    try:
        found = cut(FILE, PLAIN, [text])
    except FieldError:
        assert not text.strip()
        return
    lines = text.split("\n")
    for each in found:
        assert "".join(each.text.split()) in "".join("".join(lines[each.first - 1 : each.last]).split())
        assert len(each.text) <= MAX_PASSAGE
    assert "".join("".join(each.text.split()) for each in found) == "".join(text.split())


@pytest.mark.parametrize(
    ("said", "asked"),
    [("auto", ("auto",)), (["auto", "silk"], ("auto", "silk")), ({"asked": ["silk"]}, ("silk",))],
)
def test_a_brief_says_what_it_asks(said: Any, asked: tuple[str, ...]) -> None:
    brief = parse_brief({**BRIEF, "guidelines": said})
    assert brief.guidelines == GuidelinesUse(asked)
    assert parse_brief(brief_to_dict(brief)) == brief
    assert "guidelines" not in brief_to_dict(parse_brief(BRIEF))


def test_what_a_brief_was_held_against_is_kept_in_it() -> None:
    told = {"asked": "auto", "passages": [FILE], "left_out": [{"what": "motifs: x", "passage": FILE}]}
    brief = parse_brief({**BRIEF, "guidelines": told})
    assert brief.guidelines == GuidelinesUse(("auto",), (FILE,), (("motifs: x", FILE),))
    assert parse_brief(brief_to_dict(brief)) == brief


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (7, "guidelines: 7 is not a list"),
        ("", "guidelines: a text of 0"),
        ([], "guidelines: a list of 0"),
        ({"passages": []}, "guidelines.asked: is missing"),
        ({"asked": "auto", "passages": ["x"]}, r"guidelines.passages\[0\]: is no digest"),
        ({"asked": "auto", "left_out": [{"what": "x"}]}, r"guidelines.left_out\[0\].passage: is missing"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_its_field(said: Any, problem: str) -> None:
    with pytest.raises(BriefError, match=problem):
        parse_brief({**BRIEF, "guidelines": said})
