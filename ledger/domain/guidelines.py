"""Brand guidelines: a file cut into passages that can be quoted, each with where it stands and its digest.

Cutting is pure: the same file is the same passages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ledger.domain.canonical import digest
from ledger.domain.errors import FieldError
from ledger.domain.fields import Field, required

MAX_PASSAGE, MAX_HEADING = 600, 200  # characters
MAX_PASSAGES = 5_000  # of one file
MAX_ASKED, MAX_QUERY, MAX_RECORDED = 20, 300, 500
AUTO = "auto"
PATH = " > "  # between headings
MARKDOWN, PLAIN, PDF = "markdown", "plain", "pdf"
_DIGEST = re.compile(r"[0-9a-f]{64}")
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*)")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+")
_BROKEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class Passage:
    """A piece of a guideline: `file` is the SHA-256 of the whole, `number` its place in it from 0.

    `heading` is the path of headings above it, the file's title first (empty where it has none); `page` of a
    PDF from 1; `first` and `last` are its lines from 1, in the file or, of a PDF, in the text of the page.
    """

    file: str
    number: int
    heading: str
    page: int | None
    first: int
    last: int
    text: str

    @property
    def digest(self) -> str:
        """SHA-256 of its canonical form: what a brief names it by."""
        return digest(dict(vars(self)))

    @property
    def under(self) -> str:
        """The headings above it without the title of the file."""
        return self.heading.partition(PATH)[2]

    @property
    def where(self) -> str:
        """Headings, page and lines, as they are quoted."""
        heading = self.heading.removeprefix(PATH)
        parts = [f"{heading!r}"] if heading else []
        parts += [f"page {self.page}"] if self.page else []
        lines = f"line {self.first}" if self.first == self.last else f"lines {self.first}-{self.last}"
        return ", ".join([*parts, lines])


@dataclass(frozen=True)
class Guideline:
    """A file of guidelines; `sha256` names its bytes among the blobs, `removed_at` is None while it holds."""

    sha256: str
    name: str
    kind: str
    passages: int
    added_at: str
    removed_at: str | None = None


@dataclass(frozen=True)
class GuidelinesUse:
    """What a brief asks of the guidelines, and once it is planned, what it was told.

    `asked` are queries, or `auto` for its own themes, motifs and inks. `passages` are the digests of those it
    was held against, `left_out` what of it was left out, each with the digest of the passage that says so.
    """

    asked: tuple[str, ...]
    passages: tuple[str, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()


def cut(sha256: str, kind: str, pages: Sequence[str]) -> tuple[Passage, ...]:
    """The passages of a file's text: one page, or those of a PDF. FieldError where there is none to quote."""
    found: list[Passage] = []
    for number, page in enumerate(pages, start=1):
        lines = _BROKEN.sub(" ", page).split("\n")
        headed = _headed(lines) if kind == MARKDOWN else ((at, "", line) for at, line in enumerate(lines, 1))
        for heading, block in _blocks(headed):
            for first, last, text in _pieces(block):
                at = number if kind == PDF else None
                found.append(Passage(sha256, len(found), heading, at, first, last, text))
    if not 1 <= len(found) <= MAX_PASSAGES:
        hint = "a scanned PDF holds pictures of text; write it as text" if kind == PDF else "give a text"
        raise FieldError("file", f"makes {len(found)} passages; 1 to {MAX_PASSAGES} can be kept, {hint}")
    return tuple(found)


def read_use(field: Field) -> GuidelinesUse:
    """What a brief says under `guidelines`: `auto`, a list of queries, or as kept. Raises BriefError."""
    if isinstance(field.value, str):
        return GuidelinesUse((field.text(MAX_QUERY),))
    if not isinstance(field.value, Mapping):
        return GuidelinesUse(tuple(each.text(MAX_QUERY) for each in field.items(MAX_ASKED)))
    parts = field.mapping({"asked", "passages", "left_out"}, "auto, or [query, ...]")
    asked = read_use(required(parts, "asked", field, "give auto, or a list of queries"))
    passages = parts["passages"].items(MAX_RECORDED) if _given(parts, "passages") else ()
    left_out = parts["left_out"].items(MAX_RECORDED) if _given(parts, "left_out") else ()
    return GuidelinesUse(asked.asked, tuple(map(_digest, passages)), tuple(map(_left_out, left_out)))


def use_to_dict(use: GuidelinesUse | None) -> dict[str, Any]:
    """The entry of a canonical brief; nothing without guidelines."""
    if use is None:
        return {}
    left_out = [{"what": what, "passage": passage} for what, passage in use.left_out]
    plain = {"asked": list(use.asked), "passages": list(use.passages), "left_out": left_out}
    return {"guidelines": plain}


def _given(parts: Mapping[str, Field], name: str) -> bool:
    return name in parts and parts[name].value != []


def _digest(field: Field) -> str:
    if not _DIGEST.fullmatch(field.text()):
        field.refuse("is no digest of a passage; give 64 hex digits, as selvage brand search shows them")
    return str(field.value)


def _left_out(field: Field) -> tuple[str, str]:
    parts = field.mapping({"what", "passage"}, "{what: ..., passage: DIGEST}")
    what = required(parts, "what", field, "say what was left out")
    passage = required(parts, "passage", field, "give the digest of its passage")
    return what.text(2 * MAX_QUERY), _digest(passage)


def _headed(lines: Sequence[str]) -> Iterator[tuple[int, str, str]]:
    """(number, path of headings, line) of Markdown; a heading is a blank line under the new path.

    The one heading of level 1 is the title. Several are parts as any other, so then there is none.
    """
    found = [*_levels(lines)]
    titled = sum(level == 1 for level, _ in found) == 1 and next(level for level, _ in found if level) == 1
    path = {1: ""} if not titled else {}
    for number, (level, text) in enumerate(found, start=1):
        if level:
            at = level if titled else level + 1
            path = {above: each for above, each in path.items() if above < at} | {at: text}
        yield number, PATH.join(path.values())[:MAX_HEADING], "" if level else text


def _levels(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """(level, text) of each line, level 0 where it is no heading."""
    fence = ""
    for line in lines:
        mark = _FENCE.match(line)
        if mark and fence in ("", mark[1]):
            fence = "" if fence else mark[1]
        heading = None if fence else _HEADING.fullmatch(line)
        yield (len(heading[1]), heading[2].rstrip(" \t#")) if heading else (0, line)


def _blocks(lines: Iterator[tuple[int, str, str]]) -> Iterator[tuple[str, list[tuple[int, str]]]]:
    """Paragraphs under one heading, joined while they are short enough to be quoted as one."""
    under, block, blank = "", list[tuple[int, str]](), False
    for number, heading, line in lines:
        text = line.strip()
        full = blank and sum(len(each) for _, each in block) + len(text) > MAX_PASSAGE // 2
        if block and (heading != under or full):
            yield under, block
            block = []
        if text:
            under = heading
            block += [(number, "")] * (blank and bool(block)) + [(number, text)]
        blank = not text
    if block:
        yield under, block


def _pieces(block: Sequence[tuple[int, str]]) -> Iterator[tuple[int, int, str]]:
    """A block in pieces of at most MAX_PASSAGE characters, cut between lines, sentences or anywhere."""
    first = last = 0
    text = ""
    for number, part in _parts(block):
        if text and len(text) + 1 + len(part) > MAX_PASSAGE:
            yield first, last, text.rstrip("\n")
            text = ""
        first, last = (first if text else number), (number if part else last)
        text = f"{text}\n{part}" if text else part
    yield first, last, text


def _parts(block: Sequence[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    for number, line in block:
        for sentence in [line] if len(line) <= MAX_PASSAGE else _SENTENCE.split(line):
            for start in range(0, len(sentence) or 1, MAX_PASSAGE):
                yield number, sentence[start : start + MAX_PASSAGE]
