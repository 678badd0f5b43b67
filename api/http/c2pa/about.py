"""What this service can do, whether it can do it now, and tokens for who may ask it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from api.http.c2pa.errors import responses
from api.http.c2pa.security import OF_ROLE, Scope, give
from api.http.c2pa.shapes import Algorithms, Capabilities, Discovery, Granted, Named, Status
from api.http.errors import public_responses
from api.http.oauth import NO_STORE, Client, Form, OAuthError, needed, oauth_responses
from api.http.services import Provided, Services
from ledger import manifests
from ledger.domain.errors import DomainError
from ledger.errors import LedgerError
from ledger.store import entries
from provenance.labels import ISCC

VERSION = "2.4.0"
PREFIX = "/c2pa/v1"
router = APIRouter()
discovery = APIRouter(tags=["resolution"])


@router.get("/services/supportedAlgorithms", tags=["service"], responses=responses())
def get_supported_bindings(services: Provided) -> Algorithms:
    """The algorithms whose soft bindings are resolved here."""
    return Algorithms(
        watermarks=[Named(alg=each) for each in manifests.watermarks(services.ledger)],
        fingerprints=[Named(alg=each) for each in (*manifests.fingerprints(), ISCC)],
    )


@router.get("/services/capabilities", tags=["service"], responses=responses())
def get_capabilities(services: Provided) -> Capabilities:
    """What of the specification is served: byReference only where hosts are allowed."""
    fetches = ["queryByReference"] if services.ledger.engines.scan_hosts.strip() else []
    every = ["queryByContent", *fetches, "storeManifests", "storeBindings"]
    return Capabilities(c2paSpecificationVersion=VERSION, supportedCapabilities=every)


@router.get("/services/status", tags=["service"], responses=responses())
def get_status(services: Provided) -> Status:
    """ok; degraded where the database answers and the marks cannot be read; down where it does not."""
    return Status(status=_status(services), timestamp=services.clock().isoformat())


@router.post("/oauth/token", tags=["service"], response_model=Granted, responses=oauth_responses(401, 413))
def issue_access_token(services: Provided, caller: Client, form: Form) -> Response:
    """A token for some scopes, an hour at most (RFC 6749, section 4.4). HTTP Basic with an API key."""
    if needed(form, "grant_type") != "client_credentials":
        raise OAuthError("unsupported_grant_type", "grant_type: use client_credentials")
    may = OF_ROLE[caller.role]
    wanted = form.get("scope", " ".join(sorted(may))).split()
    if not wanted or not set(wanted) <= {str(each) for each in may}:
        raise OAuthError("invalid_scope", f"scope: this key may have {' '.join(sorted(may)) or 'none'}")
    scopes = frozenset(map(Scope, wanted))
    token, seconds = give(services, caller, scopes)
    granted = Granted(
        access_token=token,
        expires_in=seconds,
        scope=" ".join(sorted(scopes)),
    )
    return JSONResponse(granted.model_dump(), headers=NO_STORE)


@discovery.get("/.well-known/c2pa-soft-binding-resolution", responses=public_responses())
def discover_resolution(request: Request) -> Discovery:
    """Where the C2PA Soft Binding Resolution API is (RFC 8615)."""
    from api.http.addresses import site

    here = f"{site(request).base}{PREFIX}"
    return Discovery(
        apiEndpoint=here,
        c2paSpecificationVersion=VERSION,
        capabilitiesEndpoint=f"{here}/services/capabilities",
        statusEndpoint=f"{here}/services/status",
    )


def _status(services: Services) -> Any:
    try:
        with services.ledger.store.reading() as tx:
            entries.head(tx)
    except LedgerError:
        return "down"
    try:
        manifests.watermarks(services.ledger)
    except (LedgerError, DomainError, OSError):
        return "degraded"
    return "ok"
