"""One text of terms in the languages of others: what each can say of them, and nothing that they do not say.

One module for each language; its docstring says what the language has no words for. Where a language knows
too little (no countries, no days, one word for two uses), the projection says less than the terms give, never
more.
"""

from __future__ import annotations

from ledger.domain.projections.forms import FORMS, Form, project
from ledger.domain.projections.odrl_reading import read_odrl
from ledger.domain.projections.subject import Subject

__all__ = ["FORMS", "Form", "Subject", "project", "read_odrl"]
