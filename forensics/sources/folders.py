"""The files under a folder, in the order of their names; each real folder is entered once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from forensics.errors import PictureError
from forensics.sources.naming import is_hidden, printable
from forensics.sources.outcomes import problem
from forensics.sources.streams import unreadable


def files(root: Path) -> Iterator[tuple[str, Path | PictureError]]:
    """(path relative to ``root``, the file or why it cannot be looked into), without what is hidden.

    A link to a folder outside ``root`` is a problem; one to a folder that was entered before is passed over.
    """
    real_root = root.resolve()
    entered = {real_root}
    waiting = [root]  # a stack, not recursion: folders may be nested deeper than Python's stack
    while waiting:
        path = waiting.pop()
        relative = path.relative_to(root).as_posix()
        try:
            if path != root and not _enter(path, real_root, entered):
                if not path.is_dir():
                    yield relative, path
                continue
            waiting += _children(path)
        except PictureError as error:
            yield relative, error
        except (OSError, RuntimeError) as error:
            yield relative, unreadable(printable(path.name), error)


def _children(folder: Path) -> list[Path]:
    entries = sorted(entry.name for entry in folder.iterdir())
    return [folder / name for name in reversed(entries) if not is_hidden(name)]


def _enter(path: Path, root: Path, entered: set[Path]) -> bool:
    if not path.is_dir():
        return False
    real = path.resolve()
    if not real.is_relative_to(root):
        raise problem("link-leaves-folder", name=printable(path.name))
    if real in entered:
        return False
    entered.add(real)
    return True
