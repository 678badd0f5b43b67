"""What terms are about, and where more about it is found: what every projection needs beside the terms."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from ledger.domain.errors import ProjectionError

MAX_URL = 2000
_ADDRESSES = ("at", "licences", "policy", "tdm_policy", "server")


@dataclass(frozen=True)
class Subject:
    """`uri` names the asset or collection, `owner` who offers the terms; `title`, `creator` are for people.

    The rest are http(s) addresses, or None: `at` of the picture itself, `licences` of the page where people
    get a licence, `policy` of the ODRL offer, `tdm_policy` of the policy on text and data mining, `server` of
    a licence server. With `below`, what is meant is everything below `at`. Raises ProjectionError for what is
    no address.
    """

    uri: str
    owner: str
    title: str = ""
    creator: str = ""
    at: str | None = None
    licences: str | None = None
    policy: str | None = None
    tdm_policy: str | None = None
    server: str | None = None
    below: bool = False

    def __post_init__(self) -> None:
        for name in _ADDRESSES:
            address = getattr(self, name)
            if address is not None and not is_address(address):
                raise ProjectionError(
                    name, f"{address[:60]!r} is no address; write it such as https://studio.example/tide"
                )

    def need(self, name: str, why: str) -> str:
        """The address `name`. Raises ProjectionError, saying `why` there has to be one."""
        address: str | None = getattr(self, name)
        if address is None:
            raise ProjectionError(name, f"{why}; give its address")
        return address


def pattern(address: str, subject: Subject) -> str:
    """`address`, which is `at` or the path of it, as a pattern (RFC 9309) of what is meant."""
    return exactly(address) + ("*" if subject.below else "")


def exactly(address: str) -> str:
    """`address` where `*` and `$` would be read as patterns (RFC 9309): they are written as bytes."""
    return address.replace("*", "%2A").replace("$", "%24")


def visible(text: str) -> str:
    """`text` with U+FFFD for every character that XML or UTF-8 has no place for, or that nobody sees."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


def is_address(text: str) -> bool:
    """Whether `text` is an http(s) address of at most MAX_URL characters, and can stand in markup."""
    if len(text) > MAX_URL or not text.isascii() or not text.isprintable() or set(text) & set(' "<>\\^`{|}'):
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
