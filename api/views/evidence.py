"""Findings, entries of the book, operations, verifications."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from api.views.base import View
from api.views.rights import UseView
from ledger.domain.entries import Entry
from ledger.domain.finding import Finding, Sighting

if TYPE_CHECKING:
    from ledger.domain.copies import Copy
    from ledger.domain.rulings import Ruling
    from ledger.store.access import ApiKey
    from ledger.store.banks import Exclusion, Negative
    from ledger.store.findings import Scan
    from ledger.verify import Verification


class SightingView(View):
    seller: str = Field(description="Who sells or shows it.")
    use: UseView

    @classmethod
    def of(cls, sighting: Sighting) -> SightingView:
        return cls(seller=sighting.seller, use=UseView.of(sighting.use))


class FindingView(View):
    id: str
    scan: str = Field(description="Id of the scan.")
    picture: str = Field(description="Name of the picture.")
    picture_sha256: str = Field(description="SHA-256 of its bytes, hex.")
    asset: str
    mark_id: str | None
    verdict: str = Field(description="proven or likely.")
    p_value: str = Field(description="Probability of this evidence from a picture without the tile.")
    standing: str = Field(description="licensed, unlicensed or unattributed.")
    licence: str | None
    sighting: SightingView | None = Field(
        description="Who used it, for what; null where the scan was not told."
    )
    evidence: dict[str, Any] = Field(description="What was measured, by method.")
    judged_at: str
    copy_licence: str | None = Field(description="The licence whose own copy was seen, by its mark.")
    held: str | None = Field(description="Why it is not billed before somebody has looked at it.")

    @classmethod
    def of(cls, finding: Finding) -> FindingView:
        return cls(
            id=finding.id,
            scan=finding.scan,
            picture=finding.picture,
            picture_sha256=finding.picture_sha256,
            asset=finding.asset,
            mark_id=None if finding.mark is None else f"{finding.mark:012x}",
            verdict=finding.verdict.value,
            p_value=finding.p_value,
            standing=finding.standing.value,
            licence=finding.licence,
            sighting=SightingView.of(finding.sighting) if finding.sighting else None,
            evidence=dict(finding.evidence),
            judged_at=finding.judged_at,
            copy_licence=finding.copy,
            held=finding.held,
        )


class ScanView(View):
    """One sweep over pictures. `entry` is where in the book it was opened."""

    id: str
    label: str = Field(description="What people call it.")
    opened_at: str
    closed_at: str | None
    entry: int | None

    @classmethod
    def of(cls, scan: Scan) -> ScanView:
        return cls.model_validate(vars(scan))


class RulingView(View):
    """What somebody ruled about scans; `ended_at` is null while it holds."""

    why: str
    since: str
    ended_at: str | None = Field(description="When it was taken back.")
    ended_why: str | None = Field(description="Why it was taken back.")


class ExclusionView(RulingView):
    asset: str

    @classmethod
    def of(cls, exclusion: Exclusion) -> ExclusionView:
        return cls(asset=exclusion.asset, **_ruling(exclusion.ruling))


class NegativeView(RulingView):
    """A picture of somebody else's pattern."""

    sha256: str
    name: str

    @classmethod
    def of(cls, negative: Negative) -> NegativeView:
        return cls(sha256=negative.sha256, name=negative.name, **_ruling(negative.ruling))


def _ruling(ruling: Ruling) -> dict[str, Any]:
    ending = ruling.ending
    return {
        "why": ruling.why,
        "since": ruling.since,
        "ended_at": ending.at if ending else None,
        "ended_why": ending.why if ending else None,
    }


class CopyView(View):
    """The copy of a tile that goes with a licence, marked for its licensee alone."""

    licence: str
    asset: str
    licensee: str
    mark_id: str
    sha256: str
    made_at: str

    @classmethod
    def of(cls, copy: Copy) -> CopyView:
        facts = vars(copy)
        shown = {name: facts[name] for name in ("licence", "asset", "licensee", "sha256", "made_at")}
        return cls(mark_id=f"{copy.mark:012x}", **shown)


class EntryView(View):
    """One line of the book; `hash` covers all other members."""

    sequence: int = Field(description="Its number in the book, from 1.")
    kind: str = Field(description="What happened.")
    subject: str = Field(description="Id of what it is about.")
    at: str
    body: dict[str, Any] = Field(description="What is said of it; the members depend on the kind.")
    previous: str = Field(description="Hash of the entry before it.")
    hash: str = Field(description="SHA-256 of this one, hex.")

    @classmethod
    def of(cls, entry: Entry) -> EntryView:
        return cls.model_validate({**vars(entry), "body": dict(entry.body)})


class OperationErrorView(View):
    code: str = Field(description="The problem, as the list of codes has it.")
    message: str
    field: str | None = Field(None, description="The input that is to blame, where one is.")


class OperationView(View):
    """Long work. `result` is set when it is done, `error` when it failed."""

    id: str
    kind: str = Field(description="What is done.")
    state: str = Field(description="queued, running, done or failed.")
    done: int = Field(description="Steps that are done.")
    total: int = Field(description="Steps in all; 0 while that is not known.")
    message: str
    result: dict[str, Any] | None = Field(description="What came of it; the members depend on the kind.")
    error: OperationErrorView | None = Field(description="Why it failed.")
    created_at: str
    updated_at: str


class PartyView(View):
    """Somebody who makes, licenses or is paid."""

    id: str
    name: str
    address: str = Field(description="Their account on chain.")
    added_at: str


class KeyView(View):
    """An API key. `token` is shown once, when it is made."""

    id: str = Field(description="SHA-256 of the key.")
    name: str
    role: str = Field(description="manager, licensee or auditor.")
    party: str | None
    created_at: str
    expires_at: str | None
    revoked_at: str | None
    token: str | None = Field(None, description="The key itself, once.")

    @classmethod
    def of(cls, key: ApiKey, token: str | None = None) -> KeyView:
        facts = vars(key)
        return cls(id=key.sha256, token=token, **{name: facts[name] for name in facts if name != "sha256"})


class LinkView(View):
    """One link of the chain from a file back to its brief; `holds` is null where it was not looked at."""

    name: str
    holds: bool | None = Field(description="Null where it was not looked at.")
    why: str


class VerificationView(View):
    ok: bool = Field(description="Whether every link holds.")
    links: list[LinkView] = Field(description="From the file back to the brief.")

    @classmethod
    def of(cls, verification: Verification) -> VerificationView:
        links = [LinkView.model_validate(vars(link)) for link in verification.links]
        return cls(ok=verification.ok, links=links)


class ForkView(View):
    """A reorganisation that the follower saw."""

    at: str = Field(description="Time of the newest block then, RFC 3339.")
    block: int = Field(description="The last block that both have.")
    was: int = Field(description="The last block that had been read.")
    events: int = Field(description="Events that were taken back.")


class ChainView(View):
    """How far the chain was followed. Null is not known: not followed yet, or no answer from the node."""

    block: int | None = Field(description="Last block that was read.")
    hash: str | None = Field(description="Its hash.")
    head: int | None = Field(description="Last block of the chain.")
    confirmations: int = Field(description="Blocks below the head that are waited for.")
    behind: int | None = Field(description="Blocks that could be read now and were not.")
    last_reorganisation: ForkView | None = Field(description="Null where none was seen.")


class HealthView(View):
    status: str = Field(description="ok.")
    ledger: str = Field(description="Id of the ledger.")
    worker: bool = Field(description="Whether this process does long work itself.")
