"""Writes the table of gas beside others into docs/contracts.md: `python -m bench.peer_contracts.page`.

Its figures are those of docs/figures.json, where `python -m bench gas_peers` puts them.
"""

from __future__ import annotations

import json
from pathlib import Path

from bench.peer_contracts.comparison import table

DOCS = Path(__file__).parents[2] / "docs"
_BEGIN, _END = (
    "<!-- written by python -m bench.peer_contracts.page -->\n",
    "<!-- end of what is written -->\n",
)


def written(page: str, figures: str) -> str:
    """`page` with the table of `figures`, the text of figures.json, between its marks."""
    head, _, rest = page.partition(_BEGIN)
    _, _, tail = rest.partition(_END)
    return f"{head}{_BEGIN}{table(json.loads(figures)['gas_peers'])}{_END}{tail}"


def main() -> None:
    page = DOCS / "contracts.md"
    page.write_text(written(page.read_text(), (DOCS / "figures.json").read_text()))


if __name__ == "__main__":
    main()
