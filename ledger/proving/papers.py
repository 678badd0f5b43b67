"""The links of a bundle that are about what was written: its seal, licence, decision, finding and invoice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ledger.domain.canonical import digest
from ledger.domain.entries import Entry
from ledger.domain.errors import FieldError
from ledger.domain.log.checkpoint import parse_checkpoint
from ledger.domain.log.checks import is_included
from ledger.domain.log.tree import leaf_hash
from ledger.domain.proof import Link
from ledger.domain.terms_text import parse_terms, terms_hash
from ledger.proving.bundle import Bundle, Part

if TYPE_CHECKING:
    from provenance import Trust

GRANTS = ("licence-granted", "sublicence-granted", "order-completed")
STATED = ("scan", "asset", "verdict", "standing", "p_value")
MEASURED = ("picture", "sha256", "asset", "mark", "verdict", "p_value", "evidence", "copy")
Paper = Mapping[str, Any]
Unlike = Callable[[Bundle, Paper, Entry], Iterator[str | None]]


def seal(bundle: Bundle, trust: Trust) -> Link:
    """The signature of the ledger over the digest of every part."""
    try:
        said = _signed(bundle.seal, trust, "made_at", _SEAL)
    except _RefusedError as error:
        return Link("seal", False, str(error))
    parts = said.get("parts")
    named = parts if isinstance(parts, Mapping) else {}
    other = [name for name, found in bundle.digests.items() if named.get(name) != found]
    if other or set(named) != set(bundle.digests):
        return Link("seal", False, f"{', '.join(other) or 'a part'}: not as it was when the ledger signed it")
    return Link("seal", True, f"all parts are as the ledger signed them, by its word at {said['made_at']}")


def grant_of(bundle: Bundle) -> Entry | None:
    """The entry by which the licence of a bundle was given."""
    return next((each for each in bundle.about(bundle.subject) if each.kind in GRANTS), None)


def licence(bundle: Bundle) -> Link:
    told, granted = bundle.licence, grant_of(bundle)
    if told is None or granted is None:
        return Link("licence", False, "the licence, or the entry that granted it, is missing")
    asset = (bundle.asset or {}).get("asset")
    problem = _first(_unlike_licence(bundle.subject, told, granted, asset))
    if problem:
        return Link("licence", False, problem)
    since = [f"{each.kind} {each.at}" for each in bundle.about(bundle.subject) if each is not granted]
    later = f"; since then {', '.join(since)}" if since else ""
    return Link(
        "licence", True, f"granted to {granted.body['licensee']} at {granted.at} on these terms{later}"
    )


def decision(bundle: Bundle, trust: Trust) -> Link:
    """What the ledger decided on the use that the licence was bought for."""
    made, granted = bundle.decision, grant_of(bundle)
    if made is None:
        if Part.DECISION in bundle.left_out:
            return Link("decision", None, "left out")
        return Link("decision", False, "the decision is missing")
    try:
        said = _signed(made.jws, trust, "decided_at", _DECISION)
        problem = _first(_unlike_decision(bundle, said, granted))
    except _RefusedError as error:
        return Link("decision", False, str(error))
    if problem:
        return Link("decision", False, problem)
    return Link("decision", True, f"{said.get('outcome')} at {said['decided_at']}: {said.get('reason')}")


def finding(bundle: Bundle) -> Link:
    try:
        told, entry = _entered(bundle, bundle.finding, "finding", "use-found", _unlike_finding)
    except _RefusedError as error:
        return Link("finding", False, str(error))
    if "measured" not in entry.body:
        return Link(
            "finding", None, "its entry is of an earlier edition, which does not name what was measured"
        )
    return Link(
        "finding", True, f"{told['verdict']}, {told['standing']}, p = {told['p_value']}, as it was judged"
    )


def invoice(bundle: Bundle) -> Link:
    try:
        told, entry = _entered(bundle, bundle.invoice, "invoice", "invoice-drawn-up", _unlike_invoice)
    except _RefusedError as error:
        return Link("invoice", False, str(error))
    if "content" not in entry.body:
        return Link("invoice", None, "its entry is of an earlier edition, which does not name its lines")
    paid = [each.at for each in bundle.about(bundle.subject) if each.kind == "invoice-settled"]
    state = f"settled at {paid[-1]}" if paid else "not settled when this was exported"
    return Link("invoice", True, f"{told['total']} for {told['payer']}, as it was drawn up; {state}")


class _RefusedError(Exception):
    """A paper or statement is not to be believed."""


def _entered(bundle: Bundle, told: Paper | None, name: str, kind: str, unlike: Unlike) -> tuple[Paper, Entry]:
    """A paper, and the entry of this `kind` that stands for it. _RefusedError where they do not agree."""
    entry = next((each for each in bundle.about(bundle.subject) if each.kind == kind), None)
    if told is None or entry is None:
        raise _RefusedError(f"the {name}, or its entry, is missing")
    problem = _first(unlike(bundle, told, entry))
    if problem:
        raise _RefusedError(problem)
    return told, entry


_SEAL, _DECISION = "seal", "decision"


def _signed(token: str, trust: Trust, when: str, what: str) -> dict[str, Any]:
    """What a statement says; its certificates have to be good at the time it names, and none revoked."""
    from provenance.errors import ProvenanceError
    from provenance.revocation import read_list
    from provenance.statements import KIND, SEAL, claimed, verify

    try:
        at = datetime.fromisoformat(str(claimed(token).get(when)))
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        revoked = read_list(trust.crl_pem, trust.root_pem)
        kind = SEAL if what == _SEAL else KIND
        return verify(token, trust.root_pem, at, kind, revoked, trust.outside_pem)
    except ValueError:
        raise _RefusedError(f"{what}: does not say when it was made") from None
    except ProvenanceError as error:
        raise _RefusedError(str(error)) from error


def _unlike_licence(
    subject: str, told: Mapping[str, Any], granted: Entry, asset: object
) -> Iterator[str | None]:
    if set(told) != {"id", "terms", "reference"} or told["id"] != subject:
        yield "this is another licence than the one that the bundle says it proves"
    if granted.body.get("asset") != asset:
        yield "the licence is of another tile than this one"
    try:
        found = terms_hash(parse_terms(told["terms"]))
    except FieldError as error:
        yield f"its terms cannot be read: {error}"
    else:
        if found != granted.body.get("terms"):
            yield "these are not the terms that it was granted under"


def _unlike_decision(bundle: Bundle, said: Mapping[str, Any], granted: Entry | None) -> Iterator[str | None]:
    about, entry = said.get("asset"), said.get("entry")
    wanted = (bundle.asset or {}).get("asset"), (bundle.asset or {}).get("content_sha256")
    if not isinstance(about, Mapping) or (about.get("id"), about.get("sha256")) != wanted:
        yield "the decision is about another tile"
    if said.get("ledger") != bundle.ledger:
        yield "the decision is of another ledger"
    if said.get("licence") != bundle.subject:
        yield "the decision rests on another licence"
    if granted is not None and said.get("terms_hash") != granted.body.get("terms"):
        yield "the decision is under other terms"
    if not isinstance(entry, Mapping) or not _stands(bundle, entry):
        yield "the entry that the decision was made upon is not in the log"


def _stands(bundle: Bundle, entry: Mapping[str, Any]) -> bool:
    """Whether the entry a decision names is in the log, or came after the checkpoint of this bundle."""
    point, sequence, hash_ = (
        parse_checkpoint(bundle.checkpoint.text),
        entry.get("sequence"),
        entry.get("hash"),
    )
    path = bundle.decision.path if bundle.decision else None
    if type(sequence) is not int or not isinstance(hash_, str) or len(hash_) != 64:
        return False
    if path is None:
        return sequence > point.size
    try:
        leaf = leaf_hash(bytes.fromhex(hash_))
    except ValueError:
        return False
    return is_included(leaf, sequence - 1, point.size, path, point.root)


def _unlike_finding(bundle: Bundle, told: Mapping[str, Any], entry: Entry) -> Iterator[str | None]:
    if set(told) != {*MEASURED, "id", "scan", "standing"} or told["id"] != bundle.subject:
        yield "this is another finding than the one that the bundle says it proves"
        return
    stated = {**{name: told[name] for name in STATED}, "picture": told["sha256"]}
    for name, value in stated.items():
        if entry.body.get(name) != value:
            yield f"its entry states another {name}"
    if told["asset"] != (bundle.asset or {}).get("asset"):
        yield "the finding is of another tile than this one"
    measured = {name: told[name] for name in MEASURED}
    if "measured" in entry.body and digest(measured) != entry.body["measured"]:
        yield "what was measured is not what its entry names"


def _unlike_invoice(bundle: Bundle, told: Mapping[str, Any], entry: Entry) -> Iterator[str | None]:
    if told.get("id") != bundle.subject:
        yield "this is another invoice than the one that the bundle says it proves"
    lines = told.get("lines")
    if not isinstance(lines, list) or not all(isinstance(line, Mapping) for line in lines):
        yield "it has no lines"
        return
    stated = {name: told.get(name) for name in ("payer", "collection", "total", "due_on")}
    for name, value in {**stated, "evidence": [line.get("evidence") for line in lines]}.items():
        if entry.body.get(name) != value:
            yield f"its entry states another {name}"
    content = {name: value for name, value in told.items() if name != "id"}
    if "content" in entry.body and digest(content) != entry.body["content"]:
        yield "its lines or shares are not those that its entry names"


def _first(problems: Iterator[str | None]) -> str | None:
    return next(problems, None)
