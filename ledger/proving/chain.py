"""The links of a bundle about the chain: what our contracts said, where the log stood, in whose blocks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from ledger.chain.codec import Contract
from ledger.chain.errors import ChainError, ReceiptError
from ledger.chain.receipts import ProvenReceipt, read_receipt
from ledger.domain.entries import Entry
from ledger.domain.errors import FieldError, MoneyError
from ledger.domain.fields import Field
from ledger.domain.ids import derive
from ledger.domain.log.checkpoint import parse_checkpoint
from ledger.domain.money_text import read_money
from ledger.domain.proof import Link
from ledger.proving.bundle import Bundle, EventProof, Kind, Part
from ledger.proving.papers import grant_of
from ledger.proving.roots import ChainRoots

Rpc = Callable[..., Any]
Links = tuple[Link, Link, Link]
Said = Mapping[str, Any]
NAMES = ("receipts", "anchor", "blocks")
CONTRACTS = {
    "CollectionRegistered": "PatternRegistry",
    "LicenceGranted": "LicenceBook",
    "InvoiceIssued": "RoyaltyVault",
    "InvoiceSettled": "RoyaltyVault",
    "Anchored": "CheckpointBook",
}


def check(bundle: Bundle, roots: ChainRoots | None, rpc: Rpc | None) -> Links:
    """Receipts, anchor of the checkpoint, and hashes of the blocks."""
    if bundle.chain_id is None:
        left_out = Part.CHAIN in bundle.left_out
        return _all(None if left_out else False, "left out" if left_out else "the chain's part is missing")
    if roots is not None and roots.chain_id != bundle.chain_id:
        return _all(False, f"the bundle is of chain {bundle.chain_id}, the roots are of {roots.chain_id}")
    try:
        read = [(each, read_receipt(each.receipt)) for each in bundle.events]
    except ReceiptError as error:
        unread = (Link(name, None, "not looked at: a receipt does not hold") for name in NAMES[1:])
        return (Link("receipts", False, str(error)), *unread)  # type: ignore[return-value]
    if roots is None:
        return _all(None, "no contracts are among the roots")
    said: dict[str, list[Said]] = {each.event: [] for each in bundle.events}
    for each, receipt in read:
        said[each.event] += _said(each, receipt, roots)
    blocks = {(receipt.block, receipt.block_hash) for _, receipt in read}
    return _receipts(bundle, said, roots), _anchor(bundle, said, roots), _blocks(blocks, roots, rpc)


def _all(holds: bool | None, why: str) -> Links:
    first, second, third = (Link(name, holds, why) for name in NAMES)
    return first, second, third


def _said(proof: EventProof, receipt: ProvenReceipt, roots: ChainRoots) -> Iterator[Said]:
    """The arguments of every such event that the contract among the roots made in this receipt."""
    address = roots.contracts.get(proof.contract)
    if CONTRACTS.get(proof.event) != proof.contract or address is None:
        return
    contract = Contract(proof.contract, address)
    for log in receipt.logs:
        if log["address"] == address.lower() and log["topics"][:1] == [contract.topic(proof.event)]:
            yield _parsed(contract, proof.event, log)


def _parsed(contract: Contract, event: str, log: Mapping[str, Any]) -> Said:
    try:
        return contract.parse(event, log)
    except ChainError:  # whoever made the header may have made the log
        return {}


def _receipts(bundle: Bundle, said: Mapping[str, list[Said]], roots: ChainRoots) -> Link:
    shown = []
    for event, arguments in _wanted(bundle, said, roots):
        if not any(_has(found, arguments) for found in said.get(event, [])):
            return Link("receipts", False, f"no receipt here shows {event} as the book has it")
        shown.append(event)
    if not shown:
        return Link("receipts", None, "nothing of this was on chain yet")
    return Link(
        "receipts", True, f"{', '.join(shown)}: in receipts of the blocks named below, as the book has it"
    )


def _anchor(bundle: Bundle, said: Mapping[str, list[Said]], roots: ChainRoots) -> Link:
    if Part.ANCHOR in bundle.left_out:
        return Link(
            "anchor", None, "this checkpoint was not on chain yet; selvage chain anchor puts it there"
        )
    try:
        point = parse_checkpoint(bundle.checkpoint.text)
    except FieldError as error:
        return Link("anchor", False, str(error))
    wanted = {"keeper": roots.account, "size": str(point.size), "root": f"0x{point.root.hex()}"}
    if not any(_has(found, wanted) for found in said.get("Anchored", [])):
        return Link("anchor", False, "no receipt here says that the log stood so")
    return Link(
        "anchor", True, f"the ledger's account said in a block below that {point.size} entries have this root"
    )


def _blocks(blocks: Collection[tuple[int, str]], roots: ChainRoots, rpc: Rpc | None) -> Link:
    if not blocks:
        return Link("blocks", None, "there is none in this bundle")
    if rpc is None:
        hashes = ", ".join(f"{number} {found[:14]}..." for number, found in sorted(blocks))
        return Link("blocks", None, f"their hashes were not compared with a chain: none was asked ({hashes})")
    try:
        if int(rpc("eth_chainId"), 16) != roots.chain_id:
            return Link("blocks", None, f"not compared: who was asked is not on chain {roots.chain_id}")
        for number, found in sorted(blocks):
            block = rpc("eth_getBlockByNumber", hex(number), False)
            if not isinstance(block, Mapping) or block.get("hash") != found:
                return Link("blocks", False, f"block {number} of chain {roots.chain_id} has another hash")
        head = int(rpc("eth_blockNumber"), 16)
    except (ChainError, TypeError, ValueError) as error:
        return Link("blocks", None, f"not compared: the chain could not be asked ({error})")
    deep = head - max(number for number, _ in blocks)
    return Link(
        "blocks", True, f"{len(blocks)} are on chain {roots.chain_id}, the latest {deep} below its head"
    )


def _wanted(
    bundle: Bundle, said: Mapping[str, list[Said]], roots: ChainRoots
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every event that the entries speak of, with the arguments it has to have."""
    if bundle.kind is Kind.INVOICE:
        yield from _paid(bundle, said, roots)
        return
    owner = str((bundle.asset or {}).get("collection"))
    registered = [each for each in bundle.about(owner) if each.kind == "collection-registered"]
    if registered:
        yield "CollectionRegistered", _registered(registered[-1], roots)
    granted = grant_of(bundle) if bundle.kind is Kind.LICENCE else None
    if granted is not None:
        yield "LicenceGranted", _granted(bundle, granted)


def _registered(entry: Entry, roots: ChainRoots) -> dict[str, Any]:
    said = {"collectionId": "token", "root": "root", "termsHash": "terms_hash"}
    return {"creator": roots.account, **{name: entry.body.get(ours) for name, ours in said.items()}}


def _granted(bundle: Bundle, granted: Entry) -> dict[str, Any]:
    """The licensee's account is the one that the book entered for them."""
    reference = (bundle.licence or {}).get("reference") or f"{int(bundle.subject, 16):064x}"
    added = [each for each in bundle.about(str(granted.body.get("licensee"))) if each.kind == "party-added"]
    return {
        "key": f"0x{reference}",
        "licensee": added[0].body.get("address") if added else None,
        "termsHash": f"0x{granted.body.get('terms')}",
    }


def _paid(
    bundle: Bundle, said: Mapping[str, list[Said]], roots: ChainRoots
) -> Iterator[tuple[str, dict[str, Any]]]:
    told = {each.kind for each in bundle.about(bundle.subject)}
    if not told & {"invoice-issued", "invoice-settled"}:
        return
    # one that was paid through a till is in the vault under a name of its own
    keys = tuple(f"0x{int(name, 16):064x}" for name in (bundle.subject, derive("till", bundle.subject)))
    issued = {"issuer": roots.account, "amount": _minor((bundle.invoice or {}).get("total")), "key": keys}
    yield "InvoiceIssued", issued
    if "invoice-settled" in told:
        found: Said = next((each for each in said.get("InvoiceIssued", []) if _has(each, issued)), {})
        yield "InvoiceSettled", {"invoiceId": found.get("invoiceId"), "amount": issued["amount"]}


def _minor(total: object) -> int | None:
    try:
        return read_money(Field(total, "total", MoneyError)).minor
    except FieldError:
        return None


def _has(found: Said, wanted: Mapping[str, Any]) -> bool:
    return all(_is(found.get(name), value) for name, value in wanted.items())


def _is(found: object, wanted: object) -> bool:
    several = wanted if isinstance(wanted, tuple) else (wanted,)
    return found is not None and any(str(found).lower() == str(each).lower() for each in several)
