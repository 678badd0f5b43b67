"""Fetching, against a real server on loopback: allowed hosts, checked addresses, bounded size."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest

from forensics import PictureError
from forensics.sources import AllowList, Limits, fetch, iterate, web


class _Handler(BaseHTTPRequestHandler):
    png = b""
    stop: ClassVar[threading.Event] = threading.Event()
    heard_out: ClassVar[list[str]] = []
    asked: ClassVar[list[tuple[str, str]]] = []

    def do_GET(self) -> None:
        type(self).asked.append((self.path, self.headers["Host"]))
        name = self.path.partition("?")[0].strip("/").replace("-", "_")
        getattr(self, f"serve_{name}", self.serve_nothing)()

    def serve_nothing(self) -> None:
        self.answer(404, b"no")

    def serve_x_png(self) -> None:
        self.answer(200, self.png, ("Content-Type", "text/html"))

    def serve_html(self) -> None:
        self.answer(200, b"<html>", ("Content-Type", "image/png"))

    def serve_packed(self) -> None:
        self.answer(200, self.png, ("Content-Encoding", "gzip"))

    def serve_again(self) -> None:
        self.answer(302, b"", ("Location", "/x_png"))

    def serve_loop(self) -> None:
        self.answer(302, b"", ("Location", "/loop"))

    def serve_elsewhere(self) -> None:
        self.answer(302, b"", ("Location", "http://169.254.169.254/latest/meta-data"))

    def serve_file(self) -> None:
        self.answer(302, b"", ("Location", "file:///etc/passwd"))

    def serve_endless(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.png)
        try:
            for _ in range(400):
                self.wfile.write(bytes(1 << 16))
        except OSError:
            return

    def serve_slow(self) -> None:
        self.send_response(200)
        self.end_headers()
        try:
            for _ in range(40):
                self.wfile.write(self.png[:10])
                time.sleep(0.05)
        except OSError:
            return

    def serve_trickle(self) -> None:
        """A byte now and then, until nobody listens."""
        self.send_response(200)
        self.end_headers()
        self.trickle(self.png)

    def serve_trickled_headers(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        self.trickle(b"X: y\r\n")

    def trickle(self, data: bytes) -> None:
        try:
            for turn in range(600):
                if self.stop.wait(0.02):
                    return
                self.wfile.write(data[turn % len(data) :][:1])
                self.wfile.flush()
        except OSError:
            return
        self.heard_out.append(self.path)

    def serve_cut(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        self.wfile.write(self.png)

    def answer(self, status: int, body: bytes, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Nothing on stderr."""


@pytest.fixture
def server(png: bytes) -> Iterator[str]:
    _Handler.png = png
    _Handler.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as serving:
        thread = threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{serving.server_port}"
        serving.shutdown()
        thread.join()


@pytest.fixture
def allow(server: str) -> AllowList:
    return AllowList.of(server.removeprefix("http://"), private=True)


def _code(url: str, allow: AllowList, **limits: Any) -> str:
    with pytest.raises(PictureError) as caught:
        fetch(url, allow, Limits(**limits))
    assert str(caught.value).startswith("url: ")
    return caught.value.code


def test_a_picture_whatever_it_is_called(server: str, allow: AllowList, png: bytes) -> None:
    assert fetch(f"{server}/x_png?size=large", allow) == png
    assert fetch(f"{server}/again", allow) == png
    host = server.removeprefix("http://")
    assert _Handler.asked == [("/x_png?size=large", host), ("/again", host), ("/x_png", host)]


def test_answers_that_give_no_picture(server: str, allow: AllowList) -> None:
    codes = {
        "nothing": "url-not-reached",
        "html": "url-not-a-picture",
        "packed": "url-not-reached",
        "loop": "url-not-reached",
        "elsewhere": "url-not-allowed",
        "file": "url-malformed",
        "cut": "url-not-reached",
    }
    assert {path: _code(f"{server}/{path}", allow) for path in codes} == codes
    assert _code(f"{server}/endless", allow, url_bytes=100_000) == "url-too-large"
    assert _code(f"{server}/slow", allow, url_seconds=0.3) == "url-too-slow"
    assert len([path for path, _ in _Handler.asked if path == "/loop"]) == Limits().redirects + 1


@pytest.mark.parametrize("path", ["trickle", "trickled-headers"])
def test_a_host_that_sends_a_byte_now_and_then_is_left(server: str, allow: AllowList, path: str) -> None:
    _Handler.stop.clear()
    try:
        assert _code(f"{server}/{path}", allow, url_seconds=0.3) == "url-too-slow"
        assert f"/{path}" not in _Handler.heard_out
    finally:
        _Handler.stop.set()


def test_a_host_that_was_left_holds_no_place(
    server: str, allow: AllowList, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = threading.BoundedSemaphore(1)
    monkeypatch.setattr(web, "_FETCHING", places)
    _Handler.stop.clear()
    try:
        assert _code(f"{server}/trickled-headers", allow, url_seconds=0.2) == "url-too-slow"
        assert places.acquire(timeout=10)  # the connection is shut: the host still sends
    finally:
        _Handler.stop.set()


def test_no_more_are_fetched_at_once_than_there_are_places(
    server: str, allow: AllowList, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "_FETCHING", threading.BoundedSemaphore(1))
    web._FETCHING.acquire()
    with pytest.raises(PictureError, match="at once") as refused:
        fetch(f"{server}/x-png", allow)
    assert refused.value.code == "url-not-reached"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("ftp://127.0.0.1/x", "url-malformed"),
        ("http:///x", "url-malformed"),
        ("http://user:secret@127.0.0.1/x", "url-malformed"),
        ("http://127.0.0.1:99999/x", "url-malformed"),
        ("http://127.0.0.1/a b", "url-malformed"),
        ("http://127.0.0.1/a\r\nHost: other", "url-malformed"),
        ("http://[::1/x", "url-malformed"),
        ("http://127.0.0.1/" + "a" * 5000, "url-malformed"),
        ("http://other.example/x", "url-not-allowed"),
        ("http://127.0.0.1:81/x", "url-not-allowed"),
        ("http://127.0.0.1.evil.example/x", "url-not-allowed"),
    ],
)
def test_addresses_that_are_not_asked(monkeypatch: pytest.MonkeyPatch, url: str, code: str) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: pytest.fail("it was looked up"))
    assert _code(url, AllowList.of("127.0.0.1", private=True)) == code


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
    ],
)
def test_names_with_an_address_that_is_not_public(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    public = (socket.AF_INET, 1, 6, "", ("93.184.215.14", 80))
    answer = [public, (socket.AF_INET, 1, 6, "", (address, 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: answer)
    monkeypatch.setattr(web, "_ask", lambda *_: pytest.fail("it was asked"))
    assert _code("http://cdn.example/x", AllowList.of("cdn.example")) == "url-address-refused"


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/x", "http://2130706433/x", "http://0x7f.1/x", "http://[::1]/x"]
)
def test_loopback_spelt_in_any_way(url: str) -> None:
    allow = AllowList.of("127.0.0.1", "2130706433", "0x7f.1", "::1")
    assert _code(url, allow) == "url-address-refused"


def test_a_name_cannot_answer_differently_the_second_time(
    monkeypatch: pytest.MonkeyPatch, server: str, png: bytes
) -> None:
    """The name is looked up once, and the connection goes to the address that was checked."""
    port = int(server.rpartition(":")[2])
    looked_up = []

    def rebinding(host: str, *_args: object, **_more: object) -> list[tuple[object, ...]]:
        looked_up.append(host)
        first = len([each for each in looked_up if each == host]) == 1
        return [(socket.AF_INET, 1, 6, "", ("127.0.0.1" if first else "203.0.113.9", port))]

    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *args, **more: (rebinding if host == "cdn.example" else real)(host, *args, **more),
    )
    allow = AllowList.of(f"cdn.example:{port}", private=True)
    assert fetch(f"http://cdn.example:{port}/x_png", allow) == png
    assert looked_up == ["cdn.example"]
    assert _Handler.asked == [("/x_png", f"cdn.example:{port}")]


def test_a_name_that_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_args: object, **_more: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert _code("https://cdn.example/x", AllowList.of("cdn.example")) == "url-not-reached"


def test_the_list() -> None:
    allow = AllowList.parse(
        "CDN.example., *.shop.example  # shops\n127.0.0.1:8080\nbücher.example\n# nothing"
    )
    allowed = {
        "https://cdn.example/x": True,
        "http://cdn.example:80/x": True,
        "https://cdn.example:8443/x": False,
        "https://a.b.shop.example/x": True,
        "https://shop.example/x": False,
        "http://127.0.0.1:8080/x": True,
        "http://127.0.0.1/x": False,
        "https://xn--bcher-kva.example/x": True,
        "https://evilcdn.example/x": False,
    }
    assert {url: allow.allows(web.urlsplit(url)) for url in allowed} == allowed
    assert not AllowList().allows(web.urlsplit("https://cdn.example/"))


def test_sources_on_the_web(server: str, allow: AllowList, png: bytes) -> None:
    (suspect,) = iterate(f"{server}/x_png", allow=allow)
    assert (suspect.name, suspect.data, suspect.origin.url) == (f"{server}/x_png", png, f"{server}/x_png")
    (refused,) = iterate(f"{server}/x_png")
    assert refused.problem is not None
    assert refused.problem.code == "url-not-allowed"
    listing = f"image_url,seller\n{server}/x_png,bob\n{server}/html,eve\n".encode()
    found = list(iterate(listing, name="l.csv", allow=allow))
    assert [each.name for each in found] == [f"l.csv#row=1!/{server}/x_png", f"l.csv#row=2!/{server}/html"]
    assert (found[0].data, dict(found[0].origin.listing)) == (png, {"seller": "bob"})
    assert found[1].problem is not None
    assert found[1].problem.code == "url-not-a-picture"


def test_no_proxy_of_the_environment_is_used(
    monkeypatch: pytest.MonkeyPatch, server: str, allow: AllowList, png: bytes
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert fetch(f"{server}/x_png", allow) == png
