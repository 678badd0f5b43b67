"""Pictures that somebody hands in to train a style on, each with the right that is stated to it.

One that shows a tile of this ledger is used by the terms of that tile, whatever is stated: also a tile that
scans leave out, and one that was retouched, recoloured or photographed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ledger import searching, seeing, styling
from ledger.context import Ledger
from ledger.domain.errors import FieldError, OrderError
from ledger.domain.ids import AssetId, LicenceId, PartyId
from ledger.domain.styles import MadeFor, Source
from ledger.domain.use import Action
from ledger.errors import NotPermittedError
from ledger.guardrails import SAME_SHAPE
from ledger.making import encode_png
from ledger.permission import licence_for, right_of
from ledger.store import Tx, assets, parties
from ledger.styles import embedded, title_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from forensics import Fingerprint, Index, Report

TRAINING = "training a style"
ALIKE = 16  # tiles of one drawing, in other colours or of another collection, whose terms are asked


@dataclass(frozen=True)
class Given:
    """A picture as it was handed in: `sha256` names its bytes, `by` is who states the `right` to use it."""

    title: str
    sha256: str
    right: str
    by: str


def asked(
    ledger: Ledger,
    name: str,
    tiles: Sequence[Source],
    pictures: Sequence[Given],
    steps: int,
    seed: int,
    made_for: MadeFor | None = None,
    *,
    repair: bool = False,
) -> dict[str, Any]:
    """The arguments of the job that takes the pictures apart and trains the style of them and the tiles.

    Their bytes have to be among the blobs before it begins. Raises what `styling.asked` raises, UnknownError
    for a party that is not there; what only the pictures themselves show is raised by the job.
    """
    if not pictures:
        return styling.asked(ledger, name, tiles, steps, seed, made_for)
    styling.check(name, steps, seed, len(tiles) + len(pictures))
    for each in pictures:
        styling.right_stated(each.right, each.by)
    if len({each.sha256 for each in pictures}) < len(pictures):
        raise FieldError("pictures", "two are the same picture; give each once")
    if made_for is not None:
        with ledger.store.reading() as tx:
            parties.require(tx, made_for.party)
    whom = {"party": made_for.party, "territory": made_for.territory} if made_for else None
    return {
        **{"name": name, "steps": steps, "seed": seed, "tiles": styling.plain(tiles), "for": whom},
        **{"pictures": [asdict(each) for each in pictures], "repair": repair},
        "weights": embedded(ledger).weights,
    }


def together(ledger: Ledger, arguments: Mapping[str, Any], tiles: Sequence[Source]) -> dict[str, Any]:
    """The arguments of the training itself, once every picture is one of the `tiles`.

    Raises what `styling.asked` raises.
    """
    name, steps, seed = str(arguments["name"]), int(arguments["steps"]), int(arguments["seed"])
    found = styling.asked(ledger, name, tiles, steps, seed, made_for(arguments))
    return {**found, "weights": arguments["weights"]}


def made_for(arguments: Mapping[str, Any]) -> MadeFor | None:
    """Who trains, None for the house."""
    whom = arguments["for"]
    return MadeFor(PartyId(whom["party"]), str(whom["territory"])) if whom else None


class Taking:
    """Takes pictures apart for one training; what they are looked for in is built once."""

    def __init__(self, ledger: Ledger, made_for: MadeFor | None, *, repair: bool) -> None:
        self._ledger, self._made_for, self._repair = ledger, made_for, repair

    def source(self, picture: Given) -> Source:
        """A picture as a tile to train on: its separations among the blobs, and the right that holds.

        The very file of a tile of this ledger is that tile, with the separations that are kept of it.

        Raises StyleTilesError that names the picture, what is wrong and the repair, NotPermittedError where
        it shows a tile whose terms do not give `adapter`, and StorageError.
        """
        from generator.style import upload

        if own := self._own(picture):
            return own
        data = self._ledger.blobs.get(picture.sha256)
        pixels = _pixels(picture.title, data)
        # What is wrong with it shows before a long search.
        inks, palette, units = upload(picture.title, pixels, repair=self._repair)
        bound = self._bound(picture.title, self._shows(data, pixels))
        found = self._apart(picture, inks, palette, units)
        return replace(found, owner=self._ledger.studio, **bound) if bound else found

    def _own(self, picture: Given) -> Source | None:
        """None for other bytes, and for a tile that is not printed from separations."""
        with self._ledger.store.reading() as tx:
            tile = assets.by_content(tx, picture.sha256)
        if tile is None:
            return None
        bound = self._bound(picture.title, [tile.id])
        with suppress(OrderError):
            return styling.source(self._ledger, tile, picture.title, bound["right"], bound["licence"])
        return None

    def _apart(self, picture: Given, inks: NDArray[np.uint8], palette: tuple[str, ...], units: int) -> Source:
        from generator.draft import paint

        even = inks[: inks.shape[0] // 2 * 2, : inks.shape[1] // 2 * 2]
        return Source(
            title=picture.title,
            sha256=self._ledger.blobs.put(encode_png(inks)),
            prompt=seeing.words(self._ledger, paint(even, palette), units),
            seed=0,
            inks=len(palette),
            units=units,
            right=styling.right_stated(picture.right, picture.by),
            owner=picture.by,
        )

    def _shows(self, data: bytes, pixels: NDArray[np.uint8]) -> list[AssetId | None]:
        """The tiles that a picture shows, None for one that has our mark and is not here.

        What an examination finds, else the tiles that are the same picture or the same drawing by their
        fingerprint: a drawing that was never marked proves nothing to a scan, and is under its terms.
        """
        from forensics import fingerprint

        searched = [each for each in (searching.register(self._ledger), self._left_out) if each is not None]
        reports = [searching.examine(self._ledger, data, each) for each in searched]
        found = _found(reports)
        if not found:
            prints = fingerprint(pixels)
            found = [tile for each in searched for tile in _near(each.index, prints)]
        return self._drawn_so(found, _proven(reports))

    def _drawn_so(self, found: Sequence[AssetId | None], proven: Collection[AssetId]) -> list[AssetId | None]:
        """These tiles, and those of equal separations where no mark says which one it is.

        Of two tiles of one drawing their marks decide which fingerprint is the nearer, so that one alone may
        be found.
        """
        shown = list(found)
        with self._ledger.store.reading() as tx:
            for each in found:
                if each is not None and each not in proven:
                    shown += assets.drawn_alike(tx, assets.get(tx, each))
        return list(dict.fromkeys(shown))

    @cached_property
    def _left_out(self) -> searching.Register | None:
        return searching.left_out(self._ledger)

    def _bound(self, title: str, shown: Sequence[AssetId | None]) -> dict[str, Any]:
        """Tile, right and licence of a picture that shows tiles, empty where it shows none.

        Of several tiles all have to permit it, and the first one is named. Raises NotPermittedError.
        """
        held, refused = list[dict[str, Any]](), list[tuple[str, str]]()
        with self._ledger.store.reading() as tx:
            for asset in shown:
                if asset is None:
                    refused.append((title, "it has our mark, and no tile here carries it; leave it out"))
                    continue
                licence, why = self._permitted(tx, asset)
                if why:
                    refused.append((f"{title}, which shows {title_of(tx, asset)}", why))
                    continue
                held.append({"asset": asset, "right": right_of(tx, asset, licence), "licence": licence})
        if refused:
            raise NotPermittedError(TRAINING, refused)
        return held[0] if held else {}

    def _permitted(self, tx: Tx, asset: AssetId) -> tuple[LicenceId | None, str]:
        """As `licence_for`, a tile that people rejected or that is not made being refused like the others."""
        try:
            return licence_for(self._ledger, tx, asset, Action.ADAPT, self._made_for)
        except OrderError as error:
            return None, f"{error}; leave this picture out"


def _pixels(title: str, data: bytes) -> NDArray[np.uint8]:
    from forensics import PictureError, decode_image
    from generator.errors import StyleTilesError

    try:
        return decode_image(data)
    except PictureError as error:
        raise StyleTilesError(title, f"it cannot be read: {error}", "give a PNG") from error


def _found(reports: Sequence[Report]) -> list[AssetId | None]:
    """Each tile once; None where a mark was read that none of the searched registers knows."""
    found = [each for report in reports for each in report.found if each.verdict.value != "none"]
    known = {each.mark_id for each in found if each.asset_id is not None}
    return list(
        dict.fromkeys(
            None if each.asset_id is None else AssetId(each.asset_id)
            for each in found
            if each.asset_id is not None or each.mark_id not in known
        )
    )


def _proven(reports: Sequence[Report]) -> set[AssetId]:
    return {
        AssetId(each.asset_id)
        for report in reports
        for each in report.found
        if each.asset_id is not None and each.verdict.value == "proven"
    }


def _near(index: Index, prints: Fingerprint) -> list[AssetId]:
    """The tiles that a picture nearly is, else those that are drawn like it, nearest first."""
    copies = [near.reference for near in index.copies(prints)]
    alike = [reference for reference, far in index.nearest(prints, ALIKE) if far < SAME_SHAPE]
    return [AssetId(each.asset_id) for each in copies or alike]
