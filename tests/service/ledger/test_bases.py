"""Those tiles may be drawn over that drawing over does not refuse, for the house and for a party."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import Mock

import numpy as np
import pytest
from PIL import Image

from ledger import bases, choosing, create, restyling
from ledger.domain.choices import Choice
from ledger.domain.errors import OrderError, UseError
from ledger.domain.styles import MadeFor
from ledger.errors import NotPermittedError, UnknownError
from ledger.store import assets

MILL = MadeFor("mill", "GB")  # type: ignore[arg-type]


@dataclass(frozen=True)
class Library:
    """Registered tiles under open and under closed terms, one that is not registered, and one rejected.

    A mill holds a licence of the first open one.
    """

    ledger: Any
    open: list[Any]
    closed: list[Any]
    early: list[Any]
    licence: Any

    def listed(self, *arguments: Any, **given: Any) -> list[Any]:
        return [each.draft.id for each in bases.listed(self.ledger, *arguments, **given)]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, helpers: Any) -> Iterator[Library]:
    with helpers.open(tmp_path_factory.mktemp("library")) as ledger:
        helpers.people(ledger, "mill", "rival", funded=["mill"])
        given = helpers.terms(name="Open", derivatives="included")
        _, opened = helpers.published(ledger, "open", 2, given)
        _, closed = helpers.published(ledger, "closed", 1, helpers.terms())
        planned = helpers.brief(name="Early Light", count=2, prompts=["gingham"])
        created = create.plan(ledger, planned, given, "early")
        with ledger.store.reading() as tx:
            early = [each.id for each in assets.drafts(tx, created.id)]
        for each in early:
            create.make(ledger, each)
        choosing.choose(ledger, [early[1]], Choice.REJECTED, "Ann", "")
        licence = helpers.licensed(ledger, opened[0], "mill", helpers.use())
        yield Library(ledger, opened, closed, early, licence)


def refused(library: Library, asset: Any, made_for: Any) -> str:
    """What drawing over a tile is refused with, empty where it is not."""
    try:
        brief, terms = restyling.restyle(library.ledger, asset, None, made_for=made_for)
        restyling.planned_once(library.ledger, brief, terms)
    except (NotPermittedError, OrderError) as error:
        return str(error)
    return ""


@pytest.mark.parametrize("made_for", [None, MILL, MadeFor("mill", "US"), MadeFor("rival", "GB")])  # type: ignore[arg-type]
def test_they_are_those_that_are_not_refused(library: Library, made_for: Any) -> None:
    every = [*library.open, *library.closed, *library.early]
    told = bases.listed(library.ledger, made_for=made_for, refused=True)
    assert [each.draft.id for each in told] == every
    for each in told:
        said = refused(library, each.draft.id, made_for)
        assert (each.may, each.why in said) == (not said, bool(said))
    may = [each.draft.id for each in told if each.may]
    assert library.listed(made_for=made_for) == may


def test_each_says_what_it_shows_and_by_which_right(library: Library) -> None:
    (own, *_) = bases.listed(library.ledger)
    assert (own.title, own.prompt, own.family, own.terms) == (
        "Test 01",
        "large floral, scattered",
        "floral",
        "Open",
    )
    assert (own.licence, own.why) == (None, "own, under the terms Open")
    (theirs,) = bases.listed(library.ledger, made_for=MILL)
    assert (theirs.draft.id, theirs.licence, theirs.may) == (library.open[0], library.licence.id, True)
    assert theirs.why == f"licence {library.licence.id}"
    second = bases.listed(library.ledger, made_for=MILL, refused=True)[1]
    assert (second.may, second.licence) == (False, None)
    assert "take the offer: selvage decide" in second.why


def test_they_are_found_by_all_words_and_come_in_pages(library: Library) -> None:
    assert library.listed("FLORAL large") == library.open[:1]
    assert library.listed("early gingham") == library.early[:1]
    assert library.listed("floral gingham") == []
    whole = library.listed(refused=True)
    parts = [library.listed(refused=True, limit=2, offset=start) for start in range(0, 6, 2)]
    assert [each for part in parts for each in part] == whole
    assert library.listed(limit=1, offset=2) == library.early[:1]
    assert library.listed(offset=3) == []


def test_many_parts_of_the_register_are_one_list(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = library.listed(refused=True)
    monkeypatch.setattr("ledger.store.candidates.CHUNK", 2)
    assert library.listed(refused=True) == whole


def test_no_file_is_read_for_the_list(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        type(library.ledger.blobs), "get", Mock(side_effect=AssertionError("a blob was read"))
    )
    assert len(bases.listed(library.ledger, refused=True)) == 5


def test_who_is_not_there_and_no_country_are_told(library: Library) -> None:
    with pytest.raises(UnknownError, match="nobody"):
        bases.listed(library.ledger, made_for=MadeFor("nobody", "GB"))  # type: ignore[arg-type]
    with pytest.raises(UseError, match="territory"):
        bases.listed(library.ledger, made_for=MadeFor("mill", "ZZ"))  # type: ignore[arg-type]


def test_people_look_at_them_side_by_side(library: Library) -> None:
    found = bases.listed(library.ledger)
    data = bases.sheet(library.ledger, dict(enumerate(found, 1)))
    picture = Image.open(io.BytesIO(data)).convert("RGB")
    edge, gap = bases.SHOWN_PX, bases.GAP_PX
    assert picture.size == (gap + 3 * (edge + gap), 2 * gap + edge + bases.STRIP_PX)
    for number, each in enumerate(found):
        left = gap + number * (edge + gap)
        shown = np.asarray(picture.crop((left, gap, left + edge, gap + edge)), int)
        with Image.open(io.BytesIO(library.ledger.blobs.get(each.sha256))) as tile:
            whole = np.asarray(tile.convert("RGB").resize((edge, edge), Image.Resampling.LANCZOS), int)
        assert np.array_equal(shown, whole)
        label = np.asarray(picture.crop((left, gap + edge, left + edge, gap + edge + bases.STRIP_PX)))
        assert label.min() < 64
    long = replace(found[0], title="A name that is much too long for the width of one picture 01")
    assert bases.sheet(library.ledger, {1000: long}).startswith(b"\x89PNG")
