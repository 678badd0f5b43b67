"""The C2PA library's signer that adds an identity assertion, which its Python package does not offer.

Its C interface has ``c2pa_identity_signer_create_with_credential_holder(signer, signature type, room,
context, callback, referenced labels, roles)`` since 0.91.0 (contentauth/c2pa-rs, pull request 2603): it takes
the claim signer over, and hands the callback the payload that the identity's key has to sign. All use of that
interface is here, and only with the library that it was tried with, since a wrong order of arguments ends the
process.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from typing import Any

from provenance.errors import SigningError
from provenance.identity import ROLES, SIGNATURE_TYPE, StudioIdentity

TRIED = "0.91.3"
FUNCTION = "c2pa_identity_signer_create_with_credential_holder"
_BYTES = ctypes.POINTER(ctypes.c_ubyte)
_CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_ssize_t, ctypes.c_void_p, _BYTES, ctypes.c_size_t, _BYTES, ctypes.c_size_t
)
_STRINGS = ctypes.POINTER(ctypes.c_char_p)
_FAILED = -1


def with_identity(
    signer: Any, identity: StudioIdentity, labels: Sequence[str], failed: Callable[[Exception], None]
) -> Any:
    """A `c2pa.Signer` that signs as `signer` and names `identity`; `signer` itself is used up.

    `labels` are the assertions to refer to, besides the hard binding; those that a claim lacks are passed
    over. What the identity's key raises goes to `failed`, since the library swallows it. Raises SigningError
    for another library than the one this was tried with.
    """
    import c2pa

    create = _function()

    def sign(_context: int, payload: Any, size: int, out: Any, room: int) -> int:
        try:
            signature = identity.sign(ctypes.string_at(payload, size))
            if len(signature) > room:
                raise SigningError(f"identity: its signature takes {len(signature)} bytes of {room}")
        except Exception as error:  # noqa: BLE001  # nothing may cross the library's frames
            failed(error)
            return _FAILED
        ctypes.memmove(out, signature, len(signature))
        return len(signature)

    callback = _CALLBACK(sign)
    # the signer forgets its own callback when it is taken over, and the library goes on calling it
    kept = (callback, signer._callback_cb)
    room, kind = identity.room(labels), SIGNATURE_TYPE.encode()
    made = create(signer._handle, kind, room, None, callback, _strings(labels), _strings(ROLES))
    if not made:
        signer._release_handle()  # whose it is by then is not told; the library frees nothing twice
        raise SigningError("identity: the library took the claim signer or the labels for none")
    signer._teardown(free_handle=False)
    both = c2pa.Signer(made)
    both._callback_cb = kept
    return both


def check_library() -> None:
    """Raise SigningError where the C2PA library is not the one that this was tried with."""
    _function()


def _function() -> Any:
    import c2pa
    from c2pa import c2pa as native

    create = getattr(native._lib, FUNCTION, None)
    if create is None or c2pa.sdk_version() != TRIED:
        raise SigningError(
            f"identity: c2pa-python brings library {c2pa.sdk_version()}, this was tried with {TRIED} alone; "
            "install the version that constraints.txt names, or sign without (SELVAGE_IDENTITY=false)"
        )
    signer = ctypes.POINTER(native.C2paSigner)
    create.restype = signer
    create.argtypes = [
        signer,
        ctypes.c_char_p,
        ctypes.c_size_t,
        ctypes.c_void_p,
        _CALLBACK,
        _STRINGS,
        _STRINGS,
    ]
    return create


def _strings(texts: Sequence[str]) -> Any:
    return (ctypes.c_char_p * (len(texts) + 1))(*[each.encode() for each in texts], None)
