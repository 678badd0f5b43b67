"""`report.html`: what a scan found, for people. See ``forensics.page.rendering``."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forensics.page.rendering import report_page

__all__ = ["report_page"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'forensics.page' has no attribute {name!r}")
    return getattr(importlib.import_module("forensics.page.rendering"), name)
