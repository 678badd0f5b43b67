"""The guidelines of the brand: kept, listed, removed and searched by managers; read by auditors too."""

from __future__ import annotations

import hashlib
from typing import Annotated

from fastapi import APIRouter, File, Query, UploadFile
from fastapi.responses import Response

from api.http.bodies import Digest
from api.http.errors import responses
from api.http.idempotency import Answer, Once
from api.http.security import Manager, Staff
from api.http.services import Provided
from api.views.brand import AddedGuidelineView, GuidelineView, PassageView
from ledger import brand
from ledger.domain.guidelines import MAX_QUERY

router = APIRouter(tags=["studio"])
Asked = Annotated[str, Query(min_length=1, max_length=MAX_QUERY, description="Words of the trade.")]
Most = Annotated[int, Query(ge=1, le=brand.MOST, description="How many passages.")]


@router.post("/brand", status_code=201, response_model=AddedGuidelineView, responses=responses(400, 409))
def add_guideline(
    services: Provided,
    _: Manager,
    write: Once,
    file: Annotated[UploadFile, File(description="Markdown, UTF-8 text, or PDF with text in it.")],
) -> Response:
    """Keep guidelines. A file of a name that is there takes its place; the same bytes change nothing."""
    data, name = file.file.read(), file.filename or ""

    def work() -> Answer:
        return Answer(201, AddedGuidelineView.of(*brand.add(services.ledger, name, data)))

    return write.once({"name": name, "sha256": hashlib.sha256(data).hexdigest()}, work)


@router.get("/brand", responses=responses())
def list_guidelines(services: Provided, _: Staff) -> list[GuidelineView]:
    """The guidelines that hold, in the order they came in."""
    return [GuidelineView.of(each) for each in brand.kept(services.ledger)]


@router.get("/brand/passages", responses=responses(400))
def search_guidelines(services: Provided, _: Staff, query: Asked, most: Most = 5) -> list[PassageView]:
    """The passages that a query meets, the best first."""
    return [PassageView.of(each) for each in brand.search(services.ledger, query, most)]


@router.delete("/brand/{guideline}", responses=responses(404))
def remove_guideline(services: Provided, _: Manager, guideline: Digest) -> GuidelineView:
    """Ask a file no more, by its digest. Its passages stay for the briefs that were held against them."""
    return GuidelineView.of(brand.remove(services.ledger, guideline))
