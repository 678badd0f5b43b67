"""A token in software (SoftHSM 2): the library a hardware token would bring, and tokens in a folder."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

PIN = "271828"
OFFICER = "314159"
PLACES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)
MISSING = "no SoftHSM here: the Debian package softhsm2 brings libsofthsm2.so and softhsm2-util"


def module() -> Path | None:
    """The library, None where it is not installed."""
    return next(
        (Path(each) for each in PLACES if Path(each).is_file() and shutil.which("softhsm2-util")), None
    )


def make_tokens(folder: Path, *labels: str) -> dict[str, str]:
    """Tokens of these labels in `folder`, and the environment that a process needs to see them."""
    (folder / "tokens").mkdir(parents=True)
    configuration = folder / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    seen = {"SOFTHSM2_CONF": str(configuration)}
    for label in labels:
        pins = ["--so-pin", OFFICER, "--pin", PIN]
        command = ["softhsm2-util", "--init-token", "--free", "--label", label, *pins]
        subprocess.run(command, env={**os.environ, **seen}, check=True, capture_output=True)
    return seen
