"""What a tile came from, as its recipe says: adapters, patterns and sources for the claim.

They stand in the recipe under `influences`, each as `provenance.Influence.to_dict` writes it, so that the
digest of the recipe in the book covers them. The generator draws with the adapter that stands there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ledger.context import Ledger

if TYPE_CHECKING:
    from provenance import Influence

FIELD = "influences"


def influences_of(recipe: Mapping[str, Any]) -> tuple[Influence, ...]:
    """The influences that a recipe names; none in older ones. Raises ClaimError."""
    from provenance import Influence

    return tuple(Influence.from_dict(each) for each in recipe.get(FIELD, ()))


def adapter_of(recipe: Mapping[str, Any]) -> Mapping[str, str] | None:
    """The adapter among the influences of a recipe, as it stands there, if any."""
    found: Iterable[Mapping[str, str]] = recipe.get(FIELD, ())
    return next((each for each in found if each["kind"] == "adapter"), None)


def pictures(ledger: Ledger, found: Iterable[Influence]) -> dict[str, bytes]:
    """The bytes of the pictures among them, by their SHA-256. Raises StorageError."""
    return {each.sha256: ledger.blobs.get(each.sha256) for each in found if each.mime}
