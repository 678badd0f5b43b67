"""An adapter that was trained elsewhere becomes a style of the house, by the right that somebody states."""

from __future__ import annotations

from ledger import styling
from ledger.context import Ledger
from ledger.domain.errors import FieldError
from ledger.domain.styles import Source, Style, parse_name
from ledger.errors import ConflictError
from ledger.store import styles
from ledger.styles import embedded

MOST_TITLE = 120


def add(ledger: Ledger, name: str, data: bytes, right: str, by: str, title: str = "") -> Style:
    """Keep the adapter `data`, a safetensors file called `title`, as the style `name`; the same is kept once.

    It is drawn with before it is kept. Raises FieldError, AdapterError for a pickle, a damaged file or one of
    weights that are not here or of other shapes, and ConflictError where the name or the adapter is that of
    another style.
    """
    from generator.style import read_adapter, score_brought

    parse_name("name", name)
    stated, generator = styling.right_stated(right, by), embedded(ledger)
    if len(title) > MOST_TITLE or (title and not title.isprintable()):
        raise FieldError("file", f"its name has to be printable and at most {MOST_TITLE} characters")
    adapter = read_adapter(data)
    generator = generator.of_base(adapter.base)
    source = Source(title or name, adapter.sha256, "", 0, 0, 0, stated, by)
    known = _known(ledger, name, source)
    if known is not None:
        return known
    scored = score_brought(generator, ledger.engines.critic, adapter)
    ledger.blobs.put(data)
    return styling.keep(ledger, styling.described(ledger, name, adapter, scored, (source,)), "style-brought")


def _known(ledger: Ledger, name: str, source: Source) -> Style | None:
    """The style that is this one already. Raises ConflictError."""
    with ledger.store.reading() as tx:
        called, same = styles.find(tx, name), styles.of_adapter(tx, source.sha256)
    if called is not None and called.brought != source:
        raise ConflictError("name", f"the style {name} was made otherwise; give this one another name")
    if called is None and same is not None:
        raise ConflictError("file", f"this adapter is here as the style {same.name}")
    return called
