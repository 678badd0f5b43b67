"""What all these tests have in common: they make the same few tiles again, and do not judge them."""

from __future__ import annotations

from hasty import hasty as hasty
from looking import looked_once as looked_once
