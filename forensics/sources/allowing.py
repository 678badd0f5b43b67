"""Which hosts may be asked for pictures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import SplitResult


@dataclass(frozen=True, slots=True)
class AllowList:
    """Hosts that may be fetched from: ``host``, ``*.host`` (what is below it), each perhaps with ``:port``.

    Without a port only 80 and 443 are allowed. ``private`` allows private and loopback addresses, too: for
    tests and machines without a network. The empty list allows nothing.
    """

    hosts: frozenset[str] = frozenset()
    private: bool = False

    @classmethod
    def of(cls, *hosts: str, private: bool = False) -> AllowList:
        """A list of these hosts."""
        return cls(frozenset(plain_host(host) for host in hosts if host.strip()), private)

    @classmethod
    def parse(cls, text: str) -> AllowList:
        """Hosts between commas, white space and lines; what follows a # is a comment."""
        lines: Iterable[str] = (line.partition("#")[0] for line in text.splitlines())
        return cls.of(*(host for line in lines for host in line.replace(",", " ").split()))

    def allows(self, url: SplitResult) -> bool:
        """Whether the host and port of the address are on the list. ValueError for a port that is none."""
        host = plain_host(url.hostname or "")
        usual = {"http": 80, "https": 443}.get(url.scheme, 0)
        port = url.port or usual
        places = {f"{name}:{port}" for name in _names(host)}
        return bool(self.hosts & (places | (_names(host) if port in (80, 443) else set())))


def _names(host: str) -> set[str]:
    parts = host.split(".")
    return {host, *("*." + ".".join(parts[k:]) for k in range(1, len(parts)))} if host else set()


def plain_host(host: str) -> str:
    """The name of a host as the network spells it: lower case, without a last dot, in ASCII (IDNA)."""
    host = host.strip().lower().rstrip(".")
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return host
