"""A file for one use, past the firewall: permit streams it, deny says why, pay asks for x402 or the cart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Header, Query
from fastapi.responses import JSONResponse, Response

from api.errors import InputError
from api.http import cart, payments
from api.http.bodies import SLUG_PATTERN, FileForm
from api.http.errors import MEDIA_TYPE
from api.problems import Kind, Problem
from api.views.rights import DecisionView
from ledger import paying, x402
from ledger.decide import Decided, decide_each
from ledger.domain.brief_text import parse_use
from ledger.domain.decision import Decision, Outcome
from ledger.domain.ids import AssetId, LicenceId, OfferId
from ledger.domain.use import MAX_SHOWN
from ledger.domain.use_text import days_said
from ledger.domain.words import ANY, ORIGINAL
from ledger.errors import PaymentRefusedError
from ledger.export import FORMATS, asked_for, export
from ledger.signed import sign_each
from ledger.store import rights

if TYPE_CHECKING:
    from starlette.requests import Request

    from api.access import Principal
    from api.http.services import Services
    from ledger.domain.licence import Offer


@dataclass(frozen=True)
class Export:
    """The query of a file: the use in the words of a decision, the format, and what was signed to pay."""

    action: str | None
    use: dict[str, Any]
    party: str | None
    form: str
    payment: str | None


def _export(
    action: Annotated[str | None, Query(max_length=40, description="The use: its action.")] = None,
    product: Annotated[str | None, Query(max_length=100, description="The use: its product.")] = None,
    territory: Annotated[str | None, Query(max_length=10, description="The use: ISO 3166-1.")] = None,
    channel: Annotated[str | None, Query(max_length=100, description="The use: its channel.")] = None,
    industry: Annotated[str | None, Query(max_length=100, description="The use: its industry.")] = None,
    colourway: Annotated[str | None, Query(max_length=100, description="The use: its colourway.")] = None,
    modifications: Annotated[
        list[str] | None, Query(max_length=50, description="The use: what is changed, once for each.")
    ] = None,
    units: Annotated[int | None, Query(description="The use: pieces made.")] = None,
    generations: Annotated[int | None, Query(description="The use: pictures generated.")] = None,
    depth: Annotated[int | None, Query(description="The use: levels of sublicences.")] = None,
    revenue: Annotated[str | None, Query(max_length=60, description="The use: net sales.")] = None,
    attribution: Annotated[
        str | None, Query(max_length=MAX_SHOWN, description="The use: the text that stands with it.")
    ] = None,
    on: Annotated[str | None, Query(max_length=10, description="The use: its day.")] = None,
    first: Annotated[
        str | None, Query(alias="from", max_length=10, description="The use: its first day, with `to`.")
    ] = None,
    last: Annotated[
        str | None, Query(alias="to", max_length=10, description="The use: its last day.")
    ] = None,
    party: Annotated[
        str | None, Query(pattern=SLUG_PATTERN, description="Who uses it; a licensee's key knows.")
    ] = None,
    form: FileForm = "png",
    payment: Annotated[
        str | None, Header(alias="PAYMENT-SIGNATURE", description="A payment payload (x402 v2).")
    ] = None,
) -> Export:
    words = {"action": action, "product": product, "territory": territory, "channel": channel}
    words |= {"industry": industry, "colourway": colourway, "revenue": revenue, "attribution": attribution}
    counts = {"units": units, "generations": generations, "depth": depth}
    given: dict[str, Any] = {**words, **counts, "modifications": modifications}
    given["on"] = days_said(on, first, last, "") or None
    use = {name: value for name, value in given.items() if value is not None}
    return Export(action, use, party, form, payment)


AskedExport = Annotated[Export, Depends(_export)]


@dataclass(frozen=True)
class _Found:
    """What was decided, and what x402 asks for its offer: None where there is none, or it is not paid so."""

    decided: Decided
    wanted: x402.Requirement | None

    @property
    def decision(self) -> Decision:
        return self.decided.answers[0][0]

    @property
    def offer(self) -> Offer | None:
        return self.decided.answers[0][1]


def export_for(
    services: Services, caller: Principal, request: Request, asset: str, asked: Export
) -> Response:
    """200 with the file, 402 with what to pay, or 403 with the reasons and what would change them."""
    party = caller.act_for(asked.party or caller.party or _nobody())
    use = parse_use({"on": str(services.ledger.today()), **asked.use})
    asked_for(services.ledger, AssetId(asset), use.colourway)  # before anything is paid

    def ask() -> _Found:
        decided = decide_each(services.ledger, AssetId(asset), party, (use,))
        offer = decided.answers[0][1]
        return _Found(decided, paying.requirement(services.ledger, offer) if offer is not None else None)

    found, refused = ask(), None
    if found.offer is not None and _may_pay(services, found.offer, found.wanted, asked):
        refused = _buy(services, found.offer, asked.payment)
        if refused is None:
            found = ask()
    sold = _offer_of(services, found.decision.licence)
    if sold is not None and payments.restore(services, sold):
        found = ask()
        sold = _offer_of(services, found.decision.licence)
    if found.decision.outcome is Outcome.PERMIT:
        return _file(services, AssetId(asset), found.decision.licence, sold, asked, use.colourway)
    (signed,) = sign_each(services.ledger, party, (use,), found.decided)
    view = DecisionView.signed_of(signed, asset, party, use)
    if found.offer is None:
        return _answer(Problem("use-denied", found.decision.reason, Kind.FORBIDDEN), view, {})
    return _unpaid(services, request, found.offer, found.wanted, view, asked.form, refused)


def _nobody() -> str:
    raise InputError("party: say who uses it", field="party")


def _may_pay(services: Services, offer: Offer, wanted: x402.Requirement | None, asked: Export) -> bool:
    """Whether a payment was sent, or came by a transfer that nobody told us of."""
    if asked.payment is not None or wanted is None:
        return asked.payment is not None
    return paying.holds_price(services.ledger, offer.id)


def _buy(services: Services, offer: Offer, payment: str | None) -> PaymentRefusedError | None:
    """None when the offer is paid and granted."""
    try:
        message = x402.decode(payment) if payment is not None else {}
    except PaymentRefusedError as refused:
        return refused
    return payments.take(services, offer.id, message)


def _file(
    services: Services,
    asset: AssetId,
    licence: LicenceId | None,
    sold: OfferId | None,
    asked: Export,
    colourway: str,
) -> Response:
    data, mime = export(services.ledger, asset, licence, asked.form, colourway)
    name = f"{asset}.{asked.form}" if colourway in (ANY, ORIGINAL) else f"{asset}-{colourway}.{asked.form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    paid = payments.operation_of(services, sold) if sold and asked.payment is not None else None
    accepted = paid.arguments["payment"].get("accepted") if paid is not None else None
    if paid is not None and paid.result is not None and accepted:
        payer, transaction = paid.result["payer"], paid.result["transaction"]
        told = x402.settled(str(accepted["network"]), payer, transaction, str(accepted["amount"]))
        headers["PAYMENT-RESPONSE"] = x402.encode(told)
    return Response(data, media_type=mime, headers=headers)


def _offer_of(services: Services, licence: LicenceId | None) -> OfferId | None:
    """The offer that a licence was; None where there is no licence, or it was none."""
    if licence is None:
        return None
    with services.ledger.store.reading() as tx:
        return rights.get_grant(tx, licence).offer


def _unpaid(
    services: Services,
    request: Request,
    offer: Offer,
    wanted: x402.Requirement | None,
    view: DecisionView,
    form: str,
    refused: PaymentRefusedError | None,
) -> Response:
    error = refused.reason if refused else "PAYMENT-SIGNATURE header is required"
    accepts = [wanted.to_dict()] if wanted else []
    asked = x402.required(accepts, str(request.url), view.reason, FORMATS[form], error)
    accept = str(request.url_for("accept_offer", offer=offer.id))
    if cart.prefers_page(request.headers.get("accept", "")):
        where = str(request.url_for("show_offer", offer=offer.id))
        from api.http.routes import checking  # which needs the services, as this does

        check = str(request.url_for("show_checker")) if checking.installed() else None
        told = cart.Cart(where, accept, wanted, str(refused) if refused else None, check)
        headers = {**cart.HEADERS, "PAYMENT-REQUIRED": x402.encode(asked)}
        return Response(cart.page(services.ledger, offer, told), 402, headers, cart.MIME)
    problem = Problem("payment-required", str(refused) if refused else view.reason, Kind.UNPAID)
    members = {**asked, "cart": {"method": "POST", "url": accept, "offer": offer.id}}
    return _answer(problem, view, members, {"PAYMENT-REQUIRED": x402.encode(asked)})


def _answer(
    problem: Problem, view: DecisionView, members: dict[str, Any], headers: dict[str, str] | None = None
) -> Response:
    body = {**problem.to_dict(), **members, "decision": view.to_json()}
    return JSONResponse(body, problem.kind.status, headers=headers, media_type=MEDIA_TYPE)
