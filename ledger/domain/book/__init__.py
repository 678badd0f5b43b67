"""The licence book: the rules of `contracts/LicenceBook.sol`, pure. See docs/contracts.md."""

from ledger.domain.book.book import Collection, LicenceBook, Report, State
from ledger.domain.book.errors import BookError
from ledger.domain.book.licence import Asset, BookLicence
from ledger.domain.book.pages import (
    EVERYTHING,
    NO_END,
    Claim,
    Entry,
    Kind,
    Page,
    conflict,
    enter,
    page_of,
    page_words,
    remove,
)
from ledger.domain.book.territories import WORLDWIDE, territory_bits, territory_codes

__all__ = [
    "EVERYTHING",
    "NO_END",
    "WORLDWIDE",
    "Asset",
    "BookError",
    "BookLicence",
    "Claim",
    "Collection",
    "Entry",
    "Kind",
    "LicenceBook",
    "Page",
    "Report",
    "State",
    "conflict",
    "enter",
    "page_of",
    "page_words",
    "remove",
    "territory_bits",
    "territory_codes",
]
