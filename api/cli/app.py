"""The tree of commands. Nothing but click is imported until a command is chosen."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import click


class Entry(NamedTuple):
    """Where a command lives, and the line that help shows for it without loading it."""

    module: str
    attribute: str
    help: str


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called."""

    def __init__(self, *args: Any, entries: dict[str, Entry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entries = entries

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click's signature
        return list(self.entries)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002 -- click's signature
        if name not in self.entries:
            return None
        entry = self.entries[name]
        command: click.Command = getattr(import_module(f"api.cli.{entry.module}"), entry.attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, but an unknown name is answered with the nearest known one."""
        if args and args[0] not in self.entries and not args[0].startswith("-"):
            ctx.fail(_unknown(args[0], list(self.entries)))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 -- click's signature
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in self.entries.items()])


def _unknown(name: str, names: list[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, names, n=1)
    return f"no command {name!r}" + (f"; did you mean {near[0]}?" if near else "")


COMMANDS = {
    "brief": Entry("briefing", "brief", "Tell what a brief would draw, before anything is drawn."),
    "import": Entry("certifying", "bring", "Bring in a tile that a person drew, with its certificate."),
    "certify": Entry("certifying", "certify", "Sign that a person drew this very FILE."),
    "certifier": Entry("certifying", "certifier", "Make a certifier's keys; believe a certifier."),
    "brand": Entry("brand", "brand", "Keep the guidelines of the brand, and look things up in them."),
    "generate": Entry("making", "generate", "Plan a collection from a brief and make its tiles."),
    "train-style": Entry("styling", "train_style", "Train a house style NAME on 10 to 100 tiles."),
    "style": Entry("styling", "style", "Styles: list, show, export, bring in, offer."),
    "restyle": Entry("restyling", "restyle", "Draw over a tile, in a style or without."),
    "redraw": Entry("restyling", "redraw", "Draw further tiles from a tile's recipe, each counted."),
    "suggest": Entry("suggesting", "suggest", "Write the next brief, from what became of the tiles so far."),
    "curate": Entry(
        "curating", "curate", "Judge the tiles of a collection, and tell which to look at first."
    ),
    "select": Entry(
        "choosing", "select", "Select tiles: they are to be registered, because a person said so."
    ),
    "reject": Entry("choosing", "reject", "Reject tiles: they are not registered."),
    "arrange": Entry("choosing", "arrange", "Give the tiles of a collection their places, in this order."),
    "retouch": Entry("choosing", "retouch", "Put an edited tile in the place of the one that was drawn."),
    "terms": Entry(
        "making", "terms", "Read licence terms, and tell where they would meet licences granted before."
    ),
    "colourway": Entry(
        "colourways",
        "colourway",
        "Put a tile's separations into other inks.",
    ),
    "produce": Entry(
        "producing",
        "produce",
        "Make the files of a tile for production, at real size.",
    ),
    "preview": Entry("previews", "preview", "Lay a tile out as cloth."),
    "seam": Entry("previews", "seam", "Measure how a tile meets itself, and draw the proof."),
    "palette": Entry("palettes", "palette", "Choose inks, look at them, and hear what is wrong with them."),
    "register": Entry("making", "register", "Put a collection's Merkle root and terms on chain."),
    "confirm": Entry(
        "confirming",
        "confirm",
        "Put the transaction that registered a collection into the files of its tiles.",
    ),
    "decide": Entry(
        "rights", "decide", "May this party use this tile so? Permit, deny or pay, with the reason."
    ),
    "decision": Entry("decisions", "decision", "Check a decision that was signed, offline."),
    "odrl": Entry("odrl", "odrl", "Evaluate ODRL policies, anybody's, and print the compliance report."),
    "license": Entry(
        "rights", "license_", "Accept an offer, pay it with the licensee's devnet key, and take the licence."
    ),
    "copy": Entry(
        "rights",
        "copy",
        "Write the copy of a tile that goes with a licence: marked for its licensee, signed under its terms.",
    ),
    "sublicense": Entry("passing", "sublicense", "Give a part of a licence to somebody else."),
    "transfer": Entry("passing", "transfer", "Hand a licence on as a whole, where its terms let it."),
    "order": Entry("ordering", "order", "Orders that are signed offline, and completed once by a buyer."),
    "suspend": Entry(
        "standing",
        "suspend",
        "Put a licence and all below it out of force, on chain and in the book, until it is resumed.",
    ),
    "resume": Entry("standing", "resume", "Put a suspended licence, and what is below it, back in force."),
    "revoke": Entry(
        "standing", "revoke", "End a licence and all below it for good, on chain and in the book."
    ),
    "report": Entry("rights", "report", "Report pieces made under a licence."),
    "tally": Entry(
        "standing",
        "tally",
        "Bring the counters on chain up to the pieces reported under the licences of COLLECTION.",
    ),
    "scan": Entry(
        "scanning",
        "scan",
        "Look for our tiles in a picture, a folder, an archive, a PDF, a listing, or at an address.",
    ),
    "rescan": Entry(
        "scanning", "rescan", "Look for the tiles of COLLECTION in everything scanned before they were made."
    ),
    "replay": Entry(
        "scanning", "replay", "Examine the pictures of SCAN again, against the register as it stood then."
    ),
    "review": Entry(
        "reviewing", "review", "What people decide about scans: exclude, remember, release what is held."
    ),
    "bill": Entry("money", "bill", "Make an invoice of what a party owes for a collection."),
    "settle": Entry("money", "settle", "Pay an invoice on chain."),
    "payout": Entry("money", "payout", "Withdraw what the vault holds for a payee, to their own account."),
    "tills": Entry("tills", "tills", "The accounts that buyers pay to, one for each offer."),
    "refund": Entry("tills", "refund", "Pay back what was paid for and could not be granted."),
    "recover": Entry("recovering", "recover", "Give a found picture the manifest that belongs to it."),
    "export": Entry(
        "proof", "export", "Write a signed tile, and with --proof all that is needed to verify it offline."
    ),
    "lineage": Entry("lineage", "lineage", "Tell what a tile came from, with weights and rights."),
    "export-proof": Entry(
        "bundles",
        "export_proof",
        "Write one file that proves a tile, licence, finding or invoice.",
    ),
    "export-dossier": Entry(
        "choosing", "export_dossier", "Write what people did to a tile into one ZIP that others can check."
    ),
    "verify": Entry(
        "proof", "verify", "Walk a tile back to its brief, or check a proof bundle, link by link."
    ),
    "mark": Entry(
        "looking", "mark", "Put a mark id into a picture, and read it back before anything is written."
    ),
    "read": Entry("looking", "read", "Read the mark ids of pictures."),
    "party": Entry("parties", "party", "Add and list licensees and payees."),
    "show": Entry("showing", "show", "Show a collection, an asset, its terms, an invoice or the book."),
    "operations": Entry(
        "showing", "operations", "List long-running work, newest first, or show one piece of it."
    ),
    "keys": Entry(
        "certificates",
        "keys",
        "List, renew and revoke the certificates that sign claims; have another authority issue one.",
    ),
    "key": Entry("keys", "key", "Create, list and revoke API keys; rotate the key of the watermark."),
    "rsl": Entry("licensing", "rsl", "List the licence tokens that crawlers were given, and take them back."),
    "demo": Entry(
        "running",
        "demo",
        "Tell the whole story on real components, and leave a report.html and a summary.json.",
    ),
    "serve": Entry("running", "serve", "Serve HTTP on this machine, with a worker inside."),
    "mcp": Entry("agents", "mcp", "Let an agent find, read, decide, buy within a cap and report, over MCP."),
    "worker": Entry(
        "running", "worker", "Do the long-running work that others have asked for, until SIGTERM."
    ),
    "log": Entry(
        "log", "log", "The Merkle log of all entries: sign how it stands, prove, find what was changed."
    ),
    "witness": Entry("log", "witness", "Cosign checkpoints of logs that only grow; needs no ledger."),
    "chain": Entry("chain", "chain", "Follow the chain, and hold the book against what it says."),
    "rebuild": Entry("rebuilding", "rebuild", "Make the database again from chain and blobs alone."),
    "devnet": Entry("running", "devnet", "Keep the embedded chain up until SIGTERM."),
    "doctor": Entry("tending", "doctor", "Check every setting and everything this depends on."),
    "migrate": Entry(
        "tending", "migrate", "Bring the database to this version of the program; safe to run at any time."
    ),
}


@click.group(
    cls=LazyGroup,
    entries=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--data", type=click.Path(path_type=Path), help="Data folder; default SELVAGE_DATA or .selvage."
)
@click.version_option(package_name="selvage", message="%(prog)s %(version)s")
@click.pass_context
def selvage(ctx: click.Context, data: Path | None) -> None:
    """A licensing and provenance ledger for generative surface patterns.

    Every command takes --json. Exit codes: 0 yes, 1 no, 2 usage or bad input, 3 something outside failed.
    """
    ctx.obj = {"data": data} if data else {}


def run(arguments: list[str] | None = None) -> None:
    """Run one command and end the process with its exit code."""
    from api.cli.frame import guarded

    given = sys.argv[1:] if arguments is None else arguments
    main: Callable[..., Any] = selvage.main
    work = partial(main, given, prog_name="selvage", standalone_mode=False)
    sys.exit(guarded(work, as_json="--json" in given))
