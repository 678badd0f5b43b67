"""Manifests of what is made of tiles: entered into the repository, with the marks that lead to them.

A tile, a copy and a colourway are entered when they are kept. Files for production are entered when they are
made; those of an earlier edition by who tends the ledger, or a few when somebody asks. A file for a use is
signed anew each time it is fetched and not kept, so of it the manifest store alone is, found by its id.
"""

from __future__ import annotations

from ledger.context import Ledger
from ledger.domain.ids import AssetId
from ledger.manifests import STORE_MIME, watermarks
from ledger.store import manifests, productions


def some(ledger: Ledger) -> int:
    """Enter a few of the files for production that wait, for who asks; how many that were."""
    return ledger.unentered.some(lambda most: produced(ledger, most))


def produced(ledger: Ledger, most: int | None = None) -> int:
    """Enter the files for production that are not in the repository yet, at most `most`; how many that were.

    A file that is lost or damaged is left out, and tried again by the next process.
    """
    left = ledger.unentered
    with ledger.store.reading() as tx:
        waiting = productions.unentered(tx, left.done_with, most)
    ours, done = watermarks(ledger) if waiting else (), 0
    for (made, file), read in left.read(ledger, [((made, f), f.sha256, f.mime) for made, f in waiting]):
        with ledger.store.transaction() as tx:
            manifests.note(tx, read.label, file.sha256, file.mime, made.asset, made.made_at)
            if manifests.by_file(tx, file.sha256) is None:  # its id is that of another file, which stays
                left.done_with.add(file.sha256)
                continue
            for alg, value in read.bindings:
                if alg in ours:
                    manifests.bind(tx, alg, value, read.label, made.made_at)
        done += 1
    return done


def exported(ledger: Ledger, asset: AssetId, data: bytes, mime: str) -> None:
    """Keep the manifest of a file for a use. StorageError, ProvenanceError."""
    from provenance.embedding import store_of
    from provenance.jumbf import parse_store

    store = store_of(data, mime)
    name, digest = parse_store(store).active, ledger.blobs.put(store)
    with ledger.store.transaction() as tx:
        manifests.note(tx, name, digest, STORE_MIME, asset, ledger.now())
