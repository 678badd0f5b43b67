"""Texts by what is asked of them: Okapi BM25 over the words of the trade. The one place that knows bm25s.

S. Robertson, H. Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009; in the form
that bm25s names after Lucene. Nothing is downloaded: the index is made of the texts alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from ledger.domain.trade_words import SAME, Concepts, concepts_of, terms

K1, B = 1.2, 0.75  # section 3.2 of the paper: usual values, not fitted to ours


class TextIndex:
    """An index of `texts`. `concepts` say what words mean; the house's own unless given."""

    def __init__(self, texts: Sequence[str], concepts: Concepts | None = None) -> None:
        from bm25s import BM25

        self._concepts = house_concepts() if concepts is None else concepts
        known: dict[str, tuple[str, ...]] = {}
        found = [terms(text, self._concepts, known) for text in texts]
        self._empty = not any(found)
        if not self._empty:
            self._scores = BM25(method="lucene", k1=K1, b=B)
            self._scores.index(found, show_progress=False)

    def search(self, query: str, most: int) -> tuple[tuple[int, float], ...]:
        """(number of a text, score above 0) of those a query meets, the best first, ties in their order."""
        import numpy as np

        asked = list(dict.fromkeys(terms(query, self._concepts)))
        if self._empty or not asked:
            return ()
        scores = self._scores.get_scores(asked)
        best = np.argsort(-scores, kind="stable")[:most]
        return tuple((int(at), round(float(scores[at]), 4)) for at in best if scores[at] > 0)


@cache
def house_concepts() -> Concepts:
    """What words mean to the lexicon of the generator, and to brands."""
    from generator.lexicon.tables import ERAS, FAMILIES, LAYOUTS, STROKES

    families = {name: [*family.words, *_own_styles(name)] for name, family in FAMILIES.items()}
    said = {name: words.split() for name, words in SAME.items()}
    # How large, dense or strong a thing is, is said in words that mean much else in prose; so is `drawn`.
    strokes = {name: [word for word in words if word != "drawn"] for name, words in STROKES.items()}
    settings = [("set", table) for table in (ERAS, LAYOUTS, strokes)]
    return concepts_of([("family", families), ("brand", said), *settings])


def _own_styles(name: str) -> list[str]:
    """The words for styles that one family alone has: a daisy is a flower, and plain is anything."""
    from generator.lexicon.tables import FAMILIES

    said = {
        family: {word for style, more in each.styles.items() for word in (style, *more)}
        for family, each in FAMILIES.items()
    }
    return sorted(said[name].difference(*(words for family, words in said.items() if family != name)))
