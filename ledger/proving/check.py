"""Check a proof bundle link by link: no server, no database, the roots alone, and a chain if one is near."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ledger import log_keys
from ledger.domain.entries import entry_hash
from ledger.domain.errors import LogError
from ledger.domain.log.checkpoint import cosigned_at, opened
from ledger.domain.log.checks import is_included
from ledger.domain.log.note import Key
from ledger.domain.log.tree import leaf_hash
from ledger.domain.proof import Link
from ledger.proving import chain, papers, pictures
from ledger.proving.bundle import Bundle, Kind
from ledger.proving.roots import Roots

Rpc = Callable[..., Any]
LONGEST = 400


def check(bundle: Bundle, roots: Roots, rpc: Rpc | None = None) -> tuple[Link, ...]:
    """Every link in order: `holds` is None for what was not checked, and `why` says what was or was not."""
    made = papers.seal(bundle, roots.trust)
    links = [made, _log(bundle, roots.log), _witnesses(bundle, roots)]
    if bundle.kind is not Kind.INVOICE:
        links += pictures.check(bundle, roots.trust)
    if bundle.kind is Kind.LICENCE:
        links += [papers.licence(bundle), papers.decision(bundle, roots.trust)]
    if bundle.kind is Kind.FINDING:
        links += [papers.finding(bundle), pictures.picture(bundle)]
    if bundle.kind is Kind.INVOICE:
        links.append(papers.invoice(bundle))
    every = (*links, *chain.check(bundle, roots.chain, rpc))
    return tuple(replace(link, why=_one_line(link.why)) for link in every)


def holds(links: tuple[Link, ...]) -> bool:
    """No link is broken, and seal and log, on which all else rests, were checked."""
    found = {link.name: link.holds for link in links}
    return False not in found.values() and found["seal"] is True and found["log"] is True


def _log(bundle: Bundle, key: Key | None) -> Link:
    problem = _unlinked(bundle)
    if problem:
        return Link("log", False, problem)
    if key is None:
        return Link("log", None, "its key is not among the roots")
    try:
        point = opened(bundle.checkpoint, key, log_keys.verify)
    except LogError as error:
        return Link("log", False, str(error))
    if key.name != f"selvage/{bundle.ledger}":
        return Link("log", False, f"the bundle says it is of ledger {bundle.ledger}, the log is {key.name}")
    for entry, path in zip(bundle.entries, bundle.paths, strict=True):
        leaf = leaf_hash(bytes.fromhex(entry.hash))
        if not is_included(leaf, entry.sequence - 1, point.size, path, point.root):
            return Link("log", False, f"entry {entry.sequence} does not lead to the root of the log")
    many = f"{len(bundle.entries)} of {point.size} entries are in the log, each as it was written"
    return Link("log", True, many)


def _unlinked(bundle: Bundle) -> str | None:
    """What is wrong with the entries themselves."""
    last = None
    for each in bundle.entries:
        whole = entry_hash(each.sequence, each.kind, each.subject, each.at, each.body, each.previous)
        if each.hash != whole:
            return f"entry {each.sequence} was changed after it was written"
        if last is not None and each.sequence <= last.sequence:
            return f"entry {each.sequence} stands after entry {last.sequence}"
        if last is not None and each.sequence == last.sequence + 1 and each.previous != last.hash:
            return f"entry {each.sequence} does not name the hash of the entry before it"
        last = each
    if not bundle.about(bundle.subject):
        return f"no entry tells of this {bundle.kind}"
    return None


def _witnesses(bundle: Bundle, roots: Roots) -> Link:
    if not roots.witnesses:
        return Link(
            "witnesses", None, "none is among the roots: that nobody was shown another log is our word"
        )
    try:
        seen = [key.name for key in roots.witnesses if cosigned_at(bundle.checkpoint, key, log_keys.verify)]
    except LogError as error:
        return Link("witnesses", False, str(error))
    told = f"{len(seen)} of {len(roots.witnesses)} cosigned" + (f": {', '.join(seen)}" if seen else "")
    return Link(
        "witnesses", len(seen) >= max(1, roots.quorum), f"{told}; {max(1, roots.quorum)} are asked for"
    )


def _one_line(text: str) -> str:
    """What a bundle says stands in what is told of it: it cannot draw lines of its own on a terminal."""
    return "".join(each if each.isprintable() else "?" for each in text[:LONGEST])


def unchecked(links: tuple[Link, ...]) -> tuple[str, ...]:
    return tuple(link.name for link in links if link.holds is None)
