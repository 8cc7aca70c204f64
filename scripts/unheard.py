"""Why there is nothing to tell of a transaction: nothing came, or what came is not recorded, or not yet."""

from adapters.queries.notifications import NotificationFilters
from adapters.queries.reader import Queries
from scripts.show import plain


def unheard(queries: Queries, txn: str) -> str:
    """One sentence, with the last delivery that names the id if there is one."""
    for last in queries.notifications(NotificationFilters(txn_id=txn), 1, None).items:
        reason = f" ({plain(last['reason'])})" if last["reason"] else ""
        what = f"notification {last['n']} names it and is {last['outcome']}{reason}"
        return f"nothing is recorded of {plain(txn)}: {what}; see `counterfoil history {plain(txn)}`"
    return f"nothing was heard of {plain(txn)}"
