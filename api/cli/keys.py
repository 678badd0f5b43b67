"""API keys of the HTTP service, and the keys of the watermark."""

from __future__ import annotations

import click

from api.cli.context import ledger
from api.cli.exits import Exit
from api.cli.frame import Output, json_option
from api.views.base import View

ROLES = ("manager", "licensee", "auditor")


@click.group()
def key() -> None:
    """Create, list and revoke API keys; rotate the key of the watermark."""


@key.command("create")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What the key may do.")
@click.option("--party", help="Whom a licensee's key acts for.")
@click.option("--days", type=int, default=365, show_default=True, help="Days it is good for; 0 for ever.")
@json_option
def create(output: Output, name: str, role: str, party: str | None, days: int) -> int:
    """Make a key for NAME and print its token. The token is shown once and kept nowhere."""
    from api import access
    from api.cli import names
    from api.views.evidence import KeyView

    opened = ledger()
    owner = names.party(opened, party) if party is not None else None
    token, made = access.issue(opened, name, access.Role(role), owner, days or None)
    output.note("keep this token: it is not shown again")
    output.result(KeyView.of(made, token).to_json(), token)
    return Exit.YES


@key.command("list")
@json_option
def list_(output: Output) -> int:
    """List every key, also the revoked ones."""
    from api.views.evidence import KeyView
    from ledger.store import access

    with ledger().store.reading() as tx:
        found = [KeyView.of(each) for each in access.keys(tx)]
    lines = "\n".join(_line(each) for each in found)
    empty = "no keys yet; selvage key create NAME --role manager makes one"
    output.listed([each.to_json() for each in found], lines, empty)
    return Exit.YES


@key.command("revoke")
@click.argument("key_id", metavar="ID")
@json_option
def revoke(output: Output, key_id: str) -> int:
    """Revoke the key whose id starts with ID, for good."""
    from api import access
    from api.views.evidence import KeyView

    view = KeyView.of(access.revoke(ledger(), key_id))
    output.result(view.to_json(), _line(view))
    return Exit.YES


@key.command("rotate-mark")
@json_option
def rotate_mark(output: Output) -> int:
    """Draw a new watermark key. New tiles get it; what older keys marked is read as before.

    Restart what runs already (serve, worker): it knows only the keys it was started with.
    """
    from api.cli.context import settings
    from api.mark_keys import rotate

    name = rotate(settings(), ledger())
    output.note("restart selvage serve and selvage worker, so that they know the new key")
    output.result({"key": name}, f"new tiles are marked with key {name}")
    return Exit.YES


def _line(view: View) -> str:
    facts = view.to_json()
    state = (
        f"revoked {facts['revoked_at']}"
        if facts["revoked_at"]
        else f"until {facts['expires_at'] or 'revoked'}"
    )
    return f"{facts['id'][:12]}  {facts['role']}  {facts['party'] or '-'}  {state}  {facts['name']}"
