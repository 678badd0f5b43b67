"""Proof bundles: two verifiers with nothing in common agree on what holds and on what was changed."""

from __future__ import annotations

import ast
import base64
import copy
import json
import runpy
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ledger import log
from ledger.anchor import anchor
from ledger.cosigning import Witness
from ledger.domain.canonical import canonical
from ledger.domain.errors import ProofError
from ledger.domain.log.note import Key
from ledger.proving import check, gather, roots
from ledger.proving.bundle import MAX_BYTES, PARTS, Kind, digests, is_bundle, read, write
from provenance.statements import SEAL

SECOND = Path(__file__).parents[2] / "verifier" / "verifier.py"
LEAST = 150  # hex digits into a header or a node, where its content is
Parts = dict[str, Any]
Change = Callable[["Proofs", Parts], Any]


class Proofs:
    """Bundles of one ledger, before and after they are changed."""

    def __init__(self, told: Any, folder: Path) -> None:
        self.ledger = told.ledger
        anchor(self.ledger)
        self.witness = _cosigned(self.ledger, folder)
        self.found = _finding(self.ledger)
        self.subjects = {
            "asset": (Kind.ASSET, told.assets[0].id),
            "other": (Kind.ASSET, told.assets[1].id),
            "licence": (Kind.LICENCE, told.licence.id),
            "finding": (Kind.FINDING, self.found),
            "invoice": (Kind.INVOICE, told.bill[1].id),
        }
        self.roots = replace(roots.of_ledger(self.ledger), witnesses=(self.witness,), quorum=1)
        self.made = {
            (name, with_file): gather.export(self.ledger, kind, subject, with_file=with_file)
            for name, (kind, subject) in self.subjects.items()
            for with_file in (True, False)
        }
        self.second = runpy.run_path(str(SECOND))["Bundle"]

    def parts(self, name: str, with_file: bool = True) -> Parts:
        return dict(json.loads(self.made[name, with_file]))

    def sealed(self, parts: Parts) -> bytes:
        """What somebody makes of it who has the ledger's own key."""
        kept = {name: value for name, value in parts.items() if name != "seal"}
        said = {"format": 1, "ledger": self.ledger.id, "made_at": self.ledger.now(), "parts": digests(kept)}
        return write(kept, self.ledger.engines.statements.sign(canonical(said), SEAL))

    def judged(self, data: bytes, rpc: Any = None) -> dict[str, bool | None]:
        """What our verifier says, link by link; the other agrees.

        Where something is broken, the other finds it broken too, though not always in the same further links.
        """
        other = self._second(data)
        try:
            links = check.check(read(data), self.roots, rpc)
        except ProofError:
            assert False in other.values()
            return {"read": False}
        ours = {link.name: link.holds for link in links}
        assert check.holds(links) == (False not in ours.values())
        if rpc is None:  # the other asks nobody
            assert (False in ours.values()) == (False in other.values()), (ours, other)
            assert False in ours.values() or ours == other
            self.by_both = {name for name in ours if ours[name] is other.get(name) is False}
        return ours

    def _second(self, data: bytes) -> dict[str, bool | None]:
        try:
            return dict(self.second(data, self.roots.to_dict()).links())
        except Exception:  # noqa: BLE001 -- it has no classes of errors
            return {"read": False}


def _cosigned(ledger: Any, folder: Path) -> Key:
    witness = Witness(folder / "witness", "example.test/witness")
    line = witness.cosign(str(log.submission(ledger)), [log.signer(ledger).key], 1_790_000_000)
    log.add_cosignature(ledger, f"{line}\n", witness.key)
    return witness.key


def _finding(ledger: Any) -> str:
    from ledger.store import findings

    with ledger.store.reading() as tx:
        return next(each.id for each in findings.page(tx, seller="pirate"))


@pytest.fixture(scope="module")
def proofs(told: Any, tmp_path_factory: pytest.TempPathFactory) -> Proofs:
    return Proofs(told, tmp_path_factory.mktemp("proofs"))


@pytest.mark.parametrize("name", ["asset", "licence", "finding", "invoice"])
@pytest.mark.parametrize("with_file", [True, False], ids=["file", "no-file"])
def test_a_bundle_holds_for_both(proofs: Proofs, name: str, with_file: bool) -> None:
    found = proofs.judged(proofs.made[name, with_file], proofs.ledger.chain().ask)
    unseen = {"file", "picture"} & set(found) if not with_file else set()
    assert found == {link: None if link in unseen else True for link in found}
    assert is_bundle(proofs.made[name, with_file])


def test_nothing_is_taken_on_trust_that_is_not_among_the_roots(proofs: Proofs) -> None:
    bundle = read(proofs.made["licence", True])
    bare = check.check(bundle, roots.read_roots({**proofs.roots.to_dict(), "log_key": None, "chain": None}))
    assert {link.name for link in bare if link.holds is None} == {"log", "receipts", "anchor", "blocks"}
    assert not check.holds(bare)
    other = {**proofs.roots.to_dict(), "root_pem": proofs.roots.trust.tsa_root_pem}
    foreign = {link.name for link in check.check(bundle, roots.read_roots(other)) if link.holds is False}
    assert foreign == {"seal", "manifest", "decision"}


def test_another_chain_is_noticed(proofs: Proofs) -> None:
    def lying(method: str, *_: Any) -> Any:
        return {"eth_chainId": "0x7a69", "eth_getBlockByNumber": {"hash": "0x" + "00" * 32}}[method]

    bundle = read(proofs.made["licence", True])
    assert check.check(bundle, proofs.roots, lying)[-1].holds is False
    elsewhere = check.check(bundle, proofs.roots, lambda method, *_: "0x1")[-1]
    assert (elsewhere.holds, "not on chain 31337" in elsewhere.why) == (None, True)


def at(*path: Any) -> Callable[[Parts], tuple[Any, Any]]:
    """The place in a bundle that a path leads to: what holds it, and its name there."""

    def find(parts: Parts) -> tuple[Any, Any]:
        where: Any = parts
        for step in path[:-1]:
            where = where[step]
        return where, path[-1]

    return find


def put(value: Any, *path: Any) -> Change:
    def change(_: Proofs, parts: Parts) -> None:
        where, name = at(*path)(parts)
        where[name] = value(where[name]) if callable(value) else value

    return change


def drop(*path: Any) -> Change:
    def change(_: Proofs, parts: Parts) -> None:
        where, name = at(*path)(parts)
        del where[name]

    return change


def swap(*path: Any) -> Change:
    def change(_: Proofs, parts: Parts) -> None:
        where, name = at(*path)(parts)
        where[name].reverse()

    return change


def take(source: str, *path: Any, with_file: bool = True) -> Change:
    """The same place of another bundle of the same ledger."""

    def change(proofs: Proofs, parts: Parts) -> None:
        (where, name), (theirs, _) = at(*path)(parts), at(*path)(proofs.parts(source, with_file))
        where[name] = copy.deepcopy(theirs[name])

    return change


def event(name: str, change: Callable[[dict[str, Any]], Any]) -> Change:
    """A change to the proof of an event; None drops it."""

    def apply(_: Proofs, parts: Parts) -> None:
        events = parts["chain"]["events"]
        (found,) = (each for each in events if each["event"] == name)
        if change(found) is None:
            events.remove(found)

    return apply


def bent(text: str) -> str:
    """`text` with one digit or letter in its middle changed."""
    middle = len(text) // 2
    return text[:middle] + ("1" if text[middle] != "1" else "2") + text[middle + 1 :]


def foreign_log(_: Proofs, parts: Parts) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from ledger.domain.log.note import parse_note, sign

    private = Ed25519PrivateKey.generate()
    text = parse_note(parts["log"]["checkpoint"]).text
    name = text.split("\n")[0]
    key = Key(name, private.public_key().public_bytes_raw())
    parts["log"]["checkpoint"] = str(sign(text, key, private.sign))


SUBJECT = ("subject", "id")
CHANGES: dict[str, tuple[str, bool, Change, str]] = {
    "subject of another": ("asset", True, take("other", *SUBJECT), "log"),
    "subject a licence": ("asset", True, put("licence", "subject", "kind"), "licence"),
    "other ledger": ("asset", True, put(bent, "ledger"), "log"),
    "entry edited": ("asset", True, put("x", "log", "entries", 0, "body", "brief"), "log"),
    "entry dated back": ("asset", True, put("2020-01-01T00:00:00Z", "log", "entries", 0, "at"), "log"),
    "entry of the registration dropped": ("asset", True, drop("log", "entries", 2), "statements"),
    "entries dropped": ("invoice", True, drop("log", "entries", slice(1, None)), "log"),
    "entries reordered": ("licence", True, swap("log", "entries"), "log"),
    "entries of another": ("asset", True, take("other", "log", "entries"), "log"),
    "path edited": ("asset", True, put(lambda path: path[:-1], "log", "entries", 0, "path"), "log"),
    "path reordered": ("asset", True, swap("log", "entries", 0, "path"), "log"),
    "checkpoint edited": ("asset", True, put(bent, "log", "checkpoint"), "log"),
    "checkpoint of another key": ("asset", True, foreign_log, "log"),
    "tile of another": ("licence", True, take("other", "asset"), "file"),
    "mark edited": ("asset", True, put(bent, "asset", "mark"), "membership"),
    "sibling dropped": ("asset", True, drop("asset", "siblings", 0), "membership"),
    "root edited": ("asset", True, put(bent, "asset", "root"), "membership"),
    "terms of the tile edited": ("asset", True, put(7, "asset", "terms", "run"), "terms"),
    "registration edited": ("asset", True, put(bent, "asset", "registration", "tx"), "statements"),
    "file of another": ("asset", True, take("other", "files", "asset"), "file"),
    "file dropped": ("asset", True, drop("files", "asset"), "file"),
    "manifest of another": (
        "asset",
        False,
        take("other", "files", "manifest", with_file=False),
        "manifest",
    ),
    "manifest edited": ("asset", False, put(bent, "files", "manifest"), "manifest"),
    "manifest dropped": ("asset", False, drop("files", "manifest"), "manifest"),
    "licence on other terms": ("licence", True, put("US", "licence", "terms", "territory", 0), "licence"),
    "licence named otherwise": ("licence", True, put(bent, "licence", "id"), "licence"),
    "licence with a reference": ("licence", True, put("ab" * 32, "licence", "reference"), "receipts"),
    "licence dropped": ("licence", True, put(None, "licence"), "licence"),
    "finding dropped": ("finding", True, put(None, "finding"), "finding"),
    "invoice dropped": ("invoice", True, put(None, "invoice"), "invoice"),
    "decision edited": ("licence", True, put(bent, "decision", "jws"), "decision"),
    "decision is the seal": ("licence", True, lambda _, p: p["decision"].update(jws=p["seal"]), "decision"),
    "decision without its path": ("licence", True, put(None, "decision", "path"), "decision"),
    "decision dropped": ("licence", True, put(None, "decision"), "decision"),
    "finding more certain": ("finding", True, put("0", "finding", "p_value"), "finding"),
    "finding licensed": ("finding", True, put("licensed", "finding", "standing"), "finding"),
    "evidence edited": ("finding", True, put("0.5", "finding", "evidence", "generic"), "finding"),
    "evidence added to": ("finding", True, put("x", "finding", "note"), "finding"),
    "picture of another": ("finding", True, take("asset", "files", "asset"), "file"),
    "picture dropped": ("finding", True, drop("files", "picture"), "picture"),
    "line edited": ("invoice", True, put("nothing at all", "invoice", "lines", 0, "text"), "invoice"),
    "line dropped": ("invoice", True, drop("invoice", "lines", 0), "invoice"),
    "total edited": ("invoice", True, put("1.00 TUSD", "invoice", "total"), "invoice"),
    "share edited": ("invoice", True, put(1, "invoice", "split", 0, 1), "invoice"),
    "header of another block": (
        "asset",
        True,
        lambda _, p: p["chain"]["events"][0].update(header=p["chain"]["events"][1]["header"]),
        "receipts",
    ),
    "node edited": (
        "licence",
        True,
        event("LicenceGranted", lambda each: each.update(nodes=[_in(each["nodes"][0])]) or each),
        "receipts",
    ),
    "index edited": (
        "asset",
        True,
        event("CollectionRegistered", lambda each: each.update(index=1) or each),
        "receipts",
    ),
    "grant not on chain": ("licence", True, event("LicenceGranted", lambda each: None), "receipts"),
    "payment not on chain": ("invoice", True, event("InvoiceSettled", lambda each: None), "receipts"),
    "payment of another": ("invoice", True, take("licence", "chain"), "receipts"),
    "not anchored": ("asset", True, event("Anchored", lambda each: None), "anchor"),
    "chain dropped": ("asset", True, put(None, "chain"), "receipts"),
    "other chain": ("asset", True, put(1, "chain", "chain_id"), "receipts"),
    "event renamed": (
        "invoice",
        True,
        event("InvoiceIssued", lambda each: each.update(event="InvoiceSettled") or each),
        "receipts",
    ),
}


def _in(text: str) -> str:
    return text[:LEAST] + ("1" if text[LEAST] != "1" else "2") + text[LEAST + 1 :]


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_breaks_the_seal_and_the_part_itself(proofs: Proofs, change: str) -> None:
    name, with_file, apply, part = CHANGES[change]
    parts = proofs.parts(name, with_file)
    apply(proofs, parts)
    found = proofs.judged(canonical(parts))
    assert found == {"read": False} or "seal" in proofs.by_both
    by_insider = proofs.judged(proofs.sealed(parts))
    assert by_insider == {"read": False} or part in proofs.by_both, by_insider


def test_a_header_that_was_made_up_is_found_by_its_hash(proofs: Proofs) -> None:
    parts = proofs.parts("asset")
    for each in parts["chain"]["events"]:
        each["header"] = _in(each["header"])  # who made the block
    data = proofs.sealed(parts)
    assert proofs.judged(data)["receipts"] is True
    assert proofs.judged(data, proofs.ledger.chain().ask)["blocks"] is False


def test_a_bundle_without_blocks_is_not_told_to_have_any(proofs: Proofs) -> None:
    parts = proofs.parts("asset")
    parts["chain"]["events"] = []
    assert proofs.judged(proofs.sealed(parts), proofs.ledger.chain().ask)["blocks"] is None


def test_who_has_the_key_may_leave_out_the_registration_and_it_is_not_called_checked(proofs: Proofs) -> None:
    parts = proofs.parts("asset")
    parts["asset"]["registration"] = None
    found = proofs.judged(proofs.sealed(parts))
    assert (found["membership"], found["terms"], found["receipts"]) == (None, None, True)


@pytest.mark.parametrize("part", PARTS)
def test_no_part_can_be_dropped_or_taken_from_another_bundle(proofs: Proofs, part: str) -> None:
    parts = proofs.parts("licence")
    theirs = proofs.parts("invoice")[part]
    if theirs != parts[part]:
        assert False in proofs.judged(canonical({**parts, part: theirs})).values()
    del parts[part]
    assert False in proofs.judged(canonical(parts)).values()


def test_what_is_left_out_is_told_and_not_taken_for_checked(proofs: Proofs) -> None:
    kind, subject = proofs.subjects["licence"]
    found = proofs.judged(gather.export(proofs.ledger, kind, subject, with_file=False, with_chain=False))
    assert {name for name, holds in found.items() if holds is None} == {
        "file",
        "receipts",
        "anchor",
        "blocks",
    }


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b'{"format": "selvage-proof"}',
        b'{"format": "selvage-proof", "version": 1.0}',
        b'{"format": "selvage-proof", "format": "selvage-proof"}',
        b'{"format": "selvage-proof", "left_out": NaN}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"format": "selvage-proof", "version": ' + b"9" * 5000 + b"}",
        b'{"format": "selvage-proof", "ledger": "\\ud800"}',
        b"\xff\xfe",
        b" " * (MAX_BYTES + 1),
    ],
    ids=lambda data: f"{data[:12]!r} of {len(data)}",
)
def test_what_is_no_bundle_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(ProofError):
        read(data)


def test_the_second_verifier_is_short_and_imports_nothing_of_ours() -> None:
    text = SECOND.read_text()
    assert text.count("\n") <= 200
    tree = ast.parse(text)
    named = [each.name for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names]
    named += [str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    ours = {"api", "forensics", "generator", "ledger", "provenance", "watermark"}
    assert not ours & {name.split(".")[0] for name in named}


def test_a_manifest_is_the_one_of_the_file(proofs: Proofs) -> None:
    from provenance.embedding import store_of

    whole, without = proofs.parts("asset"), proofs.parts("asset", with_file=False)
    store = store_of(base64.b64decode(whole["files"]["asset"]), "image/png")
    assert base64.b64decode(without["files"]["manifest"]) == store
