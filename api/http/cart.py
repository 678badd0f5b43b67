"""The 402 as a page for people: tile, use, price, terms and what to do. It needs no script."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from ledger.domain.ids import AssetId
from ledger.domain.money_text import format_money
from ledger.domain.origins import origin
from ledger.domain.projections.summary import sentences
from ledger.domain.use import described
from ledger.store import assets, collections

if TYPE_CHECKING:
    from ledger import x402
    from ledger.context import Ledger
    from ledger.domain.licence import Offer

MIME = "text/html; charset=utf-8"
PREVIEW = 320  # pixels on the longer side, of a picture that is still for sale
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; img-src data:; style-src 'unsafe-inline'",
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept",
}
_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;color:#222;max-width:44rem;margin:2rem auto;padding:0 1rem}
img{float:right;margin:0 0 1rem 1rem;max-width:40%}h1{margin:0}h2{clear:both;font-size:1.1rem}
dt{font-weight:600}dd{margin:0 0 .6rem}code{overflow-wrap:anywhere}.price{font-size:1.6rem}
.problem{color:#a00}:focus-visible{outline:3px solid #1d5fbf;outline-offset:2px}
"""


@dataclass(frozen=True)
class Cart:
    """What the page says beside the offer: where the offer is, where it is accepted, why it was not paid."""

    offer_url: str
    accept_url: str
    wanted: x402.Requirement | None
    refused: str | None = None
    check_url: str | None = None  # of the page that checks files, where its library is installed


def prefers_page(accept: str) -> bool:
    """Whether an Accept header names HTML before any JSON, as browsers do and programs do not."""
    named = [part.partition(";")[0].strip().lower() for part in accept.split(",")]
    known = [each for each in named if each == "text/html" or each.endswith("json")]
    return known[:1] == ["text/html"]


def page(ledger: Ledger, offer: Offer, cart: Cart) -> str:
    """The page. Raises UnknownError, StorageError."""
    with ledger.store.reading() as tx:
        tile = assets.get(tx, AssetId(offer.asset))
        collection, terms = collections.get(tx, tile.collection), collections.terms(tx, tile.collection)
    title = escape(collection.title_of(tile.signed.marked.draft))
    made = escape(origin(tile.signed.marked.draft.recipe).label)
    told = "".join(
        f"<dt>{escape(clause.replace('_', ' '))}</dt><dd>{escape(text)}</dd>"
        for clause, text in sentences(terms)
    )
    refused = f'<p class="problem">{escape(cart.refused)}</p>' if cart.refused else ""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}: buy a licence</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body><main>'
        f'<img alt="{title}" src="{_preview(ledger, tile.signed.sha256)}"><h1>{title}</h1>'
        f"<p>{made}</p>{refused}"
        f"<p>To {escape(described(offer.use))}, <b>{escape(offer.licensee)}</b> needs a licence.</p>"
        f'<p class="price">{escape(format_money(offer.price))}</p>'
        f"<h2>What to do next</h2><ol>{_steps(offer, cart)}</ol>"
        f"<h2>The terms</h2><dl>{told}</dl></main></body></html>"
    )


def _steps(offer: Offer, cart: Cart) -> str:
    link, accept = escape(cart.offer_url), escape(cart.accept_url)
    steps = [
        f'Read the <a href="{link}">offer</a>. It is made to {escape(offer.licensee)}, for this use; '
        "your API key opens it.",
        f"Take it with <code>selvage license {escape(offer.id)}</code>, or by a POST to "
        f"<code>{accept}</code>: you get an invoice, which your own account signs.",
    ]
    if cart.wanted is not None:
        steps.append(
            f"Or have a wallet send exactly {escape(format_money(offer.price))} to "
            f"<code>{escape(cart.wanted.pay_to)}</code> (token <code>{escape(cart.wanted.asset)}</code>, "
            f"chain {escape(cart.wanted.network)}). That address is for this offer alone."
        )
    steps.append("When it is paid, load this page again: it is the file then.")
    if cart.check_url is not None:
        steps.append(f'Your own browser <a href="{escape(cart.check_url)}">checks the file</a> then.')
    return "".join(f"<li>{step}</li>" for step in steps)


def _preview(ledger: Ledger, digest: str) -> str:
    from PIL import Image

    picture = Image.open(io.BytesIO(ledger.blobs.get(digest))).convert("RGB")
    picture.thumbnail((PREVIEW, PREVIEW))
    small = io.BytesIO()
    picture.save(small, "JPEG", quality=80)
    return f"data:image/jpeg;base64,{base64.b64encode(small.getvalue()).decode('ascii')}"
