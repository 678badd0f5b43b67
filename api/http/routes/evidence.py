"""Scans, findings, the book, and verification."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Form, Query, UploadFile
from fastapi.responses import Response

from api import reads
from api.compose import chain_if_reachable
from api.http.answers import accepted
from api.http.bodies import Digest, Id, Limit, Offset
from api.http.errors import responses
from api.http.idempotency import Answer, Once
from api.http.listing import Page, page
from api.http.security import Caller, Manager, Staff
from api.http.services import Provided
from api.http.uploads import read_proof, read_sightings, read_uploads
from api.shapes import ID_PATTERN
from api.views.evidence import EntryView, FindingView, OperationView, VerificationView
from ledger import scan, verify
from ledger.domain.brief_text import sighting_to_dict
from ledger.errors import UnknownError
from ledger.store import manifests

router = APIRouter(tags=["evidence"])


@router.post("/scans", status_code=202, response_model=OperationView, responses=responses(400))
def create_scan(
    services: Provided,
    _: Staff,
    write: Once,
    pictures: Annotated[
        list[UploadFile], File(description="Pictures, or files of pictures: ZIP, PDF, WARC, CSV.")
    ],
    sightings: Annotated[
        str, Form(description="JSON object: picture name to {seller, use}, for those where it is known.")
    ] = "{}",
) -> Response:
    """Look for our tiles in pictures from the wild. The result names the scan and counts what was found."""
    found = read_uploads(pictures)
    seen = read_sightings(sightings, {upload.name for upload in found})
    request = {"pictures": {each.name: each.sha256 for each in found}, "sightings": sightings}

    def work() -> Answer:
        opened = scan.open_scan(services.ledger, write.scoped_key)
        uploads = [{"name": each.name, "sha256": services.ledger.blobs.put(each.data)} for each in found]
        told = {name: sighting_to_dict(sighting) for name, sighting in seen.items()}
        arguments = {"scan": opened.id, "uploads": uploads, "sightings": told}
        return accepted(services, "scan", arguments, opened.id)

    return write.once(request, work)


@router.post("/recoveries", status_code=202, response_model=OperationView, responses=responses(400))
def create_recovery(
    services: Provided,
    _: Manager,
    write: Once,
    file: Annotated[UploadFile, File(description="A picture that lost its manifest.")],
) -> Response:
    """Give a picture its manifest back. The result says what was found and what no longer binds."""
    (picture,) = read_uploads([file])

    def work() -> Answer:
        digest = services.ledger.blobs.put(picture.data)
        return accepted(services, "recover", {"sha256": digest}, write.scoped_key)

    return write.once({"file": picture.sha256}, work)


@router.get("/recoveries/{sha256}/file", response_class=Response, responses=responses(404))
def download_recovery(services: Provided, _: Staff, sha256: Digest) -> Response:
    """A recovered file by its digest, as the result of its recovery names it."""
    with services.ledger.store.reading() as tx:
        held = manifests.by_file(tx, sha256)
    if held is None or held.asset is None:
        raise UnknownError("recovery", sha256, "recover a picture first")
    return Response(services.ledger.blobs.get(sha256), media_type=held.mime)


@router.get("/findings", responses=responses(404))
def list_findings(
    services: Provided,
    caller: Caller,
    scan: Annotated[str | None, Query(pattern=ID_PATTERN, description="Of one scan only.")] = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> Page[FindingView]:
    """What was found; a licensee sees what names it as the seller."""
    if scan is None:
        return page(lambda *at: reads.finding_list(services.ledger, caller.party, *at), limit, offset)
    found = [each for each in reads.scan_findings(services.ledger, scan) if caller.sees(_seller(each))]
    return page(lambda count, start: found[start : start + count], limit, offset)


@router.get("/findings/{finding}", responses=responses(404))
def show_finding(services: Provided, caller: Caller, finding: Id) -> FindingView:
    """One finding with its evidence; a licensee sees what names it as the seller."""
    found = reads.finding(services.ledger, finding)
    if not caller.sees(_seller(found)):
        raise UnknownError("finding", finding)
    return found


@router.get("/findings/{finding}/picture", response_class=Response, responses=responses(404))
def show_picture(services: Provided, caller: Caller, finding: Id) -> Response:
    """The picture as it was handed in."""
    found = show_finding(services, caller, finding)
    return Response(services.ledger.blobs.get(found.picture_sha256), media_type="application/octet-stream")


@router.get("/entries", responses=responses())
def list_entries(
    services: Provided,
    _: Staff,
    after: Annotated[int, Query(ge=0, le=2**53, description="Sequence to follow.")] = 0,
    limit: Limit = 100,
) -> list[EntryView]:
    """The book, in order. Each entry names the hash of the one before it."""
    return reads.entry_list(services.ledger, after, limit)


@router.post("/verify", responses=responses(400))
def verify_file(
    services: Provided,
    _: Caller,
    file: Annotated[UploadFile, File(description="The tile.")],
    proof: Annotated[
        UploadFile | None, File(description="Its proof; without it, the ledger's own is used.")
    ] = None,
) -> VerificationView:
    """Walk a tile back to its brief. Nothing is kept, so no Idempotency-Key is needed."""
    return VerificationView.of(
        verify.verify(
            file.file.read(),
            read_proof(proof),
            services.ledger.engines.trust,
            services.ledger.engines.watermarker,
            chain_if_reachable(services.ledger),
            services.ledger,
        )
    )


def _seller(finding: FindingView) -> str | None:
    return finding.sighting.seller if finding.sighting else None
