"""What the office kept of letters: each delivery in its list, found again by its own bytes."""

import asyncio
import base64
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from adapters.simulator.letters import KEY_FIELDS, Key, Letter
from adapters.simulator.memory import digest
from adapters.simulator.office import Office

# So many bodies at least are compared byte by byte where there are as many; beyond, only where the id, the
# type and the status leave a doubt whose they are.
COMPARED_LEAST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One delivery, as the office shows it."""

    n: int
    key: Key
    verdict: str
    outcome: str
    reason: str | None


@dataclass(slots=True, kw_only=True)
class Kept:
    """The deliveries by the digest of the letter that each is of."""

    rows: defaultdict[bytes, list[Row]] = field(default_factory=lambda: defaultdict(list))
    altered: list[str] = field(default_factory=list)  # those whose bytes are not what was posted
    seen: int = 0
    compared: int = 0  # byte by byte


async def kept_of(office: Office, letters: Mapping[bytes, Letter], since: str) -> Kept:
    """Ask for every delivery since a time, and whose it is; OfficeError when the office does not say."""
    by_key: defaultdict[Key, list[bytes]] = defaultdict(list)
    for key, letter in letters.items():
        by_key[letter.key].append(key)
    rows = [_row(item) for item in await office.pages("/api/notifications", since=since)]
    plain = [row for row in rows if len(by_key.get(row.key, ())) == 1]
    doubtful = [row for row in rows if len(by_key.get(row.key, ())) != 1]
    spare = max(COMPARED_LEAST - len(doubtful), 0)
    kept = Kept(seen=len(rows))
    for row in plain[spare:]:
        kept.rows[by_key[row.key][0]].append(row)
    await asyncio.gather(
        *(_compare(office, row, letters, by_key.get(row.key, []), kept) for row in doubtful + plain[:spare])
    )
    for of_one in kept.rows.values():
        of_one.sort(key=lambda row: row.n)
    return kept


async def _compare(
    office: Office, row: Row, letters: Mapping[bytes, Letter], ours: Sequence[bytes], kept: Kept
) -> None:
    found = await office.ask(f"/api/notifications/{row.n}")
    raw = None if found is None else found["raw"]
    if raw is None:
        # Purged, or gone since: its id must do where it is the only one.
        if len(ours) == 1:
            kept.rows[ours[0]].append(row)
        return
    kept.compared += 1
    body = digest(base64.b64decode(raw))
    if body in letters:
        kept.rows[body].append(row)
    elif ours and row.key[0]:
        # One without an id may be of somebody else; ours is then missed.
        kept.altered.append(
            f"delivery {row.n} ({row.key[0] or row.key[1]}) holds other bytes than were posted"
        )


def _row(item: Mapping[str, Any]) -> Row:
    txn_id, txn_type, payment_status = (item[name] or None for name in KEY_FIELDS)
    return Row(
        n=item["n"],
        key=(txn_id, txn_type, payment_status),
        verdict=item["verdict"],
        outcome=item["outcome"],
        reason=item["reason"],
    )
