"""Write the golden pairs: `python -m tests.make_bodies` puts NAME.ipn and NAME.json into tests/bodies.

What NAME.json says is put together from what went into the body, by hand and by calendar; the reader that
it is compared with has no part in it.
"""

import json
from pathlib import Path

from tests.making import afterwards, agreements, payments, payouts, spellings
from tests.making.wire import Made

BODIES = Path(__file__).resolve().parent / "bodies"
PAIRS: tuple[Made, ...] = (
    *payments.PAIRS,
    *afterwards.PAIRS,
    *agreements.PAIRS,
    *payouts.PAIRS,
    *spellings.PAIRS,
)


def reading_of(pair: Made) -> str:
    """The text of NAME.json."""
    return json.dumps(pair.reading, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> None:
    """Replace every pair."""
    BODIES.mkdir(exist_ok=True)
    for path in BODIES.iterdir():
        path.unlink()
    for pair in PAIRS:
        (BODIES / f"{pair.name}.ipn").write_bytes(pair.body)
        (BODIES / f"{pair.name}.json").write_text(reading_of(pair), encoding="utf-8")
    print(f"{len(PAIRS)} pairs in {BODIES}")


if __name__ == "__main__":
    main()
