"""The page of a dossier, HTML without scripts: who did what, with the pictures, and how to check it all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from typing import Any

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.3rem .6rem;"
    "border-bottom:1px solid #767676}code,pre{font-size:.85rem;overflow-wrap:anywhere;white-space:pre-wrap}"
    "img{width:16rem;max-width:100%;height:auto}"
)
_KINDS = {
    "asset-made": "as it was drawn",
    "tile-retouched": "after a retouch",
    "tile-signed": "signed again, with what people decided",
}
_CHECK = """sha256sum -c SHA256SUMS
for key in certificates/????????????????.pem; do
  openssl verify -no_check_time -CAfile root.pem -untrusted "${key%.pem}-above.pem" "$key"
  openssl x509 -in "$key" -pubkey -noout > "${key%.pem}.pub"
done
openssl dgst -sha256 -verify certificates/KEY.pub -signature statements/NUMBER.der statements/NUMBER.signed"""


def page(facts: Mapping[str, Any], recipe: Mapping[str, Any]) -> str:
    """The page of `facts` as `ledger.dossier` gathers them: UTF-8, pictures by their place in the ZIP."""
    title = f"What people did to {escape(facts['title'])}"
    body = [
        f"<h1>{title}</h1>",
        f"<p>Tile <code>{facts['asset']}</code> of collection <code>{facts['collection']}</code> in ledger "
        f"<code>{facts['ledger']}</code>. {_origin(recipe)}</p>",
        "<h2>Decisions of people</h2>",
        _table(
            ("entry", "when", "who", "what", "why", "about the file", "key"),
            map(_decision, facts["decisions"]),
        ),
        "<h2>The files of the tile</h2>",
        _table(("picture", "file", "when", "SHA-256", "in place of"), map(_file, facts["files"])),
        "<h2>Parents</h2>",
        _parents(facts["parents"]),
        "<h2>Recipe</h2>",
        f"<pre>{escape(json.dumps(dict(recipe), ensure_ascii=False, indent=2, sort_keys=True))}</pre>",
        "<h2>How to check this without us</h2>",
        "<p>The root certificate is in <code>root.pem</code>: hold it against one that you got from the "
        "studio by another way. A certificate of another authority is in <code>outside.pem</code>. Each "
        "statement is signed by the key that its row names.</p>",
        f"<pre>{escape(_CHECK)}</pre>",
        "<p>A <code>NUMBER.signed</code> is header and statement, in base64url (RFC 7515); "
        "<code>NUMBER.json</code> is the statement as people read it. A statement proves that the "
        "studio's key signed it; who acted, and when, is the studio's word. The pictures are signed too "
        "(C2PA), with a time-stamp, and each names the one before it as its parent.</p>",
    ]
    return _document(title, body)


def _document(title: str, body: list[str]) -> str:
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    head += f"<title>{title}</title><style>{_STYLE}</style>"
    return (
        f'<!doctype html>\n<html lang="en"><head>{head}</head>\n<body>\n'
        + "\n".join(body)
        + "\n</body></html>\n"
    )


def _origin(recipe: Mapping[str, Any]) -> str:
    if "by" in recipe:
        return f"Drawn by {escape(str(recipe['by']))}; what people decided about it is below."
    return (
        "Drawn by a model from the recipe below; what people did to it is what follows, and nothing else "
        "here is claimed as theirs."
    )


def _decision(made: Mapping[str, Any]) -> tuple[str, ...]:
    says = made["says"]
    what = str(says["choice"])
    if "place" in says:
        what += f" at place {says['place']}"
    if "changed" in says:
        what += f", {float(says['changed']):.2%} of the pixels"
    about = f"<code>{says['about']}</code>"
    who, why = escape(str(says["by"])), escape(str(says.get("why", "")))
    shown = f"{made['name']}"
    return shown, escape(str(says["decided_at"])), who, what, why, about, f"<code>{made['key']}</code>"


def _file(each: Mapping[str, Any]) -> tuple[str, ...]:
    told, was = _KINDS[each["kind"]], each["was"]
    picture = f'<img src="{each["file"]}" alt="the tile {told}">'
    before = f"<code>{was}</code>" if was else ""
    return picture, told, escape(each["at"]), f"<code>{each['sha256']}</code>", before


def _parents(parents: list[Mapping[str, Any]]) -> str:
    if not parents:
        return "<p>None but the model: no style, no base pattern.</p>"
    rows = [
        (
            escape(str(each["kind"])),
            escape(str(each["title"])),
            f"<code>{each['sha256']}</code>",
            escape(str(each.get("rights", ""))),
        )
        for each in parents
    ]
    return _table(("kind", "title", "SHA-256", "rights"), rows)


def _table(names: tuple[str, ...], rows: Any) -> str:
    head = "".join(f"<th>{name}</th>" for name in names)
    lines = ["<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows]
    return "\n".join([f"<table><tr>{head}</tr>", *lines, "</table>"])
