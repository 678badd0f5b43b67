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
    action: str = Field(description="What is done with the tile.")
    product: str = Field(description="What it is put on.")
    territory: str = Field(description="Where, an ISO 3166-1 code or a group of them.")
    units: int = Field(description="Pieces.")
    on: str | dict[str, str] = Field(description="A day, or the days `from` and `to` of a period.")
    channel: str = Field(description="How it reaches people.")
    industry: str = Field(ANY, description="In which trade.")
    colourway: str = Field(ORIGINAL, description="In which inks.")
    modifications: tuple[str, ...] = Field((), description="What is changed.")
    generations: int = Field(0, description="Pictures that a model makes of it.")
    depth: int = Field(0, description="Sublicences below the licensee.")
    revenue: str | None = Field(None, description="What it earns, as money in text.")
    attribution: str | None = Field(None, description="How the studio is named.")

    @classmethod
    def of(cls, use: Use) -> UseView:
        return cls.model_validate(use_to_dict(use))


class CheckView(View):
    clause: str = Field(description="The clause of the terms.")
    holds: bool = Field(description="Whether the use keeps within it.")
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
    checks: list[CheckView] = Field(description="Every clause that was looked at.")
    duties: list[DutyView] = Field(description="What the permission asks for.")
    reading: str = Field(description="How duties of unknown state were read: lenient or strict.")
    changes: list[str] = Field(description="What would change the answer.")
    licence: str | None
    price: MoneyView | None
    offer: OfferView | None = Field(description="What can be bought; set on pay.")
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

    decisions: list[DecisionView] = Field(description="In the order of the uses.")


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
    action: str = Field(description="What it allows: reproduce, display, adapt and so on.")
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

    format: str = Field(description="What kind of file this is.")
    chain_id: int
    desk: str = Field(description="Address of the contract that takes it.")
    asset: str
    use: dict[str, Any]
    nonce: str = Field(description="Makes it good for once.")
    order: dict[str, Any] = Field(description="What was signed.")


class UsageView(View):
    """Pieces reported under a licence."""

    id: str
    licence: str
    use: UseView
    reported_on: str = Field(description="The day it was reported.")

    @classmethod
    def of(cls, usage: Usage) -> UsageView:
        return cls(
            id=usage.id,
            licence=usage.licence,
            use=UseView.of(usage.use),
            reported_on=usage.reported_on.isoformat(),
        )
