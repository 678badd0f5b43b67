"""Too many findings at once are more likely a mistake, or somebody's mischief, than sales.

A picture is cheap to make and a scan takes any number of them: whoever wants somebody else billed, or the
register mistrusted, floods it. So findings of one tile against one seller that come in a flood are held, all
of them, until a person has looked at some and released them. Held findings are evidence; they are not billed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from ledger.domain.finding import Finding
from ledger.domain.ids import AssetId, FindingId, PartyId

FLOOD = 50  # findings of one tile against one seller in one scan


def flooded(found: Iterable[Finding], limit: int = FLOOD) -> Mapping[FindingId, str]:
    """Why each finding of a flood is held, by finding; `found` are the findings of one scan."""
    together: dict[tuple[AssetId, PartyId | None], list[Finding]] = defaultdict(list)
    for finding in found:
        together[finding.asset, finding.sighting.seller if finding.sighting else None].append(finding)
    held: dict[FindingId, str] = {}
    for (asset, seller), findings in together.items():
        if len(findings) > limit:
            whom = f"against {seller}" if seller else "against nobody known"
            why = f"flood: {len(findings)} findings of asset {asset} {whom} in one scan; look first"
            held.update((finding.id, why) for finding in findings)
    return held
