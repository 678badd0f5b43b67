"""Where on this service things are published, as whole addresses: by the name the request called us."""

from __future__ import annotations

from fastapi import Request

from api.errors import InputError
from ledger.domain.ids import CollectionId
from ledger.domain.projections.rsl import MIME as RSL
from ledger.domain.projections.subject import is_address


def address(request: Request, route: str, **names: str) -> str:
    """The address of a route of ours. Raises InputError where the Host header makes none of it."""
    found = str(request.url_for(route, **names))
    if not is_address(found):
        raise InputError("Host: it is no host name; send that of this service", field="Host")
    return found


def of_collection(request: Request, collection: CollectionId) -> dict[str, str]:
    """The addresses of projections.Subject for a collection: its tiles stand below `at`."""
    terms = address(request, "show_public_collection_terms", collection=collection)
    return {"at": f"{terms.removesuffix('terms')}assets/", **_policies(request, terms)}


def of_asset(request: Request, collection: str, asset: str) -> dict[str, str]:
    """The addresses of projections.Subject for a tile."""
    terms = address(request, "show_public_terms", asset=asset)
    file = address(request, "download_public_tile", collection=collection, asset=asset)
    return {"at": file, **_policies(request, terms)}


def licence_server(request: Request) -> str:
    """The base address of the licence server (RSL 1.0, section 5.2)."""
    return address(request, "issue_token").removesuffix("/token")


def licence_link(address: str) -> str:
    """The value of a Link header (RFC 8288) that leads to an RSL file, as RSL 1.0, section 4.5, wants it."""
    return f'<{address}>; rel="license"; type="{RSL}"'


def _policies(request: Request, terms: str) -> dict[str, str]:
    server = licence_server(request)
    return {"policy": f"{terms}?as=odrl", "tdm_policy": f"{terms}?as=tdm-policy", "server": server}
