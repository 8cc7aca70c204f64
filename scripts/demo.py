"""The demo: a shop of its own, a local PayPal, one day of payments."""

import sys
from collections.abc import Mapping
from pathlib import Path

from scripts.checks import CannotStartError
from scripts.settings import Settings
from scripts.values import why

FOLDER = Path("var/demo")
SELLER = "seller@example.com"
PRICES = """\
[[price]]
item_number = "BOOK-1"
amount = "19.95"
currency = "USD"

[[price]]
item_number = "MUG-1"
amount = "12.50"
currency = "EUR"
"""
# What an earlier demo left; nothing else in the folder is touched.
LEFTOVERS = ("counterfoil.db*", "counterfoil.inbox.db*", "*.token")


def settings_of_demo(folder: Path, port: int) -> Mapping[str, str]:
    """The settings that make a demo, its PayPal on this port; writes the price list.

    CannotStartError when it cannot.
    """
    prices = folder / "prices.toml"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        prices.write_text(PRICES, encoding="utf-8")
    except OSError as error:
        raise CannotStartError(
            f"cannot write in the folder of the demo, {str(folder)!r}: {why(error)}"
        ) from None
    return {
        "DATABASE": f"sqlite:///{folder / 'counterfoil.db'}",
        "PAYPAL": "sandbox",
        "VERIFY_URL": f"http://127.0.0.1:{port}/cgi-bin/webscr",
        "RECEIVERS": SELLER,
        "CATALOGUE": str(prices),
        "UNPRICED": "hold",
    }


def sweep(folder: Path) -> None:
    """Begin afresh: remove the books and tokens of an earlier demo."""
    for pattern in LEFTOVERS:
        for path in folder.glob(pattern):
            path.unlink()


def paypal_command(settings: Settings, port: int) -> tuple[str, ...]:
    """The local PayPal that plays a shop's day."""
    listener = f"http://{settings.bind.reachable}/ipn"
    return (sys.executable, "-m", "scripts", "simulate", "--day", "--listener", listener, "--port", str(port))


def hints(settings: Settings, operator_token: str) -> str:
    """What to look at, as commands to copy."""
    ask = f'curl -s -H "Authorization: Bearer {operator_token}" http://{settings.office.reachable}/api'
    return f"""
  This is a demo: a local PayPal plays a shop's day. Watch it on the desk: sign in with the operator token at
    http://{settings.office.reachable}/desk/
  or look at it with
    {ask}/transactions
    {ask}/notifications
    {ask}/fulfillment
    {ask}/status
    export COUNTERFOIL_DATABASE={settings.database}
    for part in history queue todos ledger; do {sys.executable} -m scripts $part; done
  and at one transaction of the queue with
    {sys.executable} -m scripts why TXN
"""
