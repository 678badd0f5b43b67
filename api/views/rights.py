"""Uses, decisions, offers, licences and what was reported under them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from pydantic import Field

from api.views.base import MoneyView, View
from ledger.domain.brief_text import use_to_dict
from ledger.domain.decision import Decision, Duty
from ledger.domain.licence import Grant, Offer, Usage
from ledger.domain.rights import valid_until
from ledger.domain.terms_text import terms_to_dict
from ledger.domain.use import Use
from ledger.domain.words import ANY, ORIGINAL

if TYPE_CHECKING:
    from ledger.signed import SignedDecision


class UseView(View):
    action: str
    product: str
    territory: str
    units: int
    on: str | dict[str, str] = Field(description="A day, or the days `from` and `to` of a period.")
    channel: str
    industry: str = ANY
    colourway: str = ORIGINAL
    modifications: tuple[str, ...] = ()
    generations: int = 0
    depth: int = 0
    revenue: str | None = None
    attribution: str | None = None

    @classmethod
    def of(cls, use: Use) -> UseView:
        return cls.model_validate(use_to_dict(use))


class CheckView(View):
    clause: str
    holds: bool
    why: str
    change: str = Field(description="What would change the answer; empty where the clause holds.")


class DutyView(View):
    """Something to do for the permission."""

    name: str = Field(description="pay, attribute or report.")
    state: str = Field(description="fulfilled, pending, violated or unknown.")
    why: str
    change: str = Field(description="How to fulfil it.")

    @classmethod
    def of(cls, duty: Duty) -> DutyView:
        return cls.model_validate({**vars(duty), "state": duty.state.value})


class OfferView(View):
    """A licence that can be bought as it is."""

    id: str
    asset: str
    licensee: str
    use: UseView
    terms_hash: str
    price: MoneyView
    made_at: str
    valid_until: str = Field(description="The last day on which it can be taken.")

    @classmethod
    def of(cls, offer: Offer) -> OfferView:
        return cls(
            id=offer.id,
            asset=offer.asset,
            licensee=offer.licensee,
            use=UseView.of(offer.use),
            terms_hash=offer.terms_hash,
            price=MoneyView.of(offer.price),
            made_at=offer.made_at,
            valid_until=valid_until(date.fromisoformat(offer.made_at[:10])).isoformat(),
        )


class DecisionView(View):
    """Permit, deny or pay. `offer` is set on pay, `licence` on a permit that a licence gives."""

    outcome: str = Field(description="permit, deny or pay.")
    reason: str
    asset: str
    party: str
    use: UseView
    checks: list[CheckView]
    duties: list[DutyView]
    reading: str = Field(description="How duties of unknown state were read: lenient or strict.")
    changes: list[str] = Field(description="What would change the answer.")
    licence: str | None
    price: MoneyView | None
    offer: OfferView | None
    links: dict[str, str] = Field(description="What can be done now: accept, offer, licence, terms.")
    signed: str | None = Field(
        None, description="The whole report as a compact JWS that can be checked offline, good for 24 hours."
    )

    @classmethod
    def of(
        cls,
        asset: str,
        party: str,
        use: Use,
        decision: Decision,
        offer: Offer | None,
        signed: str | None = None,
    ) -> DecisionView:
        return cls(
            outcome=decision.outcome.value,
            reason=decision.reason,
            asset=asset,
            party=party,
            use=UseView.of(use),
            checks=[CheckView.model_validate(vars(check)) for check in decision.checks],
            duties=[DutyView.of(duty) for duty in decision.duties],
            reading=decision.reading.value,
            changes=list(decision.changes),
            licence=decision.licence,
            price=MoneyView.of(decision.price) if decision.price else None,
            offer=OfferView.of(offer) if offer else None,
            links=_links(asset, decision, offer),
            signed=signed,
        )

    @classmethod
    def signed_of(cls, made: SignedDecision, asset: str, party: str, use: Use) -> DecisionView:
        """A signed decision on one use of a tile by a party."""
        return cls.of(asset, party, use, made.decision, made.offer, made.jws)


class DecisionsView(View):
    """One decision for each use that was asked about, in their order."""

    decisions: list[DecisionView]


def _links(asset: str, decision: Decision, offer: Offer | None) -> dict[str, str]:
    found = {"terms": f"/v1/assets/{asset}/terms"}
    if offer is not None:
        found |= {"offer": f"/v1/offers/{offer.id}", "accept": f"/v1/offers/{offer.id}/acceptance"}
    if decision.licence is not None:
        found["licence"] = f"/v1/licences/{decision.licence}"
    return found


class LicenceView(View):
    """A licence in force."""

    id: str
    offer: str | None = Field(description="The offer it was; null for a sublicence and for a signed order.")
    asset: str
    licensee: str
    action: str
    terms: dict[str, Any]
    terms_hash: str
    granted_at: str
    invoice: str | None
    tx: str
    gas: int
    units: int | None = Field(description="Pieces paid for, where the price goes by the piece.")
    parent: str | None = Field(description="The licence that a sublicence was given under.")
    state: str = Field(description="in-force, suspended or revoked.")
    reference: str | None = Field(description="Its key on chain, where a signed order made it.")
    earlier: list[str] = Field(description="Who held it and handed it on, the first of them first.")

    @classmethod
    def of(cls, grant: Grant) -> LicenceView:
        fields = {
            **vars(grant),
            "action": grant.action.value,
            "state": grant.state.value,
            "terms": terms_to_dict(grant.terms),
            "earlier": list(grant.earlier),
        }
        return cls.model_validate(fields)


class OrderFileView(View):
    """A signed order, as it is handed to a buyer. Its members are sent back as they are."""

    format: str
    chain_id: int
    desk: str
    asset: str
    use: dict[str, Any]
    nonce: str
    order: dict[str, Any]


class UsageView(View):
    """Pieces reported under a licence."""

    id: str
    licence: str
    use: UseView
    reported_on: str

    @classmethod
    def of(cls, usage: Usage) -> UsageView:
        return cls(
            id=usage.id,
            licence=usage.licence,
            use=UseView.of(usage.use),
            reported_on=usage.reported_on.isoformat(),
        )
