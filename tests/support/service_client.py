"""A client of the HTTP service for the tests that tell the story over HTTP, and what the story is about."""

from __future__ import annotations

import io
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import numpy as np
from PIL import Image

BRIEF = {
    "name": "Low Tide",
    "prompts": ["large floral, scattered"],
    "palettes": [["#f4ead8", "#16324f", "#d1603d"]],
    "count": 1,
    "size": 256,
    "seed": 7,
    "generator": "archive",
}
TERMS = {
    "preset": "standard",
    "territory": ["GB", "IE"],
    "products": ["wallpaper", "cushion"],
    "run": 5000,
    "price": "180.00",
    "royalty": {"per_unit": "0.35"},
    "unlicensed_use": "450.00",
    "split": {"mara": "60 %", "studio": "40 %"},
}
USE = {"action": "reproduce", "product": "wallpaper", "territory": "GB", "units": 500, "on": "2026-06-01"}
Sign = Callable[[str], dict[str, Any]]
PARTIES = ("mara", "studio", "north-mill", "south-mill", "corner-shop")


class Client(httpx.Client):
    """A caller with one key. `write` sends an Idempotency-Key of its own."""

    def write(self, path: str, body: Any = None, key: str | None = None, **more: Any) -> httpx.Response:
        headers = {"Idempotency-Key": key or uuid.uuid4().hex}
        return self.post(path, json=body, headers=headers, **more)

    def finish(self, accepted: httpx.Response) -> dict[str, Any]:
        """The operation that a 202 points to, once it has ended."""
        assert accepted.status_code == 202, accepted.text
        while True:
            answer = self.get(accepted.headers["Location"])
            operation: dict[str, Any] = answer.json()
            if operation["state"] in ("done", "failed"):
                return operation
            assert int(answer.headers["Retry-After"]) > 0
            time.sleep(0.05)

    def done(self, accepted: httpx.Response) -> dict[str, Any]:
        """What the operation that a 202 points to gave; it did not fail."""
        ended = self.finish(accepted)
        assert ended["state"] == "done", ended
        result: dict[str, Any] = ended["result"]
        return result

    def publish(self, plan: Mapping[str, Any]) -> str:
        """A registered collection, for a manager; its id."""
        name: str = self.done(self.write("/v1/collections", plan))["collection"]
        self.done(self.write(f"/v1/collections/{name}/registration"))
        return name

    def tiles(self, collection: str) -> list[str]:
        """The ids of the first tiles of a collection."""
        return [each["id"] for each in self.get(f"/v1/collections/{collection}/assets").json()["items"]]

    def pay(self, invoice: str, sign: Sign) -> dict[str, Any]:
        """What paying an invoice brought."""
        return self.done(self.write(f"/v1/invoices/{invoice}/payments", {"authorization": sign(invoice)}))

    def buy(self, acceptance: str, sign: Sign) -> str:
        """The licence of an offer, accepted at the path `acceptance` and paid."""
        invoice = self.done(self.write(acceptance))["invoice"]
        return str(self.pay(invoice, sign)["licences"][0])


class PatientClient(Client):
    """Sends a request again, under the same Idempotency-Key, until the service is there to answer it."""

    patience_seconds = 120.0

    def request(self, *arguments: Any, **named: Any) -> httpx.Response:
        deadline = time.monotonic() + self.patience_seconds
        while True:
            try:
                answer = super().request(*arguments, **named)
                if not _come_again(answer):
                    return answer
            except httpx.TransportError:
                if time.monotonic() > deadline:
                    raise
            assert time.monotonic() < deadline, "the service did not come back"
            time.sleep(0.1)


def photo(tile: bytes) -> bytes:
    """A JPEG of a tile in repeat, cut where no seam is."""
    pixels = np.tile(np.asarray(Image.open(io.BytesIO(tile)).convert("RGB")), (3, 3, 1))[30:700, 50:720]
    picture = io.BytesIO()
    Image.fromarray(pixels).save(picture, "JPEG", quality=80)
    return picture.getvalue()


def _come_again(answer: httpx.Response) -> bool:
    if answer.status_code == 409:
        return bool(answer.json()["code"] == "idempotency-in-flight")
    return answer.status_code == 503
