"""Uses, decisions, offers, licences and what was reported under them."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from api.views.base import MoneyView, View
from ledger.domain.brief_text import use_to_dict
from ledger.domain.decision import Decision
from ledger.domain.licence import Grant, Offer, Usage
from ledger.domain.terms_text import terms_to_dict
from ledger.domain.use import Use


class UseView(View):
    action: str
    product: str
    territory: str
    units: int
    on: str
    channel: str

    @classmethod
    def of(cls, use: Use) -> UseView:
        return cls.model_validate(use_to_dict(use))


class CheckView(View):
    clause: str
    holds: bool
    why: str


class OfferView(View):
    """A licence that can be bought as it is."""

    id: str
    asset: str
    licensee: str
    use: UseView
    terms_hash: str
    price: MoneyView
    made_at: str

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
        )


class DecisionView(View):
    """Permit, deny or pay. `offer` is set on pay, `licence` on a permit that a licence gives."""

    outcome: str = Field(description="permit, deny or pay.")
    reason: str
    asset: str
    party: str
    use: UseView
    checks: list[CheckView]
    licence: str | None
    price: MoneyView | None
    offer: OfferView | None

    @classmethod
    def of(cls, asset: str, party: str, use: Use, decision: Decision, offer: Offer | None) -> DecisionView:
        return cls(
            outcome=decision.outcome.value,
            reason=decision.reason,
            asset=asset,
            party=party,
            use=UseView.of(use),
            checks=[CheckView.model_validate(vars(check)) for check in decision.checks],
            licence=decision.licence,
            price=MoneyView.of(decision.price) if decision.price else None,
            offer=OfferView.of(offer) if offer else None,
        )


class LicenceView(View):
    """A licence in force."""

    id: str
    offer: str
    asset: str
    licensee: str
    action: str
    terms: dict[str, Any]
    terms_hash: str
    granted_at: str
    invoice: str | None
    tx: str
    gas: int

    @classmethod
    def of(cls, grant: Grant) -> LicenceView:
        fields = {**vars(grant), "action": grant.action.value, "terms": terms_to_dict(grant.terms)}
        return cls.model_validate(fields)


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
