"""Looking guidelines up: how often the passage that answers a question is found, and how long it takes.

`brandbook/` holds the guidelines of an invented house and questions in other words than its own, each with
the section that answers it. They are asked of the book alone, and of the book among the pages of this
project, which speak of the same things, with what words mean and without. Times are of made-up passages.
"""

from __future__ import annotations

import hashlib
import json
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from generator import vocabulary
from ledger.domain.guidelines import MARKDOWN, Guideline, Passage, cut
from ledger.domain.trade_words import SAME
from ledger.store import Store, guidelines
from ledger.text_index import TextIndex

BOOK = Path(__file__).parent / "brandbook"
DOCS = Path(__file__).parents[1] / "docs"
PASSAGES, WORDS, FIRST = 5_000, 60, 3


def book() -> list[tuple[str, Passage]]:
    """(file, passage) of the house's guidelines."""
    found = []
    for path in sorted(BOOK.glob("*.md")):
        data = path.read_bytes()
        found += [
            (path.name, each) for each in cut(hashlib.sha256(data).hexdigest(), MARKDOWN, [data.decode()])
        ]
    return found


def pages() -> list[tuple[str, Passage]]:
    """(file, passage) of the pages of this project."""
    found = []
    for path in sorted(DOCS.glob("*.md")):
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        found += [(f"docs/{path.name}", each) for each in cut(sha256, MARKDOWN, [path.read_text()])]
    return found


def made_up(count: int) -> list[Passage]:
    """Passages of words of the trade by chance."""
    words = sorted({*vocabulary(), *SAME, *" ".join(SAME.values()).split()})
    made = random.Random(1)
    text = "\n\n".join(
        ". ".join(" ".join(made.choices(words, k=WORDS // 4)) for _ in range(4)) for _ in range(count)
    )
    found = cut("0" * 64, MARKDOWN, [text])
    return [*found[:count]]


def recall(passages: Sequence[tuple[str, Passage]], meanings: bool) -> dict[str, object]:
    """How often a right passage is the first, is among the first 3, and the questions where it is not."""
    index = TextIndex([f"{each.heading}\n{each.text}" for _, each in passages], None if meanings else {})
    ranks = []
    for question, file, under in json.loads((BOOK / "questions.json").read_text()):
        found = [passages[at] for at, _ in index.search(question, FIRST)]
        hits = [rank for rank, (name, each) in enumerate(found, 1) if (name, each.under) == (file, under)]
        ranks.append((hits[0] if hits else 0, question))
    asked = len(ranks)
    return {
        "first": round(sum(rank == 1 for rank, _ in ranks) / asked, 3),
        f"among_{FIRST}": round(sum(rank > 0 for rank, _ in ranks) / asked, 3),
        "missed": [question for rank, question in ranks if not rank],
    }


def times(passages: Sequence[Passage]) -> dict[str, float]:
    """Seconds to read the passages from a database and to index them, milliseconds of the middle question."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(f"sqlite:///{folder}/ledger.sqlite")
        made = Guideline("0" * 64, "x.md", MARKDOWN, len(passages), datetime.now(UTC).isoformat())
        with store.transaction() as tx:
            guidelines.add(tx, made, passages, 0)
        started = time.perf_counter()
        with store.reading() as tx:
            read = guidelines.passages(tx, [made.sha256])
        read_in = time.perf_counter() - started
        store.close()
    started = time.perf_counter()
    index = TextIndex([f"{each.heading}\n{each.text}" for each in read])
    index.search("ink", 1)
    indexed_in = time.perf_counter() - started
    asked = [
        _milliseconds(index, question) for question, _, _ in json.loads((BOOK / "questions.json").read_text())
    ]
    return {
        "read_s": round(read_in, 2),
        "index_s": round(indexed_in, 2),
        "question_ms_median": round(statistics.median(asked), 2),
    }


def _milliseconds(index: TextIndex, question: str) -> float:
    started = time.perf_counter()
    index.search(question, FIRST)
    return (time.perf_counter() - started) * 1000


def main() -> None:
    own, beside = book(), pages()
    figures = {
        "passages": len(own),
        "questions": len(json.loads((BOOK / "questions.json").read_text())),
        "book": recall(own, True),
        "book_by_stems_alone": recall(own, False),
        "pages_beside": len(beside),
        "book_among_pages": recall([*own, *beside], True),
        "book_among_pages_by_stems_alone": recall([*own, *beside], False),
        f"times_of_{PASSAGES}": times(made_up(PASSAGES)),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
