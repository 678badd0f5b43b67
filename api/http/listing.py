"""One page of a list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from pydantic import Field

from api.views.base import View

Item = TypeVar("Item", bound=View)


class Page(View, Generic[Item]):
    items: list[Item]
    next: int | None = Field(description="Offset of the next page, null on the last one.")


def page(read: Callable[[int, int], list[Item]], limit: int, offset: int) -> Page[Item]:
    """The page that `read(limit, offset)` gives; one item more is read to know whether another follows."""
    items = read(limit + 1, offset)
    return Page(items=items[:limit], next=offset + limit if len(items) > limit else None)
