"""Who holds the claim keys by the settings: nobody, so that they are files, or a PKCS#11 token."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from api.errors import SettingError

if TYPE_CHECKING:
    from api.settings import Settings
    from provenance import Pki
    from provenance.holders import KeyHolder

MAX_PIN_BYTES = 256
_log = logging.getLogger("selvage.keys")


def claim_keys(settings: Settings) -> Pki:
    """The certificates of this ledger, made at the first start. Raises KeyMaterialError, SettingError."""
    from provenance import Pki

    return Pki.create(pki_folder(settings), settings.studio, holder=key_holder(settings))


def pki_folder(settings: Settings) -> Path:
    """Where the certificates are, and the keys that are files."""
    return settings.keys / "pki"


def key_holder(settings: Settings) -> KeyHolder | None:
    """The token that holds the claim keys; it is not asked for anything yet. Raises SettingError."""
    if settings.pkcs11_module is None:
        return None
    if not settings.pkcs11_token:
        raise _wrong("pkcs11_token", "names no token; give the label of the one that holds the claim keys")
    if (settings.pkcs11_pin is None) is (settings.pkcs11_pin_file is None):
        raise _wrong("pkcs11_pin", "give the PIN either here or in the file SELVAGE_PKCS11_PIN_FILE names")
    from provenance.pkcs11_keys import Pkcs11Keys

    return Pkcs11Keys(
        settings.pkcs11_module, settings.pkcs11_token, lambda: _pin(settings), settings.pkcs11_key
    )


def check_pin(settings: Settings) -> None:
    """Raise SettingError where the claim keys are in a token whose PIN cannot be read, or in one that the
    settings do not name. It is not asked.
    """
    if key_holder(settings) is not None:
        _read_pin(settings)
    else:
        _check_file(settings)


def _check_file(settings: Settings) -> None:
    from provenance import Pki
    from provenance.holders import HeldKey
    from provenance.key_folder import is_complete

    folder = pki_folder(settings)
    used = Pki.load(folder).signer_key if is_complete(folder) else None
    if isinstance(used, HeldKey):
        raise _wrong(
            "pkcs11_module",
            f"is not set, but the claim key in use is at {used.name}; say who holds it, or make the next one "
            "a file with selvage keys renew --to-file",
        )


def _pin(settings: Settings) -> str:
    from provenance.errors import KeyHolderError

    # Asked for in the middle of somebody's request: no fault of theirs, and the path is not theirs to see.
    try:
        return _read_pin(settings)
    except SettingError as error:
        _log.error("%s", error)
        raise KeyHolderError(
            f"{error.field}: the PIN of the token cannot be read; the log says why"
        ) from None


def _read_pin(settings: Settings) -> str:
    if settings.pkcs11_pin is not None:
        return settings.pkcs11_pin.get_secret_value()
    path = settings.pkcs11_pin_file or Path()
    try:
        mode = path.stat().st_mode & 0o777
        with path.open("rb") as file:
            text = file.read(MAX_PIN_BYTES).decode("utf-8").strip()
    except OSError as error:
        raise _wrong("pkcs11_pin_file", f"{path} cannot be read ({error.strerror})") from error
    except UnicodeDecodeError:
        raise _wrong("pkcs11_pin_file", f"{path} holds no text; write the PIN alone into it") from None
    if mode & 0o077:
        raise _wrong("pkcs11_pin_file", f"{path}: mode {mode:04o} lets others read it; run chmod 600 on it")
    if not text:
        raise _wrong("pkcs11_pin_file", f"{path} is empty; write the PIN into it")
    return text


def _wrong(field: str, what: str) -> SettingError:
    from api.settings import variable

    return SettingError(f"{variable(field)}: {what}", field=variable(field))
