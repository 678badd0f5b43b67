"""What all these tests have in common: they make the same few tiles again and again."""

from __future__ import annotations

from looking import looked_once as looked_once
