"""Where on this service things are published, as whole addresses: by the name the request called us."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from fastapi import Request

from api.errors import InputError
from ledger.domain.projections.rsl import MIME as RSL
from ledger.domain.projections.subject import is_address

# Stricter than RFC 3986: what a host may hold stands in XML, JSON and headers as it is.
_ORIGIN = re.compile(r"https?://(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?[A-Za-z0-9._~/-]*")


@dataclass(frozen=True)
class Site:
    """This service under a name: `base` is its scheme, host and port, without a slash behind them."""

    base: str
    app: Any

    def address(self, route: str, **names: str) -> str:
        """The address of a route of ours."""
        return f"{self.base}{self.app.url_path_for(route, **names)}"

    def of_collection(self, collection: str) -> dict[str, str]:
        """The addresses of projections.Subject for a collection: its tiles stand below `at`."""
        terms = self.address("show_public_collection_terms", collection=collection)
        return {"at": f"{terms.removesuffix('terms')}assets/", **self._policies(terms)}

    def of_asset(self, collection: str, asset: str) -> dict[str, str]:
        """The addresses of projections.Subject for a tile."""
        terms = self.address("show_public_terms", asset=asset)
        file = self.address("download_public_tile", collection=collection, asset=asset)
        return {"at": file, **self._policies(terms)}

    @property
    def licence_server(self) -> str:
        """The base address of the licence server (RSL 1.0, section 5.2)."""
        return self.address("issue_token").removesuffix("/token")

    def _policies(self, terms: str) -> dict[str, str]:
        policies = {"policy": f"{terms}?as=odrl", "tdm_policy": f"{terms}?as=tdm-policy"}
        return {**policies, "server": self.licence_server}


def site(request: Request) -> Site:
    """This service by the name that `request` calls it. Raises InputError where that is none."""
    base = str(request.base_url).rstrip("/")
    if not _ORIGIN.fullmatch(base) or not is_address(f"{base}/{'x' * 200}"):
        raise InputError("Host: it is no host name; send that of this service", field="Host")
    return Site(base, request.app)


def licence_link(address: str) -> str:
    """The value of a Link header (RFC 8288) that leads to an RSL file, as RSL 1.0, section 4.5, wants it."""
    return f'<{address}>; rel="license"; type="{RSL}"'
