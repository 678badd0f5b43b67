"""Following the chain, and holding the book against it."""

from __future__ import annotations

import click

from api.cli.context import ledger, settings
from api.cli.exits import Exit
from api.cli.frame import Output, json_option
from api.cli.progress import Progress
from api.stopping import Stop

POLL_SECONDS = 2.0


@click.group()
def chain() -> None:
    """Follow the chain, and hold the book against what it says."""


@chain.command()
@click.option("--once", is_flag=True, help="Read what is there, and stop.")
@json_option
def follow(output: Output, once: bool) -> int:
    """Keep what our contracts say, some blocks below the head, until SIGTERM. It survives reorganisations."""
    from ledger import witness
    from ledger.follow import follow as read_on

    opened, depth = ledger(), settings().confirmations
    progress = Progress("follow")
    with Stop() as stop:
        while not stop.is_set():
            found = read_on(opened.store, witness.ready(opened), depth, progress.show)
            if once or found.events or found.taken_back:
                text = f"block {found.block} of {found.head}: {found.events} new events"
                back = f", {found.taken_back} taken back" if found.taken_back else ""
                output.result({**vars(found), "behind": found.behind}, text + back)
            if once:
                break
            stop.wait(POLL_SECONDS)
    progress.close()
    return Exit.YES


@chain.command()
@json_option
def status(output: Output) -> int:
    """How far the chain was followed, and when blocks were last taken back."""
    from api.following import chain_view, told

    found = chain_view(ledger(), settings().confirmations)
    output.result(found.to_json(), told(found))
    return Exit.YES


@chain.command()
@json_option
def audit(output: Output) -> int:
    """Follow the chain to its head, then hold the book against it. Exit code 1 where they disagree."""
    from ledger import witness
    from ledger.audit import audit as compare
    from ledger.follow import follow as read_on

    opened = ledger()
    read_on(opened.store, witness.ready(opened), settings().confirmations)
    found = compare(opened.store, witness.manager(opened).address)
    lines = [f"{each.code} {each.subject}: {each.why}\n    {each.todo}" for each in found]
    output.result([vars(each) for each in found], "\n".join(lines) or "the book and the chain agree")
    return Exit.NO if found else Exit.YES


@chain.command()
@json_option
def anchor(output: Output) -> int:
    """Say on chain where the book stands: size and root of its log, last page of its journal."""
    import secrets

    from api.cli.work import run_operation

    found = run_operation(ledger(), "anchor", {}, secrets.token_hex(16))["anchor"]
    said = "nothing was entered since the last anchor"
    if found:
        said = f"{found['size']} entries, journal page {found['page']}, in transaction {found['tx']}"
    output.result(found or {}, said)
    return Exit.YES


@chain.command("publish-lookup")
@click.argument("endpoint")
@json_option
def publish_lookup(output: Output, endpoint: str) -> int:
    """Say on chain that ENDPOINT, such as https://host/c2pa/v1, finds the manifests of our soft bindings.

    The first time this deploys a contract; the same endpoint again sends nothing.
    """
    from ledger import lookup

    found = lookup.publish(ledger(), endpoint)
    told = {"directory": found.name, "endpoint": found.endpoint, "describe": found.describe}
    output.result(told, f"{found.name} names {found.endpoint}")
    return Exit.YES
