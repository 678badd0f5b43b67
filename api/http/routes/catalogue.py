"""Collections and assets: planned and made by managers, seen by everybody."""

from __future__ import annotations

import base64
import hashlib
import mimetypes
import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api import reads
from api.access import Principal
from api.errors import RoleError
from api.http.addresses import site
from api.http.answers import accepted
from api.http.bodies import CollectionBody, FormName, Id, LicencePage, Limit, Offset, PreviewBody, TermsBody
from api.http.errors import responses
from api.http.exports import AskedExport, export_for
from api.http.idempotency import Answer, Once
from api.http.listing import Page, page
from api.http.matching import is_known
from api.http.security import Caller, Manager
from api.http.services import Provided
from api.views.briefs import BriefView
from api.views.catalogue import AssetView, CollectionView
from api.views.evidence import OperationView
from api.views.terms import TermsCheckView
from ledger import briefing, confirming, create, verify
from ledger import register as registering
from ledger.domain.errors import FieldError
from ledger.domain.ids import AssetId, CollectionId
from ledger.domain.projections import FORMS
from ledger.domain.terms_text import parse_terms
from ledger.export import FORMATS as EXPORTS
from ledger.publish import publish
from ledger.terms import check

router = APIRouter(tags=["catalogue"])
FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {mime: {} for mime in EXPORTS.values()}, "description": "The signed tile."},
    304: {"description": "The same as If-None-Match names."},
}
Told = Annotated[
    bool,
    Query(
        description="The file with the update manifest that names the transaction, not the registered "
        "one; 409 while there is none. Not with a use, whose files name it by themselves."
    ),
]

TEXTS: dict[int | str, dict[str, Any]] = {
    200: {"content": {form.mime: {} for form in FORMS.values()}, "description": "The terms."}
}


@router.post("/collections", status_code=202, response_model=OperationView, responses=responses(400, 409))
def create_collection(services: Provided, _: Manager, write: Once, body: CollectionBody) -> Response:
    """Plan a collection and start making its tiles. The result of the operation names the collection."""
    asked = body.brief.plain()
    brief, terms = briefing.read(asked), parse_terms(body.terms)

    def work() -> Answer:
        planned = create.plan(services.ledger, brief, terms, write.scoped_key)
        return accepted(services, "generate", {"collection": planned.id}, planned.id)

    return write.once({"brief": asked, "terms": body.terms}, work)


@router.post("/briefs/preview", response_model=BriefView, responses=responses(400, 409))
def preview_brief(services: Provided, _: Manager, write: Once, body: PreviewBody) -> Response:
    """What a brief would draw, tile by tile, with the words that mean nothing here. Changes nothing."""
    asked = body.brief.plain()
    brief = briefing.read(asked)

    def work() -> Answer:
        return Answer(200, BriefView.of(briefing.lay_out(services.ledger, brief)))

    return write.once(asked, work)


@router.get("/collections", responses=responses())
def list_collections(
    services: Provided, caller: Caller, limit: Limit = 100, offset: Offset = 0
) -> Page[CollectionView]:
    """Every collection, oldest first, with its state and how many tiles are made."""
    found = page(lambda *at: reads.collection_list(services.ledger, *at), limit, offset)
    return found.model_copy(update={"items": [_collection(caller, each) for each in found.items]})


@router.get("/collections/{collection}", responses=responses(404))
def show_collection(services: Provided, caller: Caller, collection: Id) -> CollectionView:
    """One collection: brief, terms, and once it is registered its root and transaction."""
    return _collection(caller, reads.collection(services.ledger, collection))


@router.post(
    "/collections/{collection}/registration",
    status_code=202,
    response_model=OperationView,
    responses=responses(400, 404, 409),
)
def register_collection(services: Provided, _: Manager, write: Once, collection: Id) -> Response:
    """Put the collection's Merkle root and terms on chain."""

    def work() -> Answer:
        found = reads.collection(services.ledger, collection)
        registering.require_allowed(services.ledger, CollectionId(found.id))
        return accepted(services, "register", {"collection": found.id}, found.id)

    return write.once(None, work)


@router.post(
    "/collections/{collection}/confirmation",
    status_code=202,
    response_model=OperationView,
    responses=responses(400, 404, 409),
)
def confirm_collection(services: Provided, _: Manager, write: Once, collection: Id) -> Response:
    """Look whether the chain has the registration deep enough, and put its transaction into the tiles' files.

    The result of the operation has `confirmation` null where it does not.
    """

    def work() -> Answer:
        found = reads.collection(services.ledger, collection)
        confirming.require_registered(services.ledger, CollectionId(found.id))
        asked = {"collection": found.id, "confirmations": services.confirmations}
        return accepted(services, "confirm", asked, secrets.token_hex(16))

    return write.once(None, work)


@router.post(
    "/collections/{collection}/terms/check",
    response_model=TermsCheckView,
    responses=responses(400, 404, 409),
)
def check_terms(services: Provided, _: Manager, write: Once, collection: Id, body: TermsBody) -> Response:
    """Where these terms would meet licences granted before, each shown by an example use. Changes nothing."""
    terms = parse_terms(body.terms)

    def work() -> Answer:
        found = check(services.ledger, terms, CollectionId(collection))
        return Answer(200, TermsCheckView.of(terms, found))

    return write.once(body.model_dump(mode="json"), work)


@router.get("/collections/{collection}/assets", responses=responses(404))
def list_assets(
    services: Provided, caller: Caller, collection: Id, limit: Limit = 100, offset: Offset = 0
) -> Page[AssetView]:
    """The tiles of a collection, in the order of the brief."""
    found = page(lambda *at: reads.asset_list(services.ledger, collection, *at), limit, offset)
    if _sees_hand(caller, reads.drawn_for(services.ledger, collection)):
        return found
    return found.model_copy(update={"items": [each.for_others() for each in found.items]})


@router.get("/assets/{asset}", responses=responses(404, 409))
def show_asset(services: Provided, caller: Caller, asset: Id) -> AssetView:
    """One tile: mark id, digest, manifest, recipe and what people decided about it."""
    found = reads.asset(services.ledger, asset)
    seen = _sees_hand(caller, reads.drawn_for(services.ledger, found.collection))
    return found if seen else found.for_others()


@router.get("/assets/{asset}/file", response_class=Response, responses={**responses(402, 404, 409), **FILE})
def download_asset(
    services: Provided,
    caller: Caller,
    request: Request,
    asset: Id,
    asked: AskedExport,
    confirmed: Told = False,
) -> Response:
    """The signed tile; a licensee needs a licence of it, or it was drawn for them. With a use: exports.

    `ETag` and `Repr-Digest` are the SHA-256 of the file, `Content-Disposition` says which of the two it is.
    402 carries an x402 offer; send the request again with PAYMENT-SIGNATURE, and it is bought.
    """
    if asked.action is not None:
        if confirmed:
            raise FieldError(
                "confirmed", "is not for a use: the file for one names the transaction by itself"
            )
        return export_for(services, caller, request, asset, asked)
    found = reads.asset(services.ledger, asset)
    if caller.party is not None and not (
        reads.holds_licence(services.ledger, caller.party, asset)
        or reads.drawn_for(services.ledger, found.collection) == caller.party
    ):
        raise RoleError(
            f"{caller.party} has no licence of this tile; ask for a decision and accept its offer"
        )
    of = confirming.confirmed if confirmed else confirming.registered
    return _whole(request, of(services.ledger, AssetId(asset)), found.mime, asset, confirmed)


def _whole(request: Request, data: bytes, mime: str, asset: str, confirmed: bool) -> Response:
    digest = hashlib.sha256(data)
    name = f"{asset}-confirmed" if confirmed else asset
    headers = {
        "ETag": f'"{digest.hexdigest()}"',
        "Repr-Digest": f"sha-256=:{base64.b64encode(digest.digest()).decode()}:",  # RFC 9530
        "Content-Disposition": f'attachment; filename="{name}{mimetypes.guess_extension(mime) or ""}"',
        "Cache-Control": "private, no-cache",
    }
    if is_known(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(data, media_type=mime, headers=headers)


@router.get("/assets/{asset}/terms", response_class=Response, responses={**responses(404, 409), **TEXTS})
def show_terms(
    services: Provided,
    _: Caller,
    request: Request,
    asset: Id,
    form: FormName = "odrl",
    licences: LicencePage = None,
) -> Response:
    """The terms now in force for a tile, in one of the languages of others."""
    where = site(request).of_asset(reads.asset(services.ledger, asset).collection, asset)
    text = publish(services.ledger, AssetId(asset), form, licences=licences, **where)
    return Response(text, media_type=FORMS[form].mime)


@router.get("/assets/{asset}/proof", responses=responses(404, 409))
def show_proof(services: Provided, _: Caller, asset: Id) -> dict[str, Any]:
    """All that is needed to verify the tile offline."""
    _data, proof = verify.export(services.ledger, AssetId(asset))
    return proof


def _sees_hand(caller: Principal, party: str | None) -> bool:
    """Whether a caller is told in what style something was drawn for `party`, None for the house."""
    return party is None or caller.sees(party)


def _collection(caller: Principal, found: CollectionView) -> CollectionView:
    party = found.brief.get("made_for", {}).get("party")
    shown = found if _sees_hand(caller, party) else found.for_others()
    return shown if caller.party is None else shown.for_buyers()
