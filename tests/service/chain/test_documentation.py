"""The Python in docs/contracts.md runs."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).resolve().parents[3] / "docs"


def test_example_runs(tmp_path, monkeypatch, capsys):
    code = re.search(r"```python\n(.*?)```", (DOCS / "contracts.md").read_text(), re.DOTALL)
    monkeypatch.chdir(tmp_path)
    exec(code.group(1), {})
    printed = capsys.readouterr().out.split()
    assert printed[0].startswith("0x")
    assert printed[2] == "900001"
