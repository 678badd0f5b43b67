"""Programs that stay: the service, the worker, the devnet, and the demo that uses all of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.cli.context import ledger, settings
from api.cli.exits import Exit
from api.cli.frame import Output, json_option
from api.stopping import Stop, end_with_input

if TYPE_CHECKING:
    from api.settings import Settings


@click.command()
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("demo"), show_default=True, help="Folder."
)
@json_option
def demo(output: Output, out: Path) -> int:
    """Tell the whole story on real components, and leave a report.html and a summary.json.

    Run again, it repeats nothing and loses nothing.
    """
    from api.cli.progress import Stages
    from api.demo import run

    stages = Stages()
    try:
        summary, lines = run(out, stages.show)
    finally:
        stages.close()
    output.result(summary, "\n".join(lines))
    return Exit.YES


@click.command()
@click.option("--host", help="Address to listen on; default SELVAGE_HOST.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; default SELVAGE_PORT.")
@click.option("--no-worker", is_flag=True, help="Leave long work to `selvage worker`.")
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Processes that answer; with more than one, long work is done by one more.",
)
@click.option("--listener", type=int, help="Given by the service to each of its processes.")
@json_option
def serve(
    output: Output, host: str | None, port: int | None, no_worker: bool, processes: int, listener: int | None
) -> int:
    """Serve HTTP on this machine, with a worker inside. Ends on SIGTERM after the requests at hand."""
    chosen = _chosen()

    def ready(url: str, executes: bool) -> None:
        output.result(
            {"url": url, "worker": executes}, f"{url} ({'with' if executes else 'without'} a worker)"
        )

    if listener is not None:
        _answer(chosen, listener, ready)
        return Exit.YES
    address = (host or chosen.host, chosen.port if port is None else port)
    _warn(output)
    _warn_of(output, address[0])
    if processes > 1:
        from api.http.processes import run_processes

        run_processes(chosen, address, processes, not no_worker, ready, output.note)
    else:
        from api.http.listening import listen
        from api.http.server import run_server

        run_server(chosen, listen(*address)[0], not no_worker, ready)
    return Exit.YES


def _answer(chosen: Settings, listener: int, ready: Callable[[str, bool], None]) -> None:
    """Be one of several processes of a service."""
    from api.http.listening import inherited
    from api.http.server import run_server

    found = inherited(listener)
    end_with_input()
    run_server(chosen, found, False, ready)


@click.command()
@click.option("--alone", is_flag=True, help="Start one worker only, whatever SELVAGE_WORKERS says.")
@click.option("--attached", is_flag=True, help="End with whoever started it: when the input is at an end.")
@json_option
def worker(output: Output, alone: bool, attached: bool) -> int:
    """Do the long-running work that others have asked for, until SIGTERM."""
    from api.jobs import run_worker

    chosen = _chosen()
    if attached:
        end_with_input()
    else:
        _warn(output)
    with Stop() as stop:
        run_worker(chosen, stop, lambda text: output.result({"state": text}, text), alone)
    return Exit.YES


@click.command()
@click.option("--status", is_flag=True, help="Say where it is, and stop.")
@json_option
def devnet(output: Output, status: bool) -> int:
    """Keep the embedded chain up until SIGTERM. Its history survives whatever ends it."""
    from api.compose import chain_folder
    from api.errors import InputError
    from ledger.chain import open_devnet

    chosen = settings()
    if chosen.chain != "devnet:":
        raise InputError(
            "SELVAGE_CHAIN_URL: the chain is elsewhere; unset it to use the devnet", field="SELVAGE_CHAIN_URL"
        )
    ledger()  # the same checks and the same folder as everything else
    with Stop() as stop:
        chain = open_devnet(chain_folder(chosen), chosen.anvil)
        try:
            url = chain.ensure()
            facts = {"url": url, "chain_id": chain.chain_id, "genesis": chain.genesis}
            output.result(facts, f"{url}  chain {chain.chain_id}  genesis {chain.genesis}")
            while not status and not stop.wait(1.0):
                chain.ensure()
        finally:
            chain.close()
    return Exit.YES


def _chosen() -> Settings:
    from api.claim_keys import check_pin

    chosen = settings()
    check_pin(chosen)
    return chosen


def _warn_of(output: Output, host: str) -> None:
    from api.settings import LOOPBACK

    if host not in LOOPBACK:
        output.note(
            f"warning: {host} is not loopback: put a proxy with TLS in front, keys travel in clear text"
        )


def _warn(output: Output) -> None:
    from api.safety import stand_ins

    for stand_in in stand_ins(settings()):
        output.note(f"warning: {stand_in}")
