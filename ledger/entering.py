"""Manifests of what is made of tiles: entered into the repository, with the marks that lead to them.

A tile, a copy and a colourway are entered when they are kept. Files for production are entered when they are
made, or when somebody asks, if an earlier edition made them. A file for a use is signed anew each time it is
fetched and not kept, so of it the manifest store alone is, and it is found by its id.
"""

from __future__ import annotations

from ledger.context import Ledger
from ledger.domain.ids import AssetId
from ledger.errors import StorageError
from ledger.manifests import STORE_MIME, watermarks
from ledger.store import manifests, productions


def produced(ledger: Ledger) -> int:
    """Enter the files for production that are not in the repository yet; how many that were.

    A file that is lost or damaged is left out until it is there again.
    """
    from provenance.embedding import store_of
    from provenance.errors import ProvenanceError
    from provenance.stores import read_store

    with ledger.store.reading() as tx:
        waiting = productions.unentered(tx)
    ours, done = watermarks(ledger) if waiting else (), 0
    for made, file in waiting:
        try:
            store = store_of(ledger.blobs.get(file.sha256), file.mime)
            read = read_store(store, ledger.engines.trust)
        except (StorageError, ProvenanceError):
            continue
        with ledger.store.transaction() as tx:
            manifests.note(tx, read.label, file.sha256, file.mime, made.asset, made.made_at)
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
