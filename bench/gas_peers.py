"""Gas of the nearest calls of other people's contracts, beside ours: `python -m bench gas_peers`.

Needs npm's registry the first time; without it, it says so and measures nothing. What is compared, and what
each call leaves on chain: bench/peer_contracts/comparison.py. Packages and versions: package.json beside it.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

from bench.peer_contracts import eas, manifold, openzeppelin, ours, story, thirdweb, unlock
from bench.peer_contracts.comparison import OURS, together
from bench.peer_contracts.deployed import stage
from bench.peer_contracts.packages import NotFetchedError, fetch
from ledger.chain import Chain

PEERS = {
    OURS: ours,
    "Unlock": unlock,
    "EAS": eas,
    "Manifold": manifold,
    "thirdweb": thirdweb,
    "Story": story,
    "OpenZeppelin": openzeppelin,
}


def main() -> int:
    try:
        fetch()
    except NotFetchedError as error:
        print(error, file=sys.stderr)
        return os.EX_UNAVAILABLE
    with tempfile.TemporaryDirectory() as folder, Chain.open("devnet:", Path(folder)) as chain:
        here = stage(chain)
        print(json.dumps(together({who: peer.measure(here) for who, peer in PEERS.items()})))
    return 0


if __name__ == "__main__":
    sys.exit(main())
