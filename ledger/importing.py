"""A tile that a person drew comes in: certified, in inks, unlike anything that a model made here.

It is kept as it was uploaded and goes the way of every tile: taken apart into its inks, marked, signed,
fingerprinted. Its claim says who drew it and who certified that, and names no model.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ledger import create, durable_file, resolving
from ledger.context import Ledger
from ledger.domain.assets import MAX_INKS, MIN_INKS, Asset, CollectionBrief
from ledger.domain.errors import FieldError
from ledger.domain.origins import HAND
from ledger.domain.terms import Terms
from ledger.errors import ConflictError
from ledger.store import assets
from ledger.uploads import separated

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

FOLDER = "certifiers"
GIVE_INKS = "give its inks with --inks"
LOOK = "see where with selvage seam FILE -o PROOF"


def trust(ledger: Ledger, root_pem: str) -> str:
    """Believe what the certifier of this root certificate certifies; its name. Raises KeyMaterialError."""
    from provenance.certifying import organisation, plain_pem
    from provenance.errors import KeyMaterialError

    try:
        root_pem = plain_pem(root_pem)
        name = organisation(root_pem)
    except (ValueError, IndexError) as error:
        raise KeyMaterialError("certifier: give its root certificate in PEM") from error
    folder = ledger.keys / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / f"{hashlib.sha256(root_pem.encode()).hexdigest()[:16]}.pem"
    durable_file.write(file, root_pem.encode())
    return name


def trusted(ledger: Ledger) -> tuple[str, ...]:
    """The root certificates of the certifiers that this ledger believes, PEM."""
    folder: Path = ledger.keys / FOLDER
    return tuple(file.read_text("ascii") for file in sorted(folder.glob("*.pem")))


def bring(
    ledger: Ledger, data: bytes, name: str, terms: Terms, statement: str, inks: Sequence[str] = ()
) -> Asset:
    """The tile of a drawn file, a collection of one called `name`; the same file again is the same tile.

    Raises NotTrustedError and the other StatementErrors, PictureError, FieldError (not square, of no size we
    make, not in 2 to 6 inks, not seamless), ConflictError for what a model made or is a tile already, and
    what `resolving.examined`, `create.reserve` and `create.make` raise. Nothing is kept then but the upload.
    """
    from forensics import decode_image
    from provenance.certifying import check

    digest = hashlib.sha256(data).hexdigest()
    by, certifier = check(statement, trusted(ledger), digest, ledger.clock().astimezone(dt.UTC))
    known = _known(ledger, digest)
    if known is not None:
        return known
    pixels = decode_image(data)
    palette = _palette(pixels, inks)
    brief = _brief(name, palette, pixels.shape[:2])
    separated(pixels, palette, offers=(GIVE_INKS, LOOK))
    _require_new(ledger, data)
    recipe = {
        **{"generator": HAND, "version": 1, "prompt": f"drawn by {by}", "palette": list(palette)},
        **{"size": brief.size, "file": ledger.blobs.put(data), "by": by, "certifier": certifier},
        **{"statement": statement.strip()},
    }
    planned = create.reserve(ledger, brief, terms, f"drawn:{digest}", lambda: [recipe])
    with ledger.store.reading() as tx:
        (draft,) = assets.drafts(tx, planned.id)
    return create.make(ledger, draft.id)


def _known(ledger: Ledger, digest: str) -> Asset | None:
    from ledger.domain.ids import collection_id
    from ledger.store import collections

    with ledger.store.reading() as tx:
        name = collection_id(ledger.id, f"drawn:{digest}")
        if collections.find(tx, name) is None:
            return None
        (draft,) = assets.drafts(tx, name)
    return create.make(ledger, draft.id)


def _brief(name: str, palette: tuple[str, ...], shape: tuple[int, ...]) -> CollectionBrief:
    height, width = shape
    if height != width:
        raise FieldError("file", f"is {width} x {height} px; a tile is square")
    create.check_size(width)
    return CollectionBrief(name, ("drawn by a person",), (palette,), 1, width, 0, HAND)


def _palette(pixels: Pixels, inks: Sequence[str]) -> tuple[str, ...]:
    """The inks given, else the colours of the file, the one that covers most first."""
    import numpy as np

    from generator.palette import parse_palette

    if inks:
        return parse_palette(list(inks))
    colours, counts = np.unique(pixels.reshape(-1, 3), axis=0, return_counts=True)
    if not MIN_INKS <= len(colours) <= MAX_INKS:
        raise FieldError(
            "file", f"has {len(colours)} colours; a tile has {MIN_INKS} to {MAX_INKS} inks: {GIVE_INKS}"
        )
    order = np.argsort(-counts, kind="stable")
    return tuple("#{:02x}{:02x}{:02x}".format(*colours[place]) for place in order)


def _require_new(ledger: Ledger, data: bytes) -> None:
    """Nothing that carries a mark of ours, resembles a tile of ours, or says itself that a model made it."""
    from provenance.reading import says_generated

    if says_generated(data):
        raise ConflictError("file", "says itself that a model made it; only drawings are imported")
    for found in resolving.examined(ledger, data).found:
        if found.asset_id is not None and found.verdict.value != "none":
            raise ConflictError(
                "file", f"is, or was made from, asset {found.asset_id}; what is here already is not imported"
            )
