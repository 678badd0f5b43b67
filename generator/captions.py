"""The word-level tokenizer of captions: one token a word."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from generator.lexicon.attributes import caption_words
from generator.models import CAPTION_TOKENS, END, PAD, START

_SPECIAL = ("<pad>", "<end>", "<start>", "<unknown>")
_UNKNOWN = 3


@dataclass(frozen=True)
class CaptionTokenizer:
    """Maps captions to rows of token numbers; the words' order is part of the weights."""

    words: tuple[str, ...]

    @classmethod
    def house(cls) -> CaptionTokenizer:
        """The tokenizer for the words this build knows."""
        return cls((*_SPECIAL, *caption_words()))

    def to_json(self) -> str:
        """The vocabulary as JSON, in token order."""
        return json.dumps({"kind": "one token a word", "words": list(self.words)}, indent=1) + "\n"

    def encode(self, captions: Sequence[str]) -> list[list[int]]:
        """Rows of CAPTION_TOKENS numbers: start, words, end, padding; too long a caption is cut."""
        numbers = {word: number for number, word in enumerate(self.words)}
        rows = []
        for caption in captions:
            body = [numbers.get(word, _UNKNOWN) for word in caption.split()][: CAPTION_TOKENS - 2]
            row = [START, *body, END]
            rows.append(row + [PAD] * (CAPTION_TOKENS - len(row)))
        return rows
