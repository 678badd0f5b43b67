"""Pages of the exclusivity book: who claims what of an asset, or of a collection as a whole. Pure.

The rule of `contracts/libraries/Pages.sol`, line for line; tests/vectors/pages.json holds both to it. A page
is complete: every licence granted is in one of its lines, until it is over. What holds of every page:

1. A line of kind EXCLUSIVE stands for exactly one licence. Lines of the other kinds stand for any number of
   licences and cover at least what these cover.
2. In such a line `until` is the latest end of all its licences, and `until_others` of all but `holder`'s.
3. Only a page with FOLD_AT lines and more covers more than its licences do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from ledger.domain.book.errors import BookError

FOLD_AT = 16
MOST = 64
NO_END = 2**40 - 1
EVERYTHING = 2**256 - 1
HOLDER_MASK = 2**128 - 1
NOBODY = 0  # holder of what can be handed on: somebody else's for everybody


class Kind(IntEnum):
    PLAIN = 1
    EXCLUSIVE = 2


@dataclass(frozen=True)
class Claim:
    """What a licence claims: bits of territories and products, Unix seconds, the low bits of its licensee."""

    territories: int
    products: int
    start: int
    until: int
    holder: int
    exclusive: bool


@dataclass(frozen=True)
class Entry:
    """One line of a page. Times in Unix seconds."""

    kind: Kind
    territories: int
    products: int
    start: int
    until: int
    until_others: int
    holder: int

    @property
    def words(self) -> tuple[int, int, int]:
        """The line as the contract's three words, see `contracts/libraries/Pages.sol`."""
        dates = self.start << 208 | self.until << 168 | self.until_others << 128
        return self.territories, self.products, self.kind << 248 | dates | self.holder

    @classmethod
    def of_words(cls, territories: int, products: int, span: int) -> Entry:
        """The reverse of `words`."""
        start, until, others = (span >> shift & NO_END for shift in (208, 168, 128))
        return cls(Kind(span >> 248), territories, products, start, until, others, span & HOLDER_MASK)


Page = tuple[Entry, ...]


def page_words(page: Page) -> list[int]:
    """A page as the contract takes it: three words a line."""
    return [word for entry in page for word in entry.words]


def page_of(words: Sequence[int]) -> Page:
    """The reverse of `page_words`."""
    return tuple(Entry.of_words(*words[at : at + 3]) for at in range(0, len(words), 3))


def conflict(page: Sequence[Entry], claim: Claim, now: int) -> tuple[int, int] | None:
    """(line, until when) of the first line in the way of a claim; None where nothing is."""
    for line, entry in enumerate(page):
        if not claim.exclusive and entry.kind is Kind.PLAIN:
            continue
        if not (entry.territories & claim.territories and entry.products & claim.products):
            continue
        until = entry.until_others if _is_own(entry, claim) else entry.until
        if until > max(now, claim.start) and entry.start < claim.until:
            return line, until
    return None


def enter(page: Page, claim: Claim, now: int) -> Page:
    """The page after a claim was entered; the very same page where it says it all already.

    BookError PageIsFull.
    """
    if not claim.exclusive and any(_says(entry, claim, now) for entry in page):
        return page
    live = [entry for entry in page if entry.until > now]
    alike = [line for line, entry in enumerate(live) if not claim.exclusive and entry.kind is Kind.PLAIN]
    target = next((line for line in alike if _continues(live[line], claim)), None)
    if target is None and alike and len(live) >= FOLD_AT:
        target = alike[-1]
    if target is not None:
        live[target] = _widened(live[target], claim, now)
    elif len(live) == MOST:
        raise BookError("PageIsFull")
    else:
        live.append(_entry(claim, now))
    return tuple(live)


def remove(page: Page, claim: Claim) -> Page:
    """The page without the line of an exclusive claim. BookError NotOnPage."""
    gone = _entry(claim, 0)
    if gone not in page:
        raise BookError("NotOnPage")
    line = page.index(gone)
    return page[:line] + page[line + 1 :]


def _entry(claim: Claim, now: int) -> Entry:
    """The line of a claim on its own. An exclusive one keeps its own first second, to be found again by."""
    kind, start = (Kind.EXCLUSIVE, claim.start) if claim.exclusive else (Kind.PLAIN, max(claim.start, now))
    others = claim.until if claim.holder == NOBODY else 0
    return Entry(kind, claim.territories, claim.products, start, claim.until, others, claim.holder)


def _is_own(entry: Entry, claim: Claim) -> bool:
    return claim.holder != NOBODY and entry.holder == claim.holder


def _says(entry: Entry, claim: Claim, now: int) -> bool:
    """Whether the line is in everybody's way already where the claim would be."""
    until = entry.until if _is_own(entry, claim) else entry.until_others
    scope = not (claim.territories & ~entry.territories or claim.products & ~entry.products)
    return (
        entry.kind is Kind.PLAIN and scope and entry.start <= max(claim.start, now) and claim.until <= until
    )


def _continues(entry: Entry, claim: Claim) -> bool:
    """Whether the claim has the line's scope and leaves no gap between their dates."""
    same = (entry.territories, entry.products) == (claim.territories, claim.products)
    return same and claim.start <= entry.until and entry.start <= claim.until


def _widened(entry: Entry, claim: Claim, now: int) -> Entry:
    until, others, holder = entry.until, entry.until_others, entry.holder
    if claim.holder == NOBODY:
        until, others = max(until, claim.until), max(others, claim.until)
    elif claim.holder == holder:
        until = max(until, claim.until)
    elif claim.until > until:
        until, others, holder = claim.until, until, claim.holder
    else:
        others = max(others, claim.until)
    return replace(
        entry,
        territories=entry.territories | claim.territories,
        products=entry.products | claim.products,
        start=min(entry.start, max(claim.start, now)),
        until=until,
        until_others=others,
        holder=holder,
    )
