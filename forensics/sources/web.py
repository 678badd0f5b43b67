"""Fetching one picture from a host that is allowed, and from nowhere else.

The one place that knows httpx. A name is resolved once, every address it has must be public, and the
connection goes to the address that was checked, so a name cannot answer differently a moment later. Each
redirect starts again from the list. Sizes are counted and types are told from the bytes.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from concurrent.futures import Future
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urljoin, urlsplit

from forensics.errors import PictureError
from forensics.sources.allowing import AllowList, plain_host
from forensics.sources.kinds import HEAD, Kind, kind_of
from forensics.sources.naming import printable
from forensics.sources.outcomes import problem
from forensics.sources.suspect import Limits

if TYPE_CHECKING:
    import httpx

_LONGEST_URL = 4_096
_REDIRECTS = (301, 302, 303, 307, 308)
_AGENT = "selvage"
_FETCHING = threading.BoundedSemaphore(16)
_WANTED = (Kind.PICTURE, Kind.ZIP, Kind.PDF, Kind.WARC, Kind.GZIPPED_WARC)


def is_url(text: str) -> bool:
    """Whether a source is meant as an address rather than a path."""
    return text.lower().startswith(("http://", "https://"))


def fetch(url: str, allow: AllowList, limits: Limits | None = None) -> bytes:
    """The bytes of a picture, PDF or archive at ``url``. PictureError with a code ``url-...`` otherwise.

    It takes no longer than ``limits.url_seconds``, with all redirects, however slowly the host sends.
    """
    limits = limits or Limits()
    # A host that sends a byte now and then is within every single wait, so the whole is waited for here; who
    # is still sending then finds the connection shut.
    fetching = _FETCHING
    if not fetching.acquire(blocking=False):
        raise problem("url-not-reached", host=_host(url), why="too many pictures are being fetched at once")
    done: Future[bytes] = Future()
    client = _client(limits)

    def run() -> None:
        try:
            done.set_result(_fetched(client, url, allow, limits))
        except BaseException as error:  # noqa: BLE001  it is raised where it is waited for
            done.set_exception(error)
        finally:
            client.close()
            fetching.release()

    threading.Thread(target=run, name="selvage-fetching", daemon=True).start()
    try:
        return done.result(limits.url_seconds)
    except TimeoutError as error:
        client.close()
        raise problem("url-too-slow", limit=limits.url_seconds) from error


def _client(limits: Limits) -> httpx.Client:
    import httpx

    # No environment: a proxy would resolve the name again, and a .netrc would send a password.
    timeout = httpx.Timeout(min(10.0, limits.url_seconds))
    return httpx.Client(trust_env=False, follow_redirects=False, timeout=timeout)


def _fetched(client: httpx.Client, url: str, allow: AllowList, limits: Limits) -> bytes:
    deadline = time.monotonic() + limits.url_seconds
    for _hop in range(limits.redirects + 1):
        target = _checked(url, allow)
        answer = _ask(client, target, _address(target, allow), deadline, limits)
        if isinstance(answer, bytes):
            return answer
        url = urljoin(url, answer)
    raise problem("url-not-reached", host=_host(url), why=f"more than {limits.redirects} redirects")


def _checked(url: str, allow: AllowList) -> SplitResult:
    if len(url) > _LONGEST_URL or not url.isprintable() or " " in url:
        raise problem("url-malformed", why="it is too long or holds blanks or control characters")
    try:
        parts = urlsplit(url)
        allowed = allow.allows(parts)
    except ValueError as error:
        raise problem("url-malformed", why=printable(str(error))) from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise problem("url-malformed", why="only http and https addresses are fetched")
    if parts.username is not None or parts.password is not None:
        raise problem("url-malformed", why="it holds a user name or password")
    if not allowed:
        raise problem("url-not-allowed", host=_host(url))
    return parts


def _address(target: SplitResult, allow: AllowList) -> str:
    host, port = plain_host(target.hostname or ""), target.port or (443 if target.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise problem("url-not-reached", host=host, why="its name is not known") from error
    addresses = [str(each[4][0]).partition("%")[0] for each in found]
    if not allow.private and not all(_is_public(address) for address in addresses):
        raise problem("url-address-refused", host=host)
    # IPv4 first: half of all machines have no way out over IPv6.
    return min(addresses, key=lambda address: ":" in address)


def _is_public(text: str) -> bool:
    address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is not None:
            return inner.is_global and not inner.is_multicast
        if address in _TRANSLATED:
            return _is_public(str(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)))
    return address.is_global and not address.is_multicast


_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: an IPv4 address in the last 32 bits


def _ask(
    client: httpx.Client, target: SplitResult, address: str, deadline: float, limits: Limits
) -> bytes | str:
    """One request to the checked address: the body, or where a redirect leads."""
    import httpx

    host = plain_host(target.hostname or "")
    port = f":{target.port}" if target.port else ""
    path = (target.path or "/") + (f"?{target.query}" if target.query else "")
    headers = {
        "Host": _literal(host) + port,
        "User-Agent": _AGENT,
        "Accept": "image/*, application/pdf, */*;q=0.1",
        "Accept-Encoding": "identity",
    }
    url = f"{target.scheme}://{_literal(address)}{port}{path}"
    try:
        with client.stream("GET", url, headers=headers, extensions={"sni_hostname": host}) as response:
            if response.status_code in _REDIRECTS and "location" in response.headers:
                return response.headers["location"]
            if response.status_code != 200:
                raise problem("url-not-reached", host=host, why=f"status {response.status_code}")
            return _body(response, host, deadline, limits)
    except PictureError:
        raise
    except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError, ValueError) as error:
        why = printable(str(error)[:120]) or type(error).__name__
        raise problem("url-not-reached", host=host, why=why) from error


def _body(response: httpx.Response, host: str, deadline: float, limits: Limits) -> bytes:
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise problem("url-not-reached", host=host, why="it packs the picture although asked not to")
    body = bytearray()
    for piece in response.iter_raw():  # as it comes: gathered to a size, a slow body is never looked at
        body += piece
        if len(body) > limits.url_bytes:
            raise problem("url-too-large", limit=limits.url_bytes)
        if time.monotonic() > deadline:
            raise problem("url-too-slow", limit=limits.url_seconds)
    if kind_of(bytes(body[:HEAD])) not in _WANTED:
        raise problem("url-not-a-picture")
    return bytes(body)


def _literal(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _host(url: str) -> str:
    try:
        return printable(urlsplit(url).hostname or "its host")
    except ValueError:
        return "its host"
