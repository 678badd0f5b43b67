"""What is wrong with a document before anybody asks what it says.

FieldError
└── RdfError              the document cannot be read
    ├── SyntaxRdfError    it is neither Turtle nor JSON-LD
    ├── LimitError        it is larger or deeper than we read
    ├── ContextError      its JSON-LD wants a context from elsewhere, which is never fetched
    └── ShapeError        it is well-formed, and what it says is no policy, request or state of the world
"""

from __future__ import annotations

from ledger.domain.errors import FieldError


class RdfError(FieldError):
    code = "bad-rdf"


class SyntaxRdfError(RdfError):
    code = "rdf-syntax"


class LimitError(RdfError):
    code = "rdf-too-large"


class ContextError(RdfError):
    code = "remote-context"


class ShapeError(RdfError):
    code = "bad-policy"
