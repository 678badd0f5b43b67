"""The licence server of RSL 1.0 (Open License Protocol, section 5): tokens, and what is said of them."""

from __future__ import annotations

import re
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from api.http.addresses import site
from api.http.bodies import Id, Limit, Offset, Why
from api.http.errors import responses
from api.http.listing import Page, page
from api.http.oauth import NO_STORE, Client, Form, OAuthError, form_schema, needed, oauth_responses
from api.http.security import Caller, Manager
from api.http.services import Provided, Services
from api.views.rights import DecisionView
from api.views.tokens import IntrospectionView, IssuedView, TokenView
from ledger import tokens
from ledger.domain.decision import Outcome
from ledger.domain.errors import ProjectionError
from ledger.domain.ids import AssetId, CollectionId
from ledger.domain.projections.rsl import MIME as RSL
from ledger.domain.projections.rsl_reading import read_licence
from ledger.domain.tokens import LicenceToken
from ledger.errors import TokenRefusedError
from ledger.store import tokens as kept
from ledger.tokens import Answer, Resource

router = APIRouter(tags=["licensing"])
GRANT = "client_credentials"
_TILES = re.compile(r"/v1/public/collections/([0-9a-f]{32})/assets/(?:([0-9a-f]{32})/file|\*)")


@router.post(
    "/rsl/token",
    response_model=IssuedView,
    responses=oauth_responses(402, 403, 429),
    openapi_extra=form_schema(("grant_type", "resource", "license"), ("license_type",)),
)
def issue_token(services: Provided, client: Client, request: Request, form: Form) -> Response:
    """A licence token for a tile or a whole collection, if the firewall permits all of the licence asked for.

    402 tells what it costs and how it is bought; then ask again.
    """
    if needed(form, "grant_type") != GRANT:
        raise OAuthError("unsupported_grant_type", f"only {GRANT} is there")
    if client.party is None:
        raise OAuthError("unauthorized_client", "use the key of a licensee; a token is given to a party")
    resource = _resource(request, needed(form, "resource"))
    if form.get("license_type", RSL) != RSL:
        raise OAuthError("invalid_license", f"only licences of the type {RSL} are read")
    try:
        wanted = read_licence(needed(form, "license"))
        answer = tokens.issue(services.ledger, client.id, client.party, resource, wanted)
    except ProjectionError as error:
        raise OAuthError("invalid_license", str(error)) from error
    except TokenRefusedError as error:
        raise OAuthError(error.reason, str(error)) from error
    if answer.token is None or answer.record is None:
        raise _not_permitted(request, client.party, answer)
    made = IssuedView.of(answer.token, answer.record, tokens.GOOD_FOR)
    return JSONResponse(made.to_json(), headers=NO_STORE)


@router.post(
    "/rsl/introspect",
    response_model=IntrospectionView,
    response_model_exclude_none=True,
    responses=oauth_responses(),
    openapi_extra=form_schema(("token",), ("resource", "token_type_hint")),
)
def introspect_token(services: Provided, client: Client, request: Request, form: Form) -> Response:
    """Whether a licence token is good now, what it is for, and whether it covers a resource (RFC 7662)."""
    shown, asked = needed(form, "token"), form.get("resource")
    found = tokens.find(services.ledger, shown)
    if found is None or not client.sees(found.party):
        return JSONResponse(IntrospectionView(active=False).said(), headers=NO_STORE)
    said = _introspected(services, request, found, asked)
    return JSONResponse(said.said(), headers=NO_STORE)


@router.get("/rsl/tokens", responses=responses())
def list_tokens(
    services: Provided, caller: Caller, limit: Limit = 100, offset: Offset = 0
) -> Page[TokenView]:
    """Licence tokens, newest first; a licensee sees its own."""

    def read(limit: int, offset: int) -> list[TokenView]:
        with services.ledger.store.reading() as tx:
            found = kept.page(tx, caller.party, limit, offset)
        return [TokenView.of(each, services.ledger.now()) for each in found]

    return page(read, limit, offset)


@router.delete("/rsl/tokens/{token}", responses=responses(404))
def revoke_token(services: Provided, _: Manager, token: Id, why: Why) -> TokenView:
    """Take a licence token back, at once and for good. It stays in the list."""
    return TokenView.of(tokens.revoke(services.ledger, token, why), services.ledger.now())


def _resource(request: Request, text: str) -> Resource:
    """The tile or collection of an address of ours, whole or as a path."""
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise OAuthError("invalid_resource", "the resource is no address") from error
    here = parts.scheme in ("http", "https") and parts.netloc == request.url.netloc
    ours = (here or text.startswith("/v1/")) and not parts.query
    found = _TILES.fullmatch(parts.path) if ours else None
    if found is None:
        problem = (
            "the resource is none of ours; take a url of /license.xml, or the address of a file below it"
        )
        raise OAuthError("invalid_resource", problem)
    asset = AssetId(found[2]) if found[2] else None
    return Resource(CollectionId(found[1]), asset, parts.path)


def _not_permitted(request: Request, party: str, answer: Answer) -> OAuthError:
    """Why no token is given; on pay, the offer, and where it is paid: by people, and by x402."""
    decision, offer = answer.decision, answer.offer
    view = DecisionView.of(answer.asset, party, answer.use, decision, offer).to_json()
    if decision.outcome is Outcome.DENY or offer is None:
        return OAuthError("invalid_license", decision.reason, 403, {"decision": view})
    here = site(request)
    use = {"action": answer.use.action.value, "territory": answer.use.territory}
    file = f"{here.address('download_asset', asset=answer.asset)}?{urlencode(use)}"
    cart = {"method": "POST", "url": here.address("accept_offer", offer=offer.id), "offer": offer.id}
    said = f"{decision.reason}; pay it, then ask for the token again"
    return OAuthError("payment_required", said, None, {"cart": cart, "x402": file, "decision": view})


def _introspected(
    services: Services, request: Request, found: LicenceToken, asked: str | None
) -> IntrospectionView:
    covered = _covered(found, request, asked) if asked is not None else None
    if not tokens.is_good(services.ledger, found, covered.asset if covered else None):
        return IntrospectionView(active=False)
    elsewhere = asked is not None and covered is None
    reason = "the token was given for something else" if elsewhere else None
    return IntrospectionView.of(found, site(request).licence_server, reason)


def _covered(found: LicenceToken, request: Request, asked: str) -> Resource | None:
    """The resource of an address that a token was given for; None for any other."""
    try:
        resource = _resource(request, asked)
    except OAuthError:
        return None
    if resource.asset is not None:
        return resource if resource.asset in found.tiles else None
    return resource if resource.path == found.resource else None
