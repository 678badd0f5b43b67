"""From what forensics saw to what it means: was this use licensed?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ledger.domain.errors import FieldError
from ledger.domain.finding import Finding, Sighting, Standing, Verdict
from ledger.domain.ids import AssetId, FindingId, LicenceId, MarkId, PartyId, ScanId, derive
from ledger.domain.licence import Book, Grant
from ledger.domain.right_clauses import is_free
from ledger.domain.rights import covers, offer_checks
from ledger.domain.terms import Terms
from ledger.domain.use import Use
from ledger.domain.words import ANY


@dataclass(frozen=True)
class Match:
    """What forensics found in one picture: which asset, how sure, and what it measured (no floats).

    `copy` is the licence whose copy the mark names; `place` counts up when a picture shows an asset again.
    """

    picture: str
    picture_sha256: str
    asset: AssetId
    mark: MarkId | None
    verdict: Verdict
    p_value: str
    evidence: Mapping[str, Any]
    copy: LicenceId | None = None
    place: int = 0


def judge(
    scan: ScanId, match: Match, sighting: Sighting | None, terms: Terms, book: Book, judged_at: str
) -> Finding:
    """The finding for one match; `terms` and `book` are those of its asset.

    Judging twice gives the same id. A picture without a match is no finding: FieldError.
    """
    if match.verdict is Verdict.NONE:
        raise FieldError(
            "verdict", "none: a picture that shows no tile of ours is not a finding; leave it out"
        )
    standing, licence = _standing(sighting, terms, book)
    return Finding(
        id=FindingId(derive("finding", *_what(scan, match))),
        scan=scan,
        picture=match.picture,
        picture_sha256=match.picture_sha256,
        asset=match.asset,
        mark=match.mark,
        verdict=match.verdict,
        p_value=match.p_value,
        evidence=match.evidence,
        sighting=sighting,
        standing=standing,
        licence=licence,
        judged_at=judged_at,
        copy=match.copy,
    )


def billable(finding: Finding) -> bool:
    """Only a proven use without a licence, by somebody known, that nobody has to look at first."""
    proven = finding.verdict is Verdict.PROVEN and finding.standing is Standing.UNLICENSED
    return proven and finding.held is None


def measured(found: Match | Finding) -> dict[str, Any]:
    """What forensics says, without what was judged from it: equal whenever the picture is examined again."""
    return {
        "picture": found.picture,
        "sha256": found.picture_sha256,
        "asset": found.asset,
        "mark": None if found.mark is None else f"{found.mark:012x}",
        "verdict": found.verdict.value,
        "p_value": found.p_value,
        "evidence": dict(found.evidence),
        "copy": found.copy,
    }


def _what(scan: ScanId, match: Match) -> tuple[str | int, ...]:
    again = (match.place,) if match.place else ()
    return (scan, match.picture, match.picture_sha256, match.asset, *again)


def _standing(sighting: Sighting | None, terms: Terms, book: Book) -> tuple[Standing, LicenceId | None]:
    if sighting is None:
        return Standing.UNATTRIBUTED, None
    use = sighting.use
    # Pieces seen are among those already reported, so they are held against the whole run.
    unused = Book(book.grants)
    for grant in _of(unused, sighting.seller):
        if all(check.holds or _unseen(check.clause, use) for check in covers(grant, use, unused)):
            return Standing.LICENSED, grant.id
    if is_free(terms.training, use.action) and all(check.holds for check in offer_checks(terms, use)):
        return Standing.LICENSED, None
    return Standing.UNLICENSED, None


def _of(book: Book, seller: PartyId) -> tuple[Grant, ...]:
    """The licences of a seller, and those they handed on: a picture does not show when a piece was made."""
    return (*book.of(seller), *(grant for grant in book.grants if seller in grant.earlier))


def _unseen(clause: str, use: Use) -> bool:
    """Whether a clause fails only because a picture does not show it: nobody is billed for that."""
    return clause in ("channel", "industry") and getattr(use, clause) == ANY
