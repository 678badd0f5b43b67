"""A real authority, a real time-stamp service and small real images, shared by the tests of this folder."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import softhsm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key
from PIL import Image

from provenance import ClaimInput, ClaimSigner, Pki, build_claim, serve_tsa
from provenance.errors import KeyHolderError
from provenance.holders import KeyHolder

FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP", "image/tiff": "TIFF"}
USES = ("cawg.data_mining", "cawg.ai_inference", "cawg.ai_training", "cawg.ai_generative_training")
FACTS = ClaimInput(
    asset_id="urn:uuid:6b7c1f0e-2f2e-4b7a-9a55-0d1e6a3b2c11",
    title="Fern lattice, été 2026",
    mime="image/png",
    mark=("org.selvage.torus.1", bytes(range(8))),
    fingerprint=("org.selvage.ring.1", bytes(range(32))),
    generator_name="Selvage Separations",
    generator_version="1.0",
    model_sha256="ab" * 32,
    recipe={"seed": 1234567, "family": "fern", "palette": ["#102030", "#f0e0d0"], "guidance": 5.5},
    prompt="fern lattice, indigo on ecru",
    training_mining={
        **{use: {"use": "notAllowed"} for use in USES},
        "cawg.ai_inference": {"use": "constrained", "constraint_info": "https://ledger.example/terms"},
    },
    licence={
        "@context": "http://www.w3.org/ns/odrl.jsonld",
        "@type": "Offer",
        "uid": "urn:selvage:policy:1",
        "permission": [
            {"action": "reproduce", "constraint": [{"leftOperand": "count", "rightOperand": 500}]}
        ],
    },
    registration="eip155:31337/erc721:0xABC123DEF4567890ABCDEF1234567890ABCDEF12/42",
    created_at="2026-11-21T03:00:00Z",
    studio="Studio 7",
)


def _encode(seed: int, mime: str) -> bytes:
    pixels = np.random.default_rng(seed).integers(0, 256, (64, 96, 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, FORMATS[mime])
    return out.getvalue()


@pytest.fixture(scope="session")
def encode() -> Callable[[int, str], bytes]:
    """Noise image number `seed` in format `mime`."""
    return _encode


@pytest.fixture(scope="session")
def facts() -> ClaimInput:
    return FACTS


@pytest.fixture(scope="session")
def claim_for() -> Callable[[str], dict[str, Any]]:
    return lambda mime: build_claim(replace(FACTS, mime=mime))


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return Pki.create(tmp_path_factory.mktemp("keys") / "pki", "Studio 7 Test")


@pytest.fixture(scope="session")
def foreign_pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return Pki.create(tmp_path_factory.mktemp("foreign") / "pki", "Somebody Else")


@pytest.fixture(scope="session")
def tsa_url(pki: Pki) -> Iterator[str]:
    with serve_tsa(pki) as service:
        yield service.url


@pytest.fixture(scope="session")
def signer(pki: Pki, tsa_url: str) -> ClaimSigner:
    return ClaimSigner.from_pki(pki, tsa_url)


@pytest.fixture(scope="session")
def signed_png(signer: ClaimSigner, claim_for: Callable[[str], dict[str, Any]]) -> bytes:
    return signer.sign(_encode(1, "image/png"), "image/png", claim_for("image/png"))


class KeyProcess:
    """A KeyHolder that asks another process."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process, self._lock = process, threading.Lock()

    def ask(self, *words: str) -> str:
        with self._lock:
            return self._asked(*words)

    def _asked(self, *words: str) -> str:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        try:
            stdin.write(" ".join(words) + "\n")
            stdin.flush()
        except (OSError, ValueError) as error:
            raise KeyHolderError("the process that holds the keys has ended") from error
        said = stdout.readline().strip()
        if not said or said.startswith("error"):
            raise KeyHolderError(said or "the process that holds the keys has ended")
        return said

    def make(self) -> str:
        return self.ask("make")

    def public_key(self, name: str) -> ec.EllipticCurvePublicKey:
        key = load_der_public_key(bytes.fromhex(self.ask("key", name)))
        assert isinstance(key, ec.EllipticCurvePublicKey)
        return key

    def sign(self, name: str, message: bytes) -> bytes:
        return bytes.fromhex(self.ask("sign", name, message.hex()))

    def forget(self, name: str) -> None:
        self.ask("forget", name)

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        with suppress(OSError):
            self._process.communicate()


@pytest.fixture
def key_process() -> Iterator[KeyProcess]:
    command = [sys.executable, str(Path(__file__).parent / "key_process.py")]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        yield KeyProcess(process)
        process.kill()


@pytest.fixture(scope="session")
def token_library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """SoftHSM with tokens labelled `selvage` and `other`, seen by this process and by those it starts."""
    module = softhsm.module()
    if module is None:
        pytest.skip(softhsm.MISSING)
    pytest.importorskip("pkcs11", reason="only the extra `pkcs11` has it")
    before = dict(os.environ)
    os.environ.update(softhsm.make_tokens(tmp_path_factory.mktemp("softhsm"), "selvage", "other"))
    yield module
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(params=["another process", "PKCS#11 token"])
def holder(request: pytest.FixtureRequest) -> KeyHolder:
    """Each way to hold a claim key outside."""
    if request.param == "another process":
        found: KeyHolder = request.getfixturevalue("key_process")
        return found
    from provenance.pkcs11_keys import Pkcs11Keys

    return Pkcs11Keys(request.getfixturevalue("token_library"), "selvage", lambda: softhsm.PIN)
