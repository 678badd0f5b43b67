"""The page of a dossier, HTML without scripts: who did what, with the pictures, and how to check it all."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
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
_KEYS = """for key in certificates/????????????????.pem; do
  above="${key%.pem}-above.pem"
  if [ -e "$above" ]; then set -- -untrusted "$above"; else set --; fi
  openssl verify -no_check_time -partial_chain -CAfile trusted.pem "$@" "$key"
  openssl x509 -in "$key" -pubkey -noout > "${key%.pem}".pub"""
_LISTED = r"""  serial=$(openssl x509 -in "$key" -noout -serial | cut -d= -f2)
  if grep -q "Serial Number: $serial\$" revoked.txt; then echo "$key: REVOKED"; fi"""
_LIST = """openssl verify -no_check_time -CAfile root.pem revoked.pem
openssl crl -in revoked.pem -noout -CAfile revoked.pem
openssl crl -in revoked.pem -noout -text > revoked.txt"""


def page(facts: Mapping[str, Any], recipe: Mapping[str, Any], roots: Collection[str]) -> str:
    """The page of `facts` as `ledger.dossier` gathers them: UTF-8, pictures by their place in the ZIP.

    `roots` names the files there are of `root.pem`, `outside.pem` and `revoked.pem`.
    """
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
        f"<p>{_trusted(roots)} Each statement is signed by the key that its row names.</p>",
        f"<pre>{escape(check(facts, roots))}</pre>",
        "<p>A <code>NUMBER.signed</code> is header and statement, in base64url (RFC 7515); "
        "<code>NUMBER.json</code> is the statement as people read it. A statement proves that the "
        "studio's key signed it; who acted, and when, is the studio's word. The pictures are signed too "
        "(C2PA), with a time-stamp, and each names the one before it as its parent.</p>",
    ]
    return _document(title, body)


def check(facts: Mapping[str, Any], roots: Collection[str]) -> str:
    """The commands of the page, for a POSIX shell in the unpacked ZIP."""
    anchors = " ".join(name for name in ("root.pem", "outside.pem") if name in roots)
    listed = "revoked.pem" in roots
    return "\n".join(
        [
            *("sha256sum -c SHA256SUMS", f"cat {anchors} > trusted.pem", *([_LIST] if listed else [])),
            *(_KEYS, *([_LISTED] if listed else []), "done"),
            *(
                f"openssl dgst -sha256 -verify certificates/{each['key']}.pub "
                f"-signature statements/{each['name']}.der statements/{each['name']}.signed"
                for each in facts["decisions"]
            ),
        ]
    )


def _trusted(roots: Collection[str]) -> str:
    said = "The root certificate is in <code>root.pem</code>: hold it against one that you got from the "
    said += "studio by another way."
    if "outside.pem" in roots:
        said += (
            " The certificates that other authorities issued to the studio are in <code>outside.pem</code>, "
            "each believed by itself: hold them against the studio's too."
        )
    if "revoked.pem" in roots:
        said += (
            " <code>revoked.pem</code> lists the serial numbers of revoked certificates, as of when this was "
            "written. A statement has no time-stamp, so whoever has a key can date it back: do not rely on "
            "one whose key is told REVOKED, whatever its date."
        )
    else:
        said += " No certificate was revoked when this was written; ask the studio whether one is today."
    return said


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
        return "<p>None but the model: no style, no base pattern, no other tile's recipe.</p>"
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
