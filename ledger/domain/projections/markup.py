"""XML by the writer of the standard library: what is text stays text, whatever it says."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ledger.domain.projections.subject import visible


def add(parent: Element, tag: str, text: str = "", attributes: Mapping[str, str] | None = None) -> Element:
    """A new last child of `parent`. `tag` may have a prefix that is declared above."""
    child = SubElement(parent, tag, {name: visible(value) for name, value in (attributes or {}).items()})
    child.text = visible(text) or None
    return child


def written(root: Element) -> str:
    """`root` in lines, without a declaration."""
    indent(root)
    return tostring(root, encoding="unicode")
