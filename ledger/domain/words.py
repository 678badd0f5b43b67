"""The trade words that clauses choose from. Products and colourways are open: every house has its own."""

from __future__ import annotations

import re

WORD = "[a-z][a-z-]{0,40}"
_WORD = re.compile(WORD)
ANY = "any"
ORIGINAL = "original"  # the colourway a tile was made in

_INDUSTRIES = """
    advertising apparel architecture automotive beauty books ceramics children confectionery
    contract-interiors cosmetics education electronics entertainment events fashion film food-and-drink
    footwear furniture games gifting healthcare home home-textiles hospitality jewellery luggage luxury
    marine music packaging paper pets publishing rail real-estate retail software sport stationery
    television theatre toys travel wallcoverings weddings
"""
_CHANNELS = """
    app billboard broadcast catalogue cinema concession department-store direct-mail editorial exhibition
    export in-store lookbook marketplace museum-shop online outlet pop-up press print-on-demand social
    streaming subscription trade-fair web wholesale
"""
_MODIFICATIONS = """
    add-text combine crop distort emboss extract-motif flip overlay recolour repeat rescale rotate simplify
    vectorise
"""
INDUSTRIES = frozenset(_INDUSTRIES.split())
CHANNELS = frozenset(_CHANNELS.split())
MODIFICATIONS = frozenset(_MODIFICATIONS.split())


def is_trade_word(text: str) -> bool:
    """Whether `text` is a product, colourway or channel name: up to 41 of a-z and -, a letter first."""
    return bool(_WORD.fullmatch(text))


def holds_words(text: str, wanted: str) -> bool:
    """Whether every word of `wanted` stands in `text`, in whatever case, also as a part of a longer one."""
    plain = text.casefold()
    return all(word in plain for word in wanted.casefold().split())
