"""What all these tests have in common: they look at the same few tiles again and again."""

from __future__ import annotations

from looking import looked_once as looked_once
