"""RSL 1.0 files as its standard has them: the structure is checked, and what is said is read.

Written from the standard (sections 3.1 to 3.17), not from our writer, and over another parser than it uses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from xml.dom import Node, minidom

NAMESPACE = "https://rslstandard.org/rsl"
USAGES = {"all", "ai-all", "ai-train", "ai-input", "ai-index", "search"}
PAYMENTS = {
    "purchase",
    "subscription",
    "training",
    "crawl",
    "use",
    "contribution",
    "attribution",
    "free",
}
ATTRIBUTES: dict[str, tuple[set[str], set[str]]] = {  # required, optional
    "rsl": (set(), {"xmlns", "max-age"}),
    "content": ({"url"}, {"server", "encrypted", "lastmod"}),
    "license": (set(), {"xmlns"}),
    "permits": ({"type"}, set()),
    "prohibits": ({"type"}, set()),
    "payment": (set(), {"type"}),
    "custom": (set(), set()),
    "amount": ({"currency"}, set()),
    "copyright": (set(), {"type", "contactEmail", "contactUrl"}),
    "terms": (set(), set()),
}
CHILDREN = {
    "rsl": {"content"},
    "content": {"license", "copyright", "terms"},
    "license": {"permits", "prohibits", "payment"},
    "payment": {"custom", "amount"},
}
ONCE = {"content": {"copyright", "terms"}, "license": {"payment"}, "payment": {"custom", "amount"}}


@dataclass(frozen=True)
class Licence:
    permits: dict[str, set[str]]
    prohibits: dict[str, set[str]]
    payment: str
    amount: str | None


@dataclass(frozen=True)
class Content:
    url: str
    server: str | None
    licences: list[Licence]

    def holds(self, path: str) -> bool:
        """Whether `path` is meant (RFC 9309: `*` is anything, `$` the end)."""
        parts = [
            ".*" if part == "*" else "$" if part == "$" else re.escape(part) for part in _parts(self.url)
        ]
        return re.match("".join(parts), path) is not None


def read(text: str) -> list[Content]:
    """What a licence file says. AssertionError where it is not of the standard's structure."""
    root = minidom.parseString(text.encode()).documentElement
    assert root is not None
    assert root.tagName == "rsl"
    _check(root)
    return [_content(each) for each in _of(root, "content")]


def read_licence(text: str) -> Licence:
    """One `<license>` element by itself, as an OLP server gives it."""
    root = minidom.parseString(text.encode()).documentElement
    assert root is not None
    assert root.tagName == "license"
    _check(root)
    return _licence(root)


def _check(element: Any) -> None:
    name = element.tagName
    assert element.namespaceURI == NAMESPACE, name
    required, optional = ATTRIBUTES[name]
    given = set(element.attributes.keys())
    assert required <= given <= required | optional, (name, given)
    inner = _elements(element)
    names = [each.tagName for each in inner]
    assert set(names) <= CHILDREN.get(name, set()), (name, names)
    for once in ONCE.get(name, ()):
        assert names.count(once) <= 1, (name, once)
    if name == "content":
        assert "license" in names
        assert element.getAttribute("url")
    if name == "license":
        said = [(each.tagName, each.getAttribute("type")) for each in inner if each.tagName != "payment"]
        assert len(said) == len(set(said)), "at most one of each type"
    _check_words(element)
    for each in inner:
        _check(each)


def _check_words(element: Any) -> None:
    kind = element.getAttribute("type")
    if element.tagName in ("permits", "prohibits"):
        words = _text(element).split()
        assert words
        assert _text(element) == " ".join(words), "words are parted by one space"
        if kind == "usage":
            assert set(words) <= USAGES
        else:
            assert kind == "geo"
            assert all(re.fullmatch("[A-Z]{2}", word) for word in words)
    if element.tagName == "payment":
        assert not kind or kind in PAYMENTS
    if element.tagName == "amount":
        assert re.fullmatch(r"[A-Z]{3}", element.getAttribute("currency"))
        assert re.fullmatch(r"[0-9]+(\.[0-9]+)?", _text(element))


def _content(element: Any) -> Content:
    licences = [_licence(each) for each in _of(element, "license")]
    return Content(element.getAttribute("url"), element.getAttribute("server") or None, licences)


def _licence(element: Any) -> Licence:
    said: dict[str, dict[str, set[str]]] = {"permits": {}, "prohibits": {}}
    for each in _elements(element):
        if each.tagName in said:
            said[each.tagName][each.getAttribute("type")] = set(_text(each).split())
    paid = _of(element, "payment")
    amounts = [_text(each) for each in _of(paid[0], "amount")] if paid else []
    kind = paid[0].getAttribute("type") if paid else "free"
    return Licence(said["permits"], said["prohibits"], kind or "free", amounts[0] if amounts else None)


def _elements(element: Any) -> list[Any]:
    return [each for each in element.childNodes if each.nodeType == Node.ELEMENT_NODE]


def _of(element: Any, name: str) -> list[Any]:
    return [each for each in _elements(element) if each.tagName == name]


def _text(element: Any) -> str:
    return "".join(each.data for each in element.childNodes if each.nodeType == Node.TEXT_NODE)


def _parts(pattern: str) -> list[str]:
    return [part for part in re.split(r"([*$])", pattern) if part]
