"""How files for production are made: drawn at real size, marked, signed, their bytes kept. Changes no row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ledger import making
from ledger.context import Ledger
from ledger.domain.assets import Asset, Collection
from ledger.domain.ids import LicenceId, MarkId
from ledger.domain.licence import Grant
from ledger.domain.production import MadeFile, PrintSize
from ledger.domain.terms import Terms
from ledger.encoding import with_xmp
from ledger.export import policy

if TYPE_CHECKING:
    from forensics import Fingerprint
    from ledger.making import Pixels
    from provenance import ClaimInput

PNG, TIFF, SVG, PDF = "image/png", "image/tiff", "image/svg+xml", "application/pdf"


@dataclass(frozen=True, eq=False)
class Source:
    """A tile in one palette at one size. `parent` names the signed file that the files are made from.

    `ink_names` is empty where nobody named the inks. `id` names what is made: the same files of another
    drawing are another production.
    """

    id: str
    tile: Asset
    collection: Collection
    terms: Terms
    grant: Grant | None
    colourway: str | None
    palette: tuple[str, ...]
    ink_names: tuple[str, ...]
    mark: MarkId
    parent: str
    size: PrintSize

    @property
    def licence(self) -> LicenceId | None:
        return self.grant.id if self.grant else None

    @property
    def title(self) -> str:
        name = self.collection.title_of(self.tile.signed.marked.draft)
        return f"{name} {self.colourway}" if self.colourway else name

    @cached_property
    def stem(self) -> str:
        """What the names of its files begin with."""
        name = _plain(self.title) or "tile"
        return f"{name}-{self.size.width_mm.replace('.', '_')}mm-{self.size.dpi}dpi"

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What its inks are called, each by a name of its own."""
        from generator.palettes import told_apart

        return told_apart(self.palette, self.ink_names)

    @property
    def dpi(self) -> float:
        """Pixels an inch, so that the whole pixels are exactly as wide as was asked."""
        return self.size.edge * 25_400 / self.size.width_um


def picture(ledger: Ledger, made: Source) -> tuple[MadeFile, ...]:
    """PNG and TIFF of the tile. Raises OrderError, MarkError, ProvenanceError and StorageError."""
    from forensics import fingerprint
    from generator.production.enlarging import Enlarger
    from generator.production.pictures import encode
    from watermark import mark

    edge, watermarker = made.size.edge, ledger.engines.watermarker
    drawn = Enlarger(making.separations(ledger, made.tile)).painted(edge, made.palette)
    marked = mark(watermarker, drawn, int(made.mark))
    prints, files = fingerprint(marked), []
    for mime, ending in ((PNG, "png"), (TIFF, "tif")):
        claimed = _facts(ledger, made, mime, watermarker.algorithm, prints)
        xmp = making.packet(ledger, claimed, made.terms)
        data = encode(marked, mime, made.dpi, xmp)
        signed = _signed(ledger, made, with_xmp(data, xmp) if mime == PNG else data, claimed, marked)
        facts = MadeFile(f"{made.stem}.{ending}", "", 0, mime, edge, edge, watermarker.algorithm, True)
        files.append(_kept(ledger, facts, signed))
    return tuple(files)


def screens(ledger: Ledger, made: Source) -> tuple[MadeFile, ...]:
    """A 1-bit TIFF for each ink, the ground too, marked in their line where they have enough of it."""
    from generator.production.enlarging import Enlarger
    from generator.production.pictures import encode_screen
    from generator.production.screens import screen

    index = Enlarger(making.separations(ledger, made.tile)).index(made.size.edge)
    index, algorithm = _lined(ledger, made, index)
    files = []
    for place, (ink, name) in enumerate(zip(made.palette, made.names, strict=True)):
        role = "ground" if place == 0 else f"ink {place} of {len(made.palette) - 1}"
        size = f"{made.size.width_mm} mm at {made.size.dpi} dpi"
        plate = screen(index, place, made.size.dpi, f"{made.title}   {role}   {name} {ink}   {size}")
        claimed = _facts(ledger, made, TIFF, algorithm, None)
        data = encode_screen(plate, made.dpi, making.packet(ledger, claimed, made.terms))
        data = _signed(ledger, made, data, claimed)
        label = f"{made.stem}-{place}-{_plain(name) or 'ink'}.tif"
        facts = MadeFile(label, "", 0, TIFF, *plate.size, algorithm, True, ink)
        files.append(_kept(ledger, facts, data))
    return tuple(files)


def sheets(ledger: Ledger, made: Source) -> tuple[MadeFile, ...]:
    """The drawing (SVG), marked in its line where it has enough of it, and the swatch sheet (PDF)."""
    from generator.production.drawing import to_svg

    index = making.separations(ledger, made.tile)
    lined, algorithm = _lined(ledger, made, index)
    drawing = to_svg(lined, made.palette, made.names, made.size.width_mm, made.title).encode()
    edge = index.shape[0]
    drawing = _signed(ledger, made, drawing, _facts(ledger, made, SVG, algorithm, None))
    sheet = _swatches(ledger, made, index)
    sheet = _signed(ledger, made, sheet, _facts(ledger, made, PDF, None, None))
    svg = MadeFile(f"{made.stem}.svg", "", 0, SVG, edge, edge, algorithm, True)
    pdf = MadeFile(f"{made.stem}-swatches.pdf", "", 0, PDF, 595, 842, None, True)
    return _kept(ledger, svg, drawing), _kept(ledger, pdf, sheet)


def _swatches(ledger: Ledger, made: Source, index: Pixels) -> bytes:
    from forensics import decode_image
    from generator.critic.printing import coverage
    from generator.production.sheet import Swatch, swatch_sheet

    shares = coverage(index, len(made.palette))
    swatches = [
        Swatch(ink, name, share) for ink, name, share in zip(made.palette, made.names, shares, strict=True)
    ]
    size, edge = made.size, made.size.edge
    facts = [
        f"one tile: {size.width_mm} x {size.width_mm} mm, {edge} x {edge} px at {size.dpi} dpi",
        f"tile {made.tile.id}",
        f"mark {made.mark:012x}",
        *([f"licence {made.licence}", f"for {made.grant.licensee}"] if made.grant else []),
        f"made by {ledger.studio}",
    ]
    return swatch_sheet(made.title, decode_image(ledger.blobs.get(made.parent)), swatches, facts)


def _lined(ledger: Ledger, made: Source, index: Pixels) -> tuple[Pixels, str | None]:
    """The index map with its line moved by the mark, and the algorithm; as it is where that is too short."""
    import numpy as np

    from watermark import MarkError, TorusMark, mark

    watermarker = ledger.engines.watermarker
    if not isinstance(watermarker, TorusMark):
        return index, None
    # Which inks they are does not matter to the line: they only have to look apart to be told apart.
    inks = np.array(
        [[round(255 * place / (len(made.palette) - 1))] * 3 for place in range(len(made.palette))]
    )
    table = inks.astype(np.uint8)
    try:
        marked = mark(watermarker, table[index], int(made.mark), inks=table.tolist())
    except MarkError:
        return index, None
    places = np.zeros(256, np.uint8)
    places[table[:, 0]] = np.arange(len(table))
    return places[marked[..., 0]], watermarker.line.algorithm


def _facts(
    ledger: Ledger, made: Source, mime: str, algorithm: str | None, prints: Fingerprint | None
) -> ClaimInput:
    """What the claim of a file says; it has a mark where an algorithm put one into it."""
    from forensics import Fingerprint

    tile, at = made.tile, ledger.now()
    draft = tile.signed.marked.draft
    recipe: Mapping[str, Any] = {**draft.recipe, "palette": list(made.palette)}
    known = prints or Fingerprint.from_dict(tile.fingerprint)
    facts = making.claim_of(
        ledger, replace(draft, recipe=recipe), made.mark, made.collection, made.terms, known, at
    )
    return replace(
        facts,
        title=made.title,
        mime=mime,
        mark=(algorithm, made.mark.to_bytes(making.MARK_BYTES, "big")) if algorithm else None,
        fingerprint=facts.fingerprint if prints else None,
        licence=policy(ledger, tile, made.terms, made.grant),
        parent=(made.title, tile.signed.mime),
        edited="c2pa.resized",
    )


def _signed(
    ledger: Ledger, made: Source, data: bytes, facts: ClaimInput, pixels: Pixels | None = None
) -> bytes:
    return making.sign(ledger, data, facts, ledger.blobs.get(made.parent), pixels)


def _plain(text: str) -> str:
    """As it can stand in the name of a file."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _kept(ledger: Ledger, facts: MadeFile, data: bytes) -> MadeFile:
    return replace(facts, sha256=ledger.blobs.put(data), bytes=len(data))
