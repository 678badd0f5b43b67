"""Guidelines are kept and found again, and a brief is held against them by passages that it names."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from ledger import brand, briefing, choosing, create, guiding
from ledger.domain.brief_text import brief_to_dict, parse_brief
from ledger.domain.choices import Choice
from ledger.domain.errors import BriefError, FieldError
from ledger.errors import UnknownError
from ledger.store import assets, collections, entries

BOOK = b"""# House book

## Motifs

- Never use animals or skulls.

## Inks

At most 3 inks per design.

Harbour palette: chalk, navy, coral

## Seaside

Shells with wide air between them.
"""
WORDED = {
    "name": "Seaside",
    "themes": ["coastal"],
    "motifs": ["ringed scallop", "leopard animal"],
    "colourways": {
        "night": ["#17274f", "#f0c9c0"],
        "loud": ["#17274f", "#f0c9c0", "#ee7360", "#ffffff"],
    },
    "size": 256,
    "seed": 3,
    "generator": "archive",
    "guidelines": "auto",
}


def paper(*pages: str, password: str | None = None) -> bytes:
    """A PDF with a line of text on each page."""
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    file = io.BytesIO()
    canvas = Canvas(file, encrypt=StandardEncryption(password) if password else None)
    for page in pages:
        canvas.drawString(72, 720, page)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def test_a_file_is_kept_replaced_and_removed(ledger: Any, tmp_path: Path, helpers: Any) -> None:
    first, none = brand.add(ledger, "book.md", BOOK)
    assert (first.kind, first.passages, none) == ("markdown", 3, None)
    assert brand.add(ledger, "other.md", BOOK) == (first, None)
    second, before = brand.add(ledger, "book.md", BOOK + b"\nMore air.")
    assert before == first
    assert brand.kept(ledger) == (second,)
    found = brand.search(ledger, "what do we draw for beach houses", 2)[0]
    assert (found.name, found.passage.where) == ("book.md", "'House book > Seaside', lines 15-17")
    brand.remove(ledger, second.sha256[:8])
    assert brand.search(ledger, "shells") == brand.kept(ledger) == ()
    with pytest.raises(UnknownError, match="brand add"):
        brand.remove(ledger, "book.md")
    again, _ = brand.add(ledger, "new.md", BOOK)
    assert (again.name, again.removed_at) == ("new.md", None)
    with ledger.store.reading() as tx:
        told = [entry.kind for entry in entries.about(tx, [first.sha256])]
    assert told == ["guideline-added", "guideline-removed", "guideline-added"]
    assert ledger.blobs.get(first.sha256) == BOOK


def test_what_comes_back_is_of_the_kind_it_was_cut_as(ledger: Any) -> None:
    """Its passages are those of before, so a name of another kind would say what is not so."""
    kept = {"rules.md": (BOOK, "rules.txt", "give a name in .md"), "a.txt": (b"Note.", "a.md", "not in .md")}
    for name, (data, other, advice) in kept.items():
        first, _ = brand.add(ledger, name, data)
        brand.remove(ledger, name)
        with pytest.raises(FieldError, match=advice):
            brand.add(ledger, other, data)
        assert brand.kept(ledger) == ()
        again, _ = brand.add(ledger, f"new-{name}", data)
        assert (again.kind, again.passages) == (first.kind, first.passages)
        with ledger.store.reading() as tx:
            assert entries.about(tx, [first.sha256])[-1].body["kind"] == first.kind
        brand.remove(ledger, again.name)


def test_passages_are_read_once_for_all_questions(ledger: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    read, passages = list[int](), brand.guidelines.passages
    monkeypatch.setattr(brand.guidelines, "passages", lambda *asked: (read.append(1), passages(*asked))[1])
    brand.add(ledger, "book.md", BOOK)
    asked = briefing.read(WORDED)
    for _ in range(2):
        assert brand.search(ledger, "shells")
        assert guiding.guided(ledger, asked).effects
    assert len(read) == 1
    brand.add(ledger, "more.md", b"# More\n\nMore shells.\n")
    assert {each.name for each in brand.search(ledger, "shells")} == {"book.md", "more.md"}
    brand.remove(ledger, "book.md")
    assert {each.name for each in brand.search(ledger, "shells")} == {"more.md"}
    assert len(read) == 3


def test_the_text_of_a_pdf_is_quoted_by_its_pages(ledger: Any) -> None:
    made, _ = brand.add(ledger, "rules.pdf", paper("Welcome.", "Never use stripes."))
    assert (made.kind, made.passages) == ("pdf", 2)
    (found,) = brand.search(ledger, "striped cloth")
    assert found.passage.where == "page 2, line 1"


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("a.docx", b"PK\x03\x04\xff", "neither a PDF nor UTF-8"),
        ("a.txt", b"a\nb\xe9", r"UTF-8 text \(line 2\)"),
        ("a.txt", b"a\x00b", "NUL"),
        ("a.txt", b" \n", "0 passages"),
        ("a.txt", b"x" * (brand.MAX_TEXT_BYTES + 1), "bytes; give at most"),
        ("a\n.txt", b"text", "name: "),
        ("a.pdf", b"%PDF-1.7 broken", "is damaged"),
        ("a.pdf", paper("x", password="secret"), "is locked"),
    ],
)
def test_a_file_that_cannot_be_quoted_is_refused(ledger: Any, name: str, data: bytes, problem: str) -> None:
    with pytest.raises(FieldError, match=problem):
        brand.add(ledger, name, data)
    assert brand.kept(ledger) == ()


def test_a_brief_is_held_against_its_guidelines(ledger: Any, helpers: Any) -> None:
    helpers.people(ledger)
    brand.add(ledger, "book.md", BOOK)
    laid_out = briefing.lay_out(ledger, briefing.read(WORDED))
    brief, guidance = laid_out.guidance.brief, laid_out.guidance
    assert [(tile.prompt.split(",")[0], len(tile.palette)) for tile in laid_out.tiles] == [
        ("ringed scallop", 2)
    ]
    assert [(each.kind, each.value) for each in guidance.effects] == [
        ("left out", "leopard animal"),
        ("left out", "loud"),
        ("colourway", "harbour: [#f6f3ea, #17274f, #ee7360]"),
    ]
    told = {each.value: [found.passage.under for found in each.passages] for each in guidance.subjects}
    assert told["coastal"][0] == told["ringed scallop"][0] == "Seaside"
    assert brief.guidelines is not None
    assert len(brief.guidelines.passages) == 3
    assert brief.guidelines.left_out[0] == ("motifs: leopard animal", guidance.effects[0].passage.digest)
    planned = create.plan(ledger, briefing.read(WORDED), helpers.terms(), "held")
    assert planned.brief == brief
    with ledger.store.reading() as tx:
        assert collections.get(tx, planned.id).brief == brief
        assert len(assets.drafts(tx, planned.id)) == 1


def test_a_collection_is_planned_again_as_it_was(ledger: Any, helpers: Any) -> None:
    helpers.people(ledger)
    brand.add(ledger, "book.md", BOOK)
    asked = briefing.read(WORDED)
    planned = create.plan(ledger, asked, helpers.terms(), "held")
    brand.add(ledger, "book.md", b"# House book\n\nNever use scallops.\n")
    assert create.plan(ledger, asked, helpers.terms(), "held") == planned
    with pytest.raises(BriefError, match=r"motifs: none is left by the guidelines: 'Never use scallops"):
        create.plan(ledger, briefing.read({**WORDED, "motifs": ["ringed scallop"]}), helpers.terms(), "new")
    as_kept = create.plan(ledger, parse_brief(brief_to_dict(planned.brief)), helpers.terms(), "copy")
    assert as_kept.brief == planned.brief
    lost = {**WORDED, "guidelines": {"asked": "auto", "passages": ["0" * 64]}}
    with pytest.raises(UnknownError, match="looked up anew"):
        guiding.guided(ledger, briefing.read(lost))


def test_who_asks_one_question_is_bound_by_its_answers(ledger: Any) -> None:
    assert (
        guiding.guided(ledger, briefing.read({**WORDED, "guidelines": ["shells"]})).subjects[0].passages == ()
    )
    brand.add(ledger, "book.md", BOOK)
    held = guiding.guided(ledger, briefing.read({**WORDED, "guidelines": ["shells"]}))
    assert [(each.kind, len(each.passages)) for each in held.subjects] == [("query", 1)]
    assert held.effects == ()
    free = briefing.read({name: value for name, value in WORDED.items() if name != "guidelines"})
    assert guiding.guided(ledger, free).brief == free
    many = {name: value for name, value in WORDED.items() if name not in ("themes", "motifs", "colourways")}
    flat = {"prompts": [f"dots {n}" for n in range(50)], "palettes": [["#17274f", "#f0c9c0"]], "count": 50}
    asked = guiding.guided(ledger, briefing.read({**many, **flat, "guidelines": ["auto", "shells"]}))
    assert (len(asked.subjects), asked.silent) == (40, 12)


def test_a_brief_is_kept_only_where_its_record_can_be_read_again(ledger: Any, helpers: Any) -> None:
    helpers.people(ledger)
    _, passage = brand.add(ledger, "book.md", BOOK), brand.search(ledger, "skulls", 1)[0].passage
    most = [{"what": f"motifs: no {number}", "passage": passage.digest} for number in range(500)]
    for given, kept in ((most[:498], True), (most[:499], False)):  # and two of its own
        use = {"asked": ["auto"], "left_out": given}
        brief = briefing.read({**WORDED, "guidelines": use})
        if kept:
            planned = create.plan(ledger, brief, helpers.terms(), "most")
            assert parse_brief(brief_to_dict(planned.brief)) == planned.brief
            continue
        with pytest.raises(BriefError, match="501 things are left out"):
            create.plan(ledger, brief, helpers.terms(), "too many")


def test_what_became_of_such_tiles_is_told_beside(ledger: Any, helpers: Any) -> None:
    helpers.people(ledger)
    planned = create.plan(
        ledger, briefing.read({**WORDED, "guidelines": ["shells"]}), helpers.terms(), "past"
    )
    with ledger.store.reading() as tx:
        drafts = assets.drafts(tx, planned.id)
    made = create.make(ledger, drafts[0].id).id
    choosing.choose(ledger, [made], Choice.SELECTED, "Mara")
    past = briefing.lay_out(ledger, briefing.read(WORDED)).past
    assert {(part, value, weight.kind) for part, value, weight in past} == {
        ("theme", "coastal", "theme"),
        ("motif", "ringed scallop", "family"),
        ("motif", "ringed scallop", "style"),
        ("colourway", "night", "palette"),
    }
    assert all(weight.why.startswith("1 tiles, 1 selected: 1 points") for _, _, weight in past)


def test_a_rebuilt_ledger_has_its_guidelines(ledger: Any, helpers: Any, tmp_path: Path) -> None:
    made, _ = brand.add(ledger, "book.md", BOOK)
    found = brand.search(ledger, "shells")
    assert helpers.rebuilt(ledger, tmp_path / "again") is not None
    assert brand.search(ledger, "shells") == found
    assert brand.kept(ledger) == (made,)
