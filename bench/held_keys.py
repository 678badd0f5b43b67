"""Milliseconds for a signature and a signed tile, by a key file and by a key in a PKCS#11 token (SoftHSM 2).

    python -m bench.held_keys

One line of JSON; `token` is null where SoftHSM is not installed. A signature of a held key includes the check
against its certificate. SoftHSM shows what the way to a token costs; a module adds what its hardware takes.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.provenance import FACTS, tile
from provenance import ClaimSigner, Pki, build_claim, serve_tsa
from provenance.holders import SIGNATURE
from provenance.pkcs11_keys import Pkcs11Keys

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN = "271828"
SIGNATURES, TILES = 500, 20


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        found = {"file": measure(Pki.create(folder / "file", "Bench")), "token": None}
        if MODULE.is_file():
            _make_token(folder)
            held = Pkcs11Keys(MODULE, "bench", lambda: PIN)
            found["token"] = measure(Pki.create(folder / "token", "Bench", holder=held))
    print(json.dumps(found))


def measure(pki: Pki) -> dict[str, float]:
    """Medians of wall-clock milliseconds."""
    key, claim, picture = pki.signer_key, build_claim(FACTS), tile()
    with serve_tsa(pki) as tsa:
        signer = ClaimSigner.from_pki(pki, tsa.url)
        return {
            "signature_ms": _median_ms(lambda: key.sign(b"a claim", SIGNATURE), SIGNATURES),
            "tile_ms": _median_ms(lambda: signer.sign(picture, "image/png", claim), TILES),
        }


def _median_ms(call: Callable[[], object], times: int) -> float:
    taken = []
    for _ in range(times):
        begin = time.perf_counter()
        call()
        taken.append(time.perf_counter() - begin)
    return round(statistics.median(taken) * 1000, 3)


def _make_token(folder: Path) -> None:
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\n")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    command = ["softhsm2-util", "--init-token", "--free", "--label", "bench", "--so-pin", PIN, "--pin", PIN]
    subprocess.run(command, check=True, capture_output=True)


if __name__ == "__main__":
    main()
