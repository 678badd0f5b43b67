"""CPU-milliseconds to sign and to verify, and bytes added, for each format and size, with a full claim.

    python -m bench.claims

One line of JSON for each. File key and time-stamp authority are in this process, as in bench/provenance.py.
A drawing and a sheet are signed with a signed tile as their parent, whose manifest goes in with theirs.
"""

from __future__ import annotations

import io
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from bench.provenance import FACTS, tile
from provenance import ClaimInput, ClaimSigner, Influence, Pki, build_claim, serve_tsa, verify
from provenance.confirmation import UPDATABLE, Confirmation
from provenance.iscc import iscc

SIDES = (512, 1024, 2048)
FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP", "image/tiff": "TIFF"}
ROUNDS = 10
METADATA = {
    "@context": {
        "dc": "http://purl.org/dc/elements/1.1/",
        "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
        "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
        "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
    },
    "dc:title": {"@value": "Fern lattice", "@language": "und"},
    "dc:creator": ["Studio 7"],
    "xmpRights:Marked": True,
    "xmpRights:UsageTerms": {"@value": "Ask the studio.", "@language": "en"},
    "plus:DataMining": "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED",
}
ADAPTER = Influence("adapter", "Bloom", "a1" * 32, "CC-BY-4.0", "Ana Lee", "0.35")


def main() -> None:
    """Print the figures."""
    picture = Image.open(io.BytesIO(tile()))
    full = replace(FACTS, metadata=METADATA, iscc=iscc(picture), influences=(ADAPTER,))
    with tempfile.TemporaryDirectory() as folder:
        pki = Pki.create(Path(folder) / "pki", "Bench")
        with serve_tsa(pki) as tsa:
            signer = ClaimSigner.from_pki(pki, tsa.url)
            naming = ClaimSigner.from_pki(pki, tsa.url, named=True)
            for side in SIDES:
                scaled = picture.resize((side, side))
                for mime, name in FORMATS.items():
                    show(signer, naming, pki, replace(full, mime=mime), encoded(scaled, name), None, side)
            parent = signer.sign(tile(), "image/png", build_claim(full))
            told = replace(full, parent=(full.title, "image/png"), mark=None, fingerprint=None, iscc=None)
            for mime, data in sheets():
                show(signer, naming, pki, replace(told, mime=mime), data, parent, None)
    print(json.dumps({"iscc_cpu_ms": cpu_ms(lambda: iscc(picture))}))


def show(
    signer: ClaimSigner,
    naming: ClaimSigner,
    pki: Pki,
    facts: ClaimInput,
    data: bytes,
    parent: bytes | None,
    side: int | None,
) -> None:
    """One line, with what it takes besides to name the studio."""
    claim = build_claim(facts)
    signed = signer.sign(data, facts.mime, claim, parent)
    line = {
        "format": facts.mime,
        "side": side,
        "bytes": len(data),
        "bytes_added": len(signed) - len(data),
        "sign_cpu_ms": cpu_ms(lambda: signer.sign(data, facts.mime, claim, parent)),
        "verify_cpu_ms": cpu_ms(lambda: verify(signed, facts.mime, pki.trust)),
    }
    named = naming.sign(data, facts.mime, claim, parent)
    line |= {
        "named_bytes": len(named) - len(signed),
        "named_sign_cpu_ms": cpu_ms(lambda: naming.sign(data, facts.mime, claim, parent)),
        "named_verify_cpu_ms": cpu_ms(lambda: verify(named, facts.mime, pki.trust)),
    }
    if facts.mime in UPDATABLE:
        line |= update(signer, pki, signed, facts)
    print(json.dumps(line), flush=True)


def update(signer: ClaimSigner, pki: Pki, signed: bytes, facts: ClaimInput) -> dict[str, float]:
    """The same of the update manifest that names the transaction of the registration."""
    chain, _, registry = str(facts.registration).partition("/erc721:")
    said = Confirmation(
        chain_id=int(chain.removeprefix("eip155:")),
        contract=registry.partition("/")[0],
        collection="1" * 77,
        transaction=f"0x{1:064x}",
        block=20_000_000,
        block_hash=f"0x{2:064x}",
        log_index=100,
    )
    updated = signer.sign_update(signed, facts.mime, said)
    return {
        "update_bytes": len(updated) - len(signed),
        "update_sign_cpu_ms": cpu_ms(lambda: signer.sign_update(signed, facts.mime, said)),
        "update_verify_cpu_ms": cpu_ms(lambda: verify(updated, facts.mime, pki.trust)),
    }


def cpu_ms(work: Callable[[], object]) -> float:
    """The median of what this process computes for `work`, all threads: that of a machine without guests."""
    times = []
    for _ in range(ROUNDS):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return round(1000 * statistics.median(times), 1)


def encoded(picture: Image.Image, name: str) -> bytes:
    """`picture` in the format Pillow calls `name`."""
    out = io.BytesIO()
    picture.save(out, name, **({"lossless": True} if name == "WEBP" else {}))
    return out.getvalue()


def sheets() -> Iterator[tuple[str, bytes]]:
    """A drawing of a thousand paths, and a page with a picture."""
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    points = np.random.default_rng(0).integers(0, 1000, (1000, 6))
    paths = "".join(f'<path d="M{a} {b}L{c} {d}L{e} {f}z"/>' for a, b, c, d, e, f in points)
    yield "image/svg+xml", f'<svg xmlns="http://www.w3.org/2000/svg" width="9mm">{paths}</svg>'.encode()
    out = io.BytesIO()
    page = Canvas(out)
    page.drawImage(ImageReader(io.BytesIO(tile())), 50, 300, 400, 400)
    page.save()
    yield "application/pdf", out.getvalue()


if __name__ == "__main__":
    main()
