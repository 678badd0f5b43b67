"""Whole request bodies, as the OpenAPI document shows them: each is one that a client may send as it is.

Ids are made up; where one stands, put yours. A test reads every example as the service does.
"""

from __future__ import annotations

import json
from typing import Any

_ID = "0f4c2a9be1d34786a5c08d7e6b91f320"
_USE = {"action": "reproduce", "product": "wallpaper", "territory": "GB", "units": 500, "on": "2026-06-01"}
_SPLIT = {"mara-okafor": "60 %", "selvage-studio": "40 %"}
_BRIEF = {
    "name": "Low Tide",
    "prompts": ["large floral, scattered", "small dots"],
    "palettes": [["#f4ead8", "#16324f", "#d1603d"]],
    "count": 2,
    "size": 512,
    "seed": 2026,
}
_TERMS = {
    "preset": "standard",
    "territory": ["GB", "IE"],
    "products": ["wallpaper", "cushion"],
    "run": 5000,
    "price": "180.00",
    "royalty": {"per_unit": "0.35"},
    "split": _SPLIT,
}
_ADAPTER = {"preset": "adapter", "split": _SPLIT}
_PRINTER = {"dpi": "150", "repeat_mm": "50", "line_mm": "0.3", "gap_mm": "0.3"}
_AUTHORIZATION = {
    "payer": "0x7E08B77d92fB414b10112c38c1c508fe300D49Ec",
    "value": "180000000",
    "valid_after": 1_780_272_000,
    "valid_before": 1_780_275_600,
    "nonce": f"0x{'5a' * 32}",
    "signature": f"0x{'1b' * 65}",
}
SIGHTINGS = {"shop-window.jpg": {"seller": "corner-shop", "use": {**_USE, "units": 1}}}
# By the name of the body in the document.
EXAMPLES: dict[str, dict[str, Any]] = {
    "DecisionBody": {"asset": _ID, "party": "north-mill", "use": _USE},
    "CollectionBody": {"brief": _BRIEF, "terms": _TERMS},
    "PreviewBody": {"brief": _BRIEF},
    "TermsBody": {"terms": _TERMS},
    "UseBody": _USE,
    "SublicenceBody": {
        "licensee": "corner-shop",
        "gives": {"territory": ["GB"], "products": ["cushion"], "run": 300},
    },
    "TransferBody": {"to": "corner-shop"},
    "OrderBody": {"use": _USE, "licensee": "north-mill", "price": "200.00 TUSD", "days": 30, "count": 1},
    "WhyBody": {"why": "the licensee asked for it by letter of 1 June"},
    "InvoiceBody": {"payer": "north-mill", "collection": _ID},
    "PaymentBody": {"authorization": _AUTHORIZATION},
    "PayoutBody": {"payee": "mara-okafor"},
    "PartyBody": {"id": "north-mill", "name": "North Mill"},
    "KeyBody": {"name": "North Mill, web shop", "role": "licensee", "party": "north-mill", "days": 365},
    "ColourwayBody": {"palette": ["#f4ead8", "#27306b", "#c8553d"], "name": "night"},
    "ProductionBody": {"width": "640mm", "dpi": 300},
    "CurationBody": {**_PRINTER, "taste": False},
    "ChoiceBody": {"tiles": [_ID], "choice": "selected", "by": "Ann", "why": "the boldest"},
    "TrainingBody": {"name": "harbour-hand", "tiles": [f"{n:02x}{_ID[2:]}" for n in range(10)]},
    "OfferBody": {"terms": _ADAPTER},
    "DrawingBody": {**_BRIEF, "weight": "0.8", "territory": "GB"},
    "RestyleBody": {"style": "harbour-hand:0.8", "strength": "0.4"},
    "RedrawBody": {"count": 4, "seed": 1, "territory": "GB"},
    "Body_create_scan_v1_scans_post": {"pictures": ["shop-window.jpg"], "sightings": json.dumps(SIGHTINGS)},
}


def put_examples(document: dict[str, Any]) -> None:
    """Give every body of the document that has an example its example."""
    for methods in document["paths"].values():
        for operation in methods.values():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                name = content.get("schema", {}).get("$ref", "").rsplit("/", 1)[-1]
                if name in EXAMPLES:
                    content["example"] = EXAMPLES[name]
