"""Whether a client has already what it asks for (RFC 9110, section 13.1.2)."""

from __future__ import annotations

from starlette.requests import Request


def is_known(request: Request, tag: str) -> bool:
    """Whether If-None-Match names the entity tag `tag`, strong or weak, or any at all."""
    named = ",".join(request.headers.getlist("if-none-match"))
    return named.strip() == "*" or tag in named
