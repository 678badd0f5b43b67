"""DBOS, and nothing else of ours: queues, two workflows, durable steps. The only importer of dbos.

DBOS runs once per process. Its workflow takes the id of an operation and hands it, with its own id, to the
`body` given to `launch`; a body that raises no Exception is done, one cut short by a BaseException stays
pending. The other workflow takes the id of a tile, and what its body returns is kept under that id: every
process at work takes some of these, where of the first each lane has one at a time in all.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from dbos import DBOS, DBOSClient, DBOSConfig, EnqueueOptions

from ledger.store.engine import make_engine, translated

APPLICATION = "selvage"
VERSION = "1"  # fixed, so that a newer program finishes what an older one began; raise it when steps change
WORKFLOW = "operation"
DRAWING = "drawing"  # the other workflow, and its queue
OPERATIONS = "operations"  # the queue of the first; each of its lanes (DBOS: partitions) has one at a time
# Lanes were queues once: what an earlier version left in them is run too.
FORMER, FORMER_SECONDS = ("briefs", "chain", "files", "pictures", "styles", "tiles"), 20.0
OPERATIONS_SECONDS = NOTICE_SECONDS = 0.2  # between two looks: no look is free
# Of the two tiles that a process takes at a look, one is drawn and one is next.
DRAWING_SECONDS, TAKEN = 0.5, 2
LOST = ("ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")
Drawn = dict[str, str]  # the names of what was drawn; none where nothing was

_body: Callable[[str, str], None] | None = None
_draw: Callable[[str], Drawn] | None = None
_migrating = threading.Lock()


class Closing(BaseException):
    """This process is closing; whoever executes next goes on: past `Exception`, DBOS leaves work pending."""


class Client:
    """Puts operations into queues and asks what became of them, without running any."""

    def __init__(self, url: str) -> None:
        with translated():
            _migrate(url)
            self._client = DBOSClient(system_database_url=url, application_name=APPLICATION)

    def enqueue(self, workflow_id: str, lane: str, operation: str) -> None:
        """Queue a workflow; an id that is known already is left as it is."""
        options: EnqueueOptions = {"workflow_name": WORKFLOW, "queue_name": OPERATIONS}
        options |= {"workflow_id": workflow_id, "queue_partition_key": lane}
        self._put(options, operation)

    def draw(self, tile: str) -> None:
        """Queue the drawing of a tile; one that was asked for before is left as it is."""
        self._put({"workflow_name": DRAWING, "queue_name": DRAWING, "workflow_id": _drawing(tile)}, tile)

    def drawn(self, tile: str) -> Drawn | None:
        """What the drawing of a tile gave; nothing where it failed or was not queued, None until it ends."""
        with translated():
            found = self._client.list_workflows(workflow_ids=[_drawing(tile)], load_input=False)
        if not found or found[0].status in LOST:
            return {}
        return dict(found[0].output or {}) if found[0].status == "SUCCESS" else None

    def lost(self, workflow_id: str) -> str | None:
        """The state of a workflow that ended without its body knowing, or that was never queued."""
        with translated():
            found = self._client.list_workflows(
                workflow_ids=[workflow_id], load_input=False, load_output=False
            )
        if not found:
            return "UNKNOWN"
        return found[0].status if found[0].status in LOST else None

    def close(self) -> None:
        self._client.destroy()

    def _put(self, options: EnqueueOptions, argument: str) -> None:
        with translated():
            self._client.enqueue({**options, "app_version": VERSION}, argument)


def launch(url: str, executor: str, body: Callable[[str, str], None], draw: Callable[[str], Drawn]) -> None:
    """Run queued workflows in this process, those left over by `executor` first; per lane, one at a time."""
    global _body, _draw
    _body, _draw = body, draw
    with translated():
        DBOS(config=_config(url, executor))
        DBOS.launch()
        for queue in FORMER:
            if DBOS.retrieve_queue(queue) is not None:
                DBOS.register_queue(queue, global_concurrency=1, polling_interval_sec=FORMER_SECONDS)
        DBOS.register_queue(OPERATIONS, partition_concurrency=1, polling_interval_sec=OPERATIONS_SECONDS)
        DBOS.register_queue(DRAWING, worker_concurrency=TAKEN, polling_interval_sec=DRAWING_SECONDS)


def stop() -> None:
    """Stop running workflows here. Those that are pending are gone on with after the next launch."""
    global _body, _draw
    DBOS.destroy()
    _body = _draw = None


def step(name: str, work: Callable[[], Any]) -> Any:
    """What `work` returns, kept: when the workflow is run again after a crash, it is not called again."""
    with translated():
        return DBOS.run_step({"name": name}, work)


@DBOS.workflow(name=WORKFLOW)
def _workflow(operation: str) -> None:
    if _body is None:
        raise Closing
    _body(operation, str(DBOS.workflow_id))


@DBOS.workflow(name=DRAWING)
def _draws(tile: str) -> Drawn:
    if _draw is None:
        raise Closing
    return _draw(tile)


def _drawing(tile: str) -> str:
    return f"drawing-{tile}"


def _migrate(url: str) -> None:
    with _migrating:
        if url.startswith("sqlite:///"):
            _write_ahead(url)
        DBOS.migrate(url)


def _write_ahead(url: str) -> None:
    """Without a write-ahead log, who stands still while reading keeps all others from queueing."""
    engine = make_engine(url)
    try:
        engine.connect().close()
    finally:
        engine.dispose()


def _config(url: str, executor: str) -> DBOSConfig:
    return {
        "name": APPLICATION,
        "system_database_url": url,
        "application_version": VERSION,
        "executor_id": executor,
        "log_level": "CRITICAL",  # what fails is told by the operation itself
        "enable_otlp": False,
        "notification_listener_polling_interval_sec": NOTICE_SECONDS,
    }
