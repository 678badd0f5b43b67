"""How one tile is made: drawn, marked, signed, fingerprinted, its bytes kept. Changes no row.

A licensed copy is made the same way from the same drawn pixels, with a mark of its own.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ledger import influences, takes, witness
from ledger.context import Ledger
from ledger.domain.assets import Asset, Collection, Draft, Marked, Signed
from ledger.domain.copies import Copy
from ledger.domain.errors import OrderError
from ledger.domain.ids import AssetId, MarkId
from ledger.domain.licence import Grant
from ledger.domain.odrl import asset_uri, to_odrl
from ledger.domain.origins import origin
from ledger.domain.projections.cawg import training_mining
from ledger.domain.projections.metadata import to_metadata
from ledger.domain.projections.plus import to_xmp
from ledger.domain.projections.subject import Subject
from ledger.domain.terms import Terms
from ledger.encoding import encoded
from ledger.uploads import separated

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from forensics import Fingerprint
    from provenance import ClaimInput, Drawn

    Pixels = NDArray[np.uint8]

MIME = "image/png"
MARK_BYTES = 6


def make_tile(
    ledger: Ledger, draft: Draft, collection: Collection, terms: Terms, ahead: Mapping[str, str]
) -> Asset:
    """The finished tile of `draft`; its files are in the blob store when this returns.

    `ahead` is what `draw_ahead` gave, or nothing.
    """

    def signed(marked: Pixels, prints: Fingerprint, at: str) -> bytes:
        facts = claim_of(ledger, draft, draft.mark, collection, terms, prints, at)
        return sign(ledger, tile_file(ledger, marked, facts, terms), facts, pixels=marked)

    draft, drawn = _kept(ledger, draft, ahead) or _taken(ledger, draft, collection.brief.takes)
    return finished(ledger, draft, drawn, signed)


def draw_ahead(ledger: Ledger, draft: Draft, count: int = 1) -> dict[str, str]:
    """Draw a tile, the best of `count` takes: {pixels, separations}, the names of both among the blobs, and
    the seed where it was chosen."""
    taken, drawn = _taken(ledger, draft, count)
    names = [ledger.blobs.put(encode_png(each)) for each in drawn]
    seed = {"seed": str(taken.recipe["seed"])} if count > 1 else {}
    return {**dict(zip(("pixels", "separations"), names, strict=True)), **seed}


def _kept(
    ledger: Ledger, draft: Draft, ahead: Mapping[str, str]
) -> tuple[Draft, tuple[Pixels, Pixels]] | None:
    """What `draw_ahead` kept; None where it kept nothing, or that is gone."""
    from forensics import decode_image

    if not ahead:
        return None
    pixels, screens = (ledger.blobs.find(ahead[name]) for name in ("pixels", "separations"))
    if not (pixels and screens):
        return None
    seed = {"seed": int(ahead["seed"])} if "seed" in ahead else {}
    return _by(draft, seed), (decode_image(pixels), decode_grey(screens))


def _taken(ledger: Ledger, draft: Draft, count: int) -> tuple[Draft, tuple[Pixels, Pixels]]:
    """The best of `count` takes of a planned tile: what it is planned as then, its pixels and index map."""
    if count == 1:
        return draft, _draw(ledger, draft)
    best = takes.best(ledger, draft.recipe, count)
    return _by(draft, {"seed": best.recipe.seed}), (best.pixels(), best.separations)


def _by(draft: Draft, taken: Mapping[str, int]) -> Draft:
    return replace(draft, recipe={**draft.recipe, **taken})


def finished(
    ledger: Ledger,
    draft: Draft,
    drawn: tuple[Pixels, Pixels],
    signed: Callable[[Pixels, Fingerprint, str], bytes],
) -> Asset:
    """The tile of `draft` with these pixels and their index map, marked, its files in the blob store.

    `signed` gives its file, of the marked pixels, their fingerprint and the time.
    """
    from forensics import fingerprint, generic
    from forensics.placing.known import KnownTile
    from watermark import mark

    watermarker, pixels = ledger.engines.watermarker, drawn[0]
    marked = mark(watermarker, pixels, int(draft.mark))
    quality = {"psnr_db": psnr_db(pixels, marked)}
    prints, at = fingerprint(marked), ledger.now()
    data = signed(marked, prints, at)
    blobs = [ledger.blobs.put(encode_png(each)) for each in drawn]
    done = Marked(draft, watermarker.algorithm, quality, *blobs)
    tile = Signed(done, ledger.blobs.put(data), label(ledger, data))
    looks = KnownTile(pixels, drawn=True)
    details = ledger.blobs.put(looks.details.to_bytes())
    return Asset(tile, prints.to_dict(), at, f"{generic(looks.views):.3f}", details)


def make_copy(ledger: Ledger, tile: Asset, collection: Collection, grant: Grant, number: MarkId) -> Copy:
    """The tile again for the licensee of `grant`, marked `number`, signed under the terms granted."""
    from forensics import fingerprint
    from watermark import mark

    draft, at = tile.signed.marked.draft, ledger.now()
    marked = mark(ledger.engines.watermarker, drawn_pixels(ledger, tile), int(number))
    data = _copied(
        ledger,
        tile,
        marked,
        claim_of(ledger, draft, number, collection, grant.terms, fingerprint(marked), at),
        grant.terms,
    )
    return Copy(
        mark=number,
        asset=tile.id,
        licence=grant.id,
        licensee=grant.licensee,
        sha256=ledger.blobs.put(data),
        manifest=label(ledger, data),
        made_at=at,
    )


def _copied(ledger: Ledger, tile: Asset, marked: Pixels, facts: ClaimInput, terms: Terms) -> bytes:
    """The signed copy; where people had a hand in the tile, it is the parent, whose manifest says so."""
    data = tile_file(ledger, marked, facts, terms)
    if tile.told is None:
        return sign(ledger, data, facts, pixels=marked)
    parent, facts = ledger.blobs.get(tile.signed.sha256), replace(facts, parent=(facts.title, MIME))
    return sign(ledger, data, facts, parent, marked)


def sign(
    ledger: Ledger,
    data: bytes,
    facts: ClaimInput,
    parent: bytes | None = None,
    pixels: Pixels | None = None,
) -> bytes:
    """The file `data` with the claim of `facts` in it, and the manifests of what it came from.

    With its `pixels` the claim has their ISCC.

    Raises ClaimError, SigningError and the other ProvenanceErrors, and StorageError.
    """
    from provenance import build_claim

    if parent is not None:  # whose manifest holds theirs
        facts = replace(facts, influences=tuple(replace(each, mime=None) for each in facts.influences))
    if pixels is not None:
        facts = replace(facts, iscc=_iscc(pixels))
    pictures = influences.pictures(ledger, facts.influences)
    return ledger.engines.signer.sign(data, facts.mime, build_claim(facts), parent, pictures)


def _iscc(pixels: Pixels) -> bytes:
    from PIL import Image

    from provenance.iscc import iscc

    return iscc(Image.fromarray(pixels))


def drawn_pixels(ledger: Ledger, tile: Asset) -> Pixels:
    """The tile before it was marked: kept since ledgers keep it, drawn again from the recipe before that."""
    from forensics import decode_image

    kept = tile.signed.marked.drawn
    return decode_image(ledger.blobs.get(kept)) if kept else _draw(ledger, tile.signed.marked.draft)[0]


def separations(ledger: Ledger, tile: Asset) -> Pixels:
    """The index map (2 * size, 2 * size) that the tile was printed from, kept or drawn again.

    Raises OrderError for a tile whose pixels are none of its recipe, such as one that was retouched.
    """
    import numpy as np

    from generator.draft import paint

    marked = tile.signed.marked
    if marked.separations is None:
        screens = _draw(ledger, marked.draft)[1]
    else:
        screens = decode_grey(ledger.blobs.get(marked.separations))
    if not np.array_equal(paint(screens, marked.draft.recipe["palette"]), drawn_pixels(ledger, tile)):
        raise OrderError(f"asset {tile.id} is not printed from separations; it has its own colours only")
    return screens


def psnr_db(original: Pixels, marked: Pixels) -> str:
    """Peak signal-to-noise ratio over all channels in dB, two decimals; `inf` for equal pictures."""
    from watermark.quality import psnr

    return f"{psnr(original, marked):.2f}"


def encode_png(pixels: Pixels) -> bytes:
    """Without metadata: what is kept and not published."""
    return encoded(pixels, MIME)


def tile_file(ledger: Ledger, pixels: Pixels, facts: ClaimInput, terms: Terms) -> bytes:
    """The PNG that is to be signed with the claim of `facts`, its terms in XMP."""
    return encoded(pixels, MIME, packet(ledger, facts, terms))


def packet(ledger: Ledger, facts: ClaimInput, terms: Terms) -> str:
    """IPTC and PLUS for the file itself."""
    return to_xmp(terms, subject(ledger, facts.asset_id, facts.title), source_type(facts.drawn is not None))


def subject(ledger: Ledger, asset: AssetId | str, title: str) -> Subject:
    return Subject(asset_uri(AssetId(asset)), f"urn:selvage:ledger:{ledger.id}", title, ledger.studio)


def source_type(drawn: bool) -> str:
    """IPTC's digital source type of a tile."""
    from provenance.labels import DIGITAL_CREATION, TRAINED_MEDIA

    return DIGITAL_CREATION if drawn else TRAINED_MEDIA


def registration_pointer(ledger: Ledger, draft: Draft) -> str:
    """CAIP-19 name of the token that stands for the tile, known before anything is registered."""
    from ledger.chain import token_id

    chain_id, registry = witness.registry(ledger)
    token = token_id(witness.manager(ledger).address, int(draft.id, 16))
    return f"eip155:{chain_id}/erc721:{registry}/{token}"


def decode_grey(data: bytes) -> Pixels:
    import numpy as np
    from PIL import Image

    with Image.open(io.BytesIO(data)) as picture:
        return np.asarray(picture.convert("L"))


def _draw(ledger: Ledger, draft: Draft) -> tuple[Pixels, Pixels]:
    """(pixels, index map at twice the size): by the model, or of the file that a person drew."""
    from generator.recipe import Recipe

    if origin(draft.recipe).by is not None:
        from forensics import decode_image

        return separated(decode_image(ledger.blobs.get(draft.recipe["file"])), draft.recipe["palette"])
    recipe = Recipe.from_dict(draft.recipe)
    printed = ledger.engines.generator(recipe.generator).generate(recipe)
    return printed.pixels(), printed.separations


def _drawn(recipe: Mapping[str, Any]) -> Drawn | None:
    from provenance import Drawn

    told = origin(recipe)
    if told.by is None:
        return None
    return Drawn(told.by, recipe["file"], str(told.certifier), recipe["statement"])


def claim_of(
    ledger: Ledger,
    draft: Draft,
    number: MarkId,
    collection: Collection,
    terms: Terms,
    prints: Fingerprint,
    at: str,
) -> ClaimInput:
    """What the claim of a tile, or of a copy of it marked `number`, states."""
    from forensics.fingerprints.prints import ALGORITHM
    from provenance import ClaimInput

    recipe, drawn, about = (
        draft.recipe,
        _drawn(draft.recipe),
        subject(ledger, draft.id, collection.title_of(draft)),
    )
    return ClaimInput(
        asset_id=draft.id,
        title=about.title,
        mime=MIME,
        mark=(ledger.engines.watermarker.algorithm, number.to_bytes(MARK_BYTES, "big")),
        fingerprint=(ALGORITHM, prints.to_bytes()),
        generator_name=f"selvage-{recipe['generator']}",
        generator_version=str(recipe["version"]),
        model_sha256=recipe.get("weights", ""),
        recipe=recipe,
        prompt=recipe["prompt"],
        training_mining=training_mining(terms, Subject(about.uri, about.owner)),
        licence=to_odrl(terms, draft.id, about.owner),
        metadata=to_metadata(terms, about, source_type(drawn is not None)),
        registration=registration_pointer(ledger, draft),
        created_at=at,
        studio=ledger.studio,
        influences=influences.influences_of(recipe),
        drawn=drawn,
    )


def label(ledger: Ledger, data: bytes) -> str:
    from provenance import verify

    return verify(data, MIME, ledger.engines.trust).manifest_label
