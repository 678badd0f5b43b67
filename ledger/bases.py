"""The library of base patterns: which tiles may be drawn over, by whom, by which right. Changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from ledger import restyling
from ledger.context import Ledger
from ledger.domain.assets import Draft
from ledger.domain.errors import OrderError
from ledger.domain.ids import LicenceId
from ledger.domain.origins import asked_for
from ledger.domain.styles import MadeFor
from ledger.domain.words import holds_words
from ledger.permission import check_asker, right_of
from ledger.store import Tx, assets, candidates, collections
from ledger.store.candidates import Candidate
from ledger.styles import right_to_draw_over

if TYPE_CHECKING:
    from PIL.Image import Image

SHOWN_PX, STRIP_PX, COLUMNS, GAP_PX, FONT_PX = 200, 22, 6, 12, 13
MOST_SHOWN = 100  # tiles on one sheet


@dataclass(frozen=True)
class Base:
    """A tile, and whether it may be drawn over.

    `prompt` is None for a tile that a person drew, `family` where its words do not say it. `sha256` names its
    signed file, `terms` those now in force for it. `why` is the right by which it may be drawn over, of
    `licence` where that is one; or why it may not.
    """

    draft: Draft
    title: str
    sha256: str
    prompt: str | None
    family: str | None
    terms: str
    may: bool
    licence: LicenceId | None
    why: str


def listed(
    ledger: Ledger,
    words: str = "",
    made_for: MadeFor | None = None,
    *,
    refused: bool = False,
    limit: int = 100,
    offset: int = 0,
) -> list[Base]:
    """The tiles that the house may draw over, or a party by its licences, in the order of the book.

    `words` keeps those that have all of them in their prompt or in the name of their collection; `refused`
    lists those too that may not be drawn over. Reads no file.

    Raises UnknownError for a party that is not there, UseError for no country.
    """
    part = (offset, offset + limit)
    with ledger.store.reading() as tx:
        check_asker(ledger, tx, made_for)
        holder = made_for.party if made_for and not refused else None
        found = (each for each in candidates.walk(tx, holder) if holds_words(_said(each), words))
        if refused:
            page = [_asked(ledger, tx, each, made_for) for each in islice(found, *part)]
        else:
            answers = (_asked(ledger, tx, each, made_for) for each in found)
            page = list(islice((each for each in answers if not each.why), *part))
        return [_base(ledger, tx, each) for each in page]


def sheet(ledger: Ledger, found: Mapping[int, Base]) -> bytes:
    """The first MOST_SHOWN of these tiles as one PNG, each with its number and name.

    Raises the generator's BriefError for no tiles, and StorageError.
    """
    import numpy as np

    from generator.preview import contact_sheet
    from ledger.making import encode_png

    cells = [np.asarray(_cell(ledger, each, number)) for number, each in islice(found.items(), MOST_SHOWN)]
    return encode_png(contact_sheet(cells, COLUMNS, GAP_PX))


@dataclass(frozen=True)
class _Answer:
    """What the rule says of a tile: the licence that lets it be drawn over; why not, empty where it may."""

    tile: Candidate
    licence: LicenceId | None
    why: str


def _said(tile: Candidate) -> str:
    asked = asked_for(tile.draft.recipe)
    return f"{tile.name} {asked[0] if asked else ''}"


def _asked(ledger: Ledger, tx: Tx, tile: Candidate, made_for: MadeFor | None) -> _Answer:
    try:
        assets.require_kept(tile.draft.id, tile.choice)
    except OrderError as error:
        return _Answer(tile, None, str(error))
    return _Answer(tile, *right_to_draw_over(ledger, tx, tile.face, made_for))


def _base(ledger: Ledger, tx: Tx, answer: _Answer) -> Base:
    draft, terms = answer.tile.draft, answer.tile.face.terms
    asked = asked_for(draft.recipe)
    shown = restyling.shown(ledger, draft.recipe) if asked else None
    return Base(
        draft=draft,
        title=collections.get(tx, draft.collection).title_of(draft),
        sha256=answer.tile.face.sha256,
        prompt=asked[0] if asked else None,
        family=str(shown["family"]) if shown else None,
        terms=terms.name,
        may=not answer.why,
        licence=answer.licence,
        why=answer.why or right_of(tx, draft.id, answer.licence),
    )


def _cell(ledger: Ledger, base: Base, number: int) -> Image:
    """The tile, scaled, over a strip with its number and name."""
    from PIL import Image, ImageDraw, ImageFont

    from forensics import decode_image
    from generator.lettering import plain_letters

    cell = Image.new("RGB", (SHOWN_PX, SHOWN_PX + STRIP_PX), "white")
    picture = Image.fromarray(decode_image(ledger.blobs.get(base.sha256)))
    cell.paste(picture.resize((SHOWN_PX, SHOWN_PX), Image.Resampling.LANCZOS))
    font, label = ImageFont.load_default(FONT_PX), plain_letters(f"{number}  {base.title}")
    fits = next(part for part in _shorter(label) if font.getlength(part) <= SHOWN_PX)
    ImageDraw.Draw(cell).text((0, SHOWN_PX + 3), fits, "black", font)
    return cell


def _shorter(label: str) -> Iterator[str]:
    """The end of a name tells tiles of one collection apart, so the middle of it goes."""
    yield label
    for cut in range(len(label)):
        keep = (len(label) - cut) // 2
        yield f"{label[:keep]}...{label[len(label) - keep :]}"
