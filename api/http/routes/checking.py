"""A page on which a visitor's own browser checks a file: the library, our roots, and nothing from elsewhere.

The library is `@contentauth/c2pa-web` with its WebAssembly, installed on demand: `npm ci --prefix browser`.
These are files for people's browsers and not part of the API, so its document does not list them.
"""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, Response

from api.errors import ServiceError
from api.http.services import Provided
from ledger.errors import UnknownError

router = APIRouter(include_in_schema=False)
OURS = Path(__file__).parent.parent / "checking"
LIBRARIES = Path(__file__).parents[3] / "browser" / "node_modules"
WEB = "@contentauth/c2pa-web/dist"
IMPORTMAP = '{"imports":{"highgain":"./check/highgain.js","ts-deepmerge":"./check/ts-deepmerge.js"}}'
_ALLOWED = base64.b64encode(hashlib.sha256(IMPORTMAP.encode()).digest()).decode()
# The library starts its worker from a blob, which inherits this policy.
POLICY = "; ".join(
    (
        "default-src 'none'",
        f"script-src 'self' 'wasm-unsafe-eval' 'sha256-{_ALLOWED}'",
        "worker-src blob:",
        "connect-src 'self'",
        "style-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "public, max-age=300",
}
TYPES = {".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm"}


@router.get("/public/check")
def show_checker() -> Response:
    """The page. Raises ServiceError where the library is not installed."""
    files()
    page = (OURS / "page.html").read_text("utf-8").replace("{{ importmap }}", IMPORTMAP)
    return HTMLResponse(page, headers=HEADERS)


@router.get("/public/check/roots.json")
def show_roots(services: Provided) -> Response:
    """The roots of claims and time-stamps, the claim certificates of other authorities one by one, the serial
    numbers of all claim certificates and of those that name the studio, and what is revoked.
    """
    from provenance import runtime
    from provenance.outside import pem, split
    from provenance.revocation import read_list

    engines = services.ledger.engines
    trust = engines.trust
    revoked = read_list(trust.crl_pem, trust.root_pem)
    body: dict[str, Any] = {
        "claims": trust.root_pem,
        "listed": "".join(map(pem, split(trust.outside_pem)[0])),
        "usages": runtime.USAGES,
        "time": trust.tsa_root_pem,
        "signers": [str(serial) for serial in sorted(engines.claim_serials)],
        "identities": [str(serial) for serial in sorted(engines.identity_serials)],
        "revoked": {str(serial): f"{at:%Y-%m-%dT%H:%M:%SZ}" for serial, at in revoked.items()},
    }
    return JSONResponse(body, headers={**HEADERS, "Cache-Control": "no-store"})


@router.get("/public/check/{name}")
def show_file(name: str) -> Response:
    """A script, style or module of the page."""
    found = files().get(name)
    if found is None:
        raise UnknownError("file", name, "the page of the checker names those there are")
    return FileResponse(found, media_type=TYPES[found.suffix], headers=HEADERS)


def files() -> dict[str, Path]:
    """Every file of the page by the name it has there. Raises ServiceError."""
    if not installed():
        raise ServiceError("the checker for browsers is not installed here; run npm ci --prefix browser")
    return _files(LIBRARIES)


def installed() -> bool:
    """Whether the library is there."""
    return (LIBRARIES / WEB / "index.js").is_file()


@lru_cache(maxsize=1)
def _files(libraries: Path) -> dict[str, Path]:
    web = libraries / WEB
    named = {
        "check.js": OURS / "check.js",
        "check.css": OURS / "check.css",
        "index.js": web / "index.js",
        "c2pa_bg.wasm": web / "resources" / "c2pa_bg.wasm",
        "highgain.js": libraries / "highgain" / "dist" / "index.js",
        "ts-deepmerge.js": libraries / "ts-deepmerge" / "esm" / "index.js",
    }
    return named | {path.name: path for path in web.glob("c2pa-*.js")}
