"""How deep a document nests, found without nesting: parsers recurse, and an overflowing stack is no error."""

from __future__ import annotations

import re

from ledger.rdf.errors import LimitError

MAX_DEPTH = 128
# Nothing is tried twice, and what is never closed reaches to the end: the time is in proportion to the text.
_LONG = r"{q}{{3}}[^{q}\\]*+(?:(?:\\.|{q}{{1,2}}(?!{q}))[^{q}\\]*+)*+(?:{q}{{3}})?"
_SHORT = r"{q}(?:[^{q}\\\n]|\\.)*+{q}?"
_TOKENS = re.compile(
    "|".join(
        (
            *(form.format(q=quote) for form in (_LONG, _SHORT) for quote in "\"'"),
            r"<[^<>\s]*+>",
            r"#[^\n]*+",
            r"(?P<open>[\[({])",
            r"(?P<close>[\])}])",
        )
    ),
    re.DOTALL,
)
_JSON_TOKENS = re.compile(r'"(?:[^"\\]|\\.)*+"?|(?P<open>[\[{])|(?P<close>[\]}])', re.DOTALL)


def require_shallow(text: str, name: str, as_json: bool) -> None:
    """Raises LimitError when brackets outside of strings, names and comments nest deeper than MAX_DEPTH."""
    depth = 0
    for token in (_JSON_TOKENS if as_json else _TOKENS).finditer(text):
        depth += (token.lastgroup == "open") - (token.lastgroup == "close")
        if depth > MAX_DEPTH:
            raise LimitError(name, f"nested deeper than {MAX_DEPTH}; give the inner nodes names")
