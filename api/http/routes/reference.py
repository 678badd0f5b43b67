"""/docs: the OpenAPI document as a page for people. It has no script and loads nothing from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

router = APIRouter(include_in_schema=False)
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Cache-Control": "public, max-age=300",
    "X-Content-Type-Options": "nosniff",
}
_METHODS = ("get", "post", "put", "delete")
_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;color:#222;max-width:60rem;margin:2rem auto;padding:0 1rem}
h2{margin:2.4rem 0 .4rem}summary{cursor:pointer;padding:.35rem 0}article,summary{overflow-wrap:anywhere}
details{border-bottom:1px solid #ddd}details>*:not(summary){margin-left:1rem}dl{margin-top:.2rem}
dt{font-weight:600}dd{margin:0 0 .3rem 1rem}b{display:inline-block;min-width:4.5rem}
nav a{margin-right:1rem}code,pre{font-size:.9rem}
pre{white-space:pre-wrap;margin:0}:focus-visible{outline:3px solid #1d5fbf;outline-offset:2px}
"""


@router.get("/docs")
def show_reference(request: Request) -> HTMLResponse:
    """Every route with its parameters, body and answers."""
    return HTMLResponse(page(request.app.openapi()), headers=HEADERS)


def page(document: Mapping[str, Any]) -> str:
    """The page of an OpenAPI document: one part for each tag, in the order of the routes."""
    parts: dict[str, list[str]] = {}
    for path, methods in document["paths"].items():
        for method in _METHODS:
            if method in methods:
                tag = (methods[method].get("tags") or ["other"])[0]
                parts.setdefault(tag, []).append(_route(method, path, methods[method]))
    links = " ".join(f'<a href="#{escape(tag)}">{escape(tag)}</a>' for tag in parts)
    intro = "".join(f"<p>{_text(text)}</p>" for text in document["info"]["description"].split("\n\n"))
    body = "".join(
        f'<section><h2 id="{escape(tag)}">{escape(tag)}</h2>{"".join(routes)}</section>'
        for tag, routes in parts.items()
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Selvage: the HTTP API</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body><main>'
        f'<h1>The HTTP API</h1>{intro}<p>For programs: <a href="v1/openapi.json">v1/openapi.json</a>.</p>'
        f'<nav aria-label="Subjects">{links}</nav>{body}</main></body></html>'
    )


def _route(method: str, path: str, route: Mapping[str, Any]) -> str:
    description = route.get("description", "")
    first = _text(description.split("\n")[0] or route.get("summary", ""))
    rest = _text(description.partition("\n")[2].strip())
    facts = "".join(f"<dt>{name}</dt><dd>{told}</dd>" for name, told in _facts(route) if told)
    return (
        f"<details><summary><b>{method.upper()}</b> <code>{escape(path)}</code> {first}</summary>"
        f"<article>{f'<p>{rest}</p>' if rest else ''}<dl>{facts}</dl></article></details>"
    )


def _facts(route: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "key", "needed" if route.get("security") else "none"
    yield "parameters", "<br>".join(map(_parameter, route.get("parameters", ())))
    content = route.get("requestBody", {}).get("content", {})
    yield "body", "<br>".join(f"{escape(mime)}: {_shape(each)}" for mime, each in content.items())
    yield (
        "answers",
        "<br>".join(
            f"{status}: {escape(answer['description'])}, {', '.join(map(escape, answer.get('content', {})))}"
            for status, answer in route["responses"].items()
        ),
    )


def _parameter(given: Mapping[str, Any]) -> str:
    must = "" if given.get("required") else ", optional"
    told = _text(given.get("description", ""))
    return f"<code>{escape(given['name'])}</code> ({given['in']}{must}) {told}"


def _text(text: str) -> str:
    """Words of the document, what stands in backticks as code."""
    parts = escape(text).split("`")
    return "".join(f"<code>{part}</code>" if odd % 2 else part for odd, part in enumerate(parts))


def _shape(content: Mapping[str, Any]) -> str:
    reference = content.get("schema", {}).get("$ref", "")
    shape = f"<code>{escape(reference.rsplit('/', 1)[-1] or 'bytes')}</code> in the document"
    if "example" not in content:
        return shape
    example = json.dumps(content["example"], indent=1, ensure_ascii=False)
    return f"{shape}, such as <pre>{escape(example)}</pre>"
