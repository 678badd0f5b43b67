"""What people did to a tile, in one ZIP that is checked with sha256sum and openssl, without us.

It holds each decision as it was signed, with signature and certificates in forms that openssl reads; every
signed file of the tile, so those before and after each retouch; the recipe; the entries of the book that
tell of these; and a page for people. The same state of the ledger is the same ZIP. The format is in
docs/studio.md.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ledger import dossier_page
from ledger.context import Ledger
from ledger.domain.choices import KINDS
from ledger.domain.entries import Entry
from ledger.domain.errors import OrderError
from ledger.domain.ids import AssetId
from ledger.influences import FIELD
from ledger.store import assets, collections, entries

if TYPE_CHECKING:
    from provenance.statements import Apart

MIME = "application/zip"
SUMS = "SHA256SUMS"
# The rest of the book about a tile is the house's: what styles are called, who leaves it out and why.
_TOLD = frozenset({"asset-made", "tile-signed", *KINDS})
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the time of a decision is in its statement; the ZIP has none of its own
_READABLE = 0o644 << 16


def dossier(ledger: Ledger, asset: AssetId) -> bytes:
    """The ZIP about a made tile.

    Raises UnknownError, OrderError where nobody decided anything about it, and StorageError.
    """
    from provenance.statements import apart

    with ledger.store.reading() as tx:
        tile = assets.get(tx, asset)
        draft = tile.signed.marked.draft
        title = collections.get(tx, tile.collection).title_of(draft)
        told = [entry for entry in entries.about(tx, [asset]) if entry.kind in _TOLD]
    decided = [entry for entry in told if entry.kind in KINDS]
    if not decided:
        raise OrderError(f"nobody decided anything about asset {asset}; select, arrange or retouch it first")
    statements = [(entry, apart(entry.body["jws"])) for entry in decided]
    files = {name: data for each in statements for name, data in _statement(*each).items()}
    pictures = _signed_files(told)
    files |= {each["file"]: ledger.blobs.get(each["sha256"]) for each in pictures}
    facts = {
        **{"title": title, "asset": asset, "collection": tile.collection, "ledger": ledger.id},
        **{"files": pictures, "parents": [dict(each) for each in draft.recipe.get(FIELD, ())]},
        "decisions": [_decision(*each) for each in statements],
    }
    roots = _roots(ledger)
    files |= roots
    files["recipe.json"] = _json(draft.recipe)
    files["entries.json"] = _json([{**vars(entry), "body": dict(entry.body)} for entry in told])
    files["facts.json"] = _json(facts)
    files["dossier.html"] = dossier_page.page(facts, draft.recipe, roots).encode()
    return _zipped(files)


def _decision(entry: Entry, found: Apart) -> dict[str, Any]:
    """What the page tells of a decision: the statement itself, and where its files are."""
    return {
        "entry": entry.sequence,
        "name": _name(entry),
        "key": _key(found.certificates),
        "says": found.says,
    }


def _statement(entry: Entry, found: Apart) -> dict[str, bytes]:
    """The files of a decision: the statement, read; what is signed; its signature; its certificates."""
    name, key = f"statements/{_name(entry)}", f"certificates/{_key(found.certificates)}"
    above = "".join(found.certificates[1:]).encode("ascii")
    return {
        **{f"{name}.jws": entry.body["jws"].encode("ascii"), f"{name}.json": _json(found.says)},
        **{f"{name}.signed": found.signed, f"{name}.der": found.signature},
        f"{key}.pem": found.certificates[0].encode("ascii"),
        **({f"{key}-above.pem": above} if above else {}),
    }


def _name(entry: Entry) -> str:
    return f"{entry.sequence:08d}"


def _key(certificates: tuple[str, ...]) -> str:
    return hashlib.sha256(certificates[0].encode("ascii")).hexdigest()[:16]


def _signed_files(told: Iterable[Entry]) -> list[dict[str, Any]]:
    """Every signed file that the tile had, in order, with the entry that names it and the one it replaced."""
    return [
        {
            **{"sha256": entry.body["sha256"], "file": f"pictures/{entry.body['sha256']}.png"},
            **{"was": entry.body.get("was"), "entry": entry.sequence, "kind": entry.kind, "at": entry.at},
        }
        for entry in told
        if entry.kind in ("asset-made", "tile-retouched", "tile-signed")
    ]


def _roots(ledger: Ledger) -> dict[str, bytes]:
    """What the certificates lead to; to be held against roots that were got elsewhere.

    Of other authorities only the certificates that they issued to us: their roots vouch for others too.
    """
    from provenance.outside import pem, split

    trust = ledger.engines.trust
    listed = "".join(map(pem, split(trust.outside_pem)[0]))
    found = {"root.pem": trust.root_pem, "revoked.pem": trust.crl_pem, "outside.pem": listed}
    return {name: text.encode("ascii") for name, text in found.items() if text}


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def _zipped(files: Mapping[str, bytes]) -> bytes:
    sums = "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in sorted({**files, SUMS: sums.encode()}.items()):
            member = zipfile.ZipInfo(name, _EPOCH)
            member.external_attr, member.compress_type = _READABLE, zipfile.ZIP_DEFLATED
            archive.writestr(member, data)
    return out.getvalue()
