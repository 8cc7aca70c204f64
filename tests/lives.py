"""Lives of transactions: the messages in PayPal's order, and where the transaction stands in the end."""

from tests.given import adjustment, authorization, capture, case, follower, order, payment, pending
from tests.given_streams import agreed, batch, profiled, record, signup, subscribed

LIFECYCLES: dict[str, tuple[list[bytes], str, str, str]] = {
    # name: messages in PayPal's order, the transaction asked for, its status and fulfillment in the end
    "instant": ([payment()], "T1", "completed", "ready"),
    "echeck": ([pending(), payment()], "T1", "completed", "ready"),
    "echeck that failed": ([pending(), payment(status="Failed")], "T1", "failed", "none"),
    "echeck denied": ([pending(), payment(status="Denied")], "T1", "denied", "none"),
    "review, then echeck": (
        [pending(reason="paymentreview"), pending(), payment()], "T1", "completed", "ready",
    ),
    "review denied": ([pending(reason="paymentreview"), payment(status="Denied")], "T1", "denied", "none"),
    "processed": (
        [payment(status="Created", mc_fee=""), payment(status="Processed"), payment()],
        "T1", "completed", "ready",
    ),
    "refunded": ([payment(), follower("Refunded", "R1")], "T1", "refunded", "withdrawn"),
    "refunded in parts": (
        [payment(), follower("Refunded", "R1", gross="-5.00"), follower("Refunded", "R2", gross="-15.00")],
        "T1", "refunded", "withdrawn",
    ),
    "a part refunded": (
        [payment(), follower("Refunded", "R1", gross="-5.00")], "T1", "partially_refunded", "held",
    ),
    "refunded while pending": (
        [pending(reason="unilateral"), follower("Refunded", "R1")], "T1", "refunded", "none",
    ),
    "more refunded than paid": (
        [payment(), follower("Refunded", "R1", gross="-5.00"), follower("Refunded", "R2", gross="-20.00")],
        "T1", "refunded", "withdrawn",
    ),
    "reversed net of fee": (
        [payment(), follower("Reversed", "V1", gross="-19.12", mc_fee="-0.88"), case()],
        "T1", "reversed", "withdrawn",
    ),
    "won": (
        [payment(), case(), follower("Reversed", "V1", gross="-19.12", mc_fee="-0.88"),
         follower("Canceled_Reversal", "W1", gross="19.12")],
        "T1", "completed", "held",
    ),
    "lost": (
        [payment(), case(), follower("Reversed", "V1", gross="-19.12", mc_fee="-0.88"),
         follower("Canceled_Reversal", "W1", gross="19.12"), follower("Refunded", "R1")],
        "T1", "refunded", "withdrawn",
    ),
    "reversed in part": ([payment(), follower("Reversed", "V1", gross="-5.00")], "T1", "disputed", "held"),
    "reversed twice": (
        [payment(), follower("Reversed", "V1"), follower("Canceled_Reversal", "W1", gross="20.00"),
         follower("Reversed", "V2")],
        "T1", "reversed", "withdrawn",
    ),
    "chargeback settled": (
        [payment(), follower("Reversed", "V1"), follower("Canceled_Reversal", "W1", gross="20.00"),
         adjustment("X1", "V1"), adjustment("X2", "X1", gross="", payment_fee="-20.00")],
        "T1", "completed", "held",
    ),
    "case escalated": (
        [payment(), case(), case(case_type="complaint"), case(case_type="chargeback")],
        "T1", "disputed", "held",
    ),
    "completed and denied": ([payment(), payment(status="Denied")], "T1", "completed", "held"),
    "failed, and yet completed": (
        [pending(), payment(status="Failed"), payment()], "T1", "completed", "held",
    ),
    "refund of what was denied": (
        [payment(status="Denied"), follower("Refunded", "R1")], "T1", "denied", "none",
    ),
    "two amounts": ([payment(), payment(gross="25.00")], "T1", "completed", "held"),
    "refund in another currency": (
        [payment(), follower("Refunded", "R1", mc_currency="EUR")], "T1", "completed", "held",
    ),
    "reversal after review, own id": (
        [pending(reason="paymentreview"), follower("Reversed", "T1", "")], "T1", "reversed", "none",
    ),
    "authorization captured": (
        [authorization(), capture("C1"), authorization(status="Completed")], "A1", "captured", "none",
    ),
    "its capture": (
        [authorization(), capture("C1"), authorization(status="Completed")], "C1", "completed", "ready",
    ),
    "captured in part, rest voided": (
        [authorization(), capture("C1", gross="5.00"), authorization(status="Voided")],
        "A1", "partially_captured", "none",
    ),
    "authorization voided": ([authorization(), authorization(status="Voided")], "A1", "voided", "none"),
    "authorization expired": ([authorization(), authorization(status="Expired")], "A1", "expired", "none"),
    "authorization reviewed": (
        [authorization(pending_reason="paymentreview"), authorization()], "A1", "authorized", "none",
    ),
    "voided without an entity": (
        [authorization(), payment("A1", "Voided", mc_fee="")], "A1", "voided", "none",
    ),
    "order, authorization, captures": (
        [order(), authorization(parent_txn_id="O-1"), capture("C1", gross="5.00"),
         capture("C2", gross="15.00", auth_status="Completed", remaining_settle="0"),
         authorization(status="Completed", parent_txn_id="O-1")],
        "O-1", "captured", "none",
    ),
    "order captured at once": ([order(), capture("C1", "O-1", auth_id="")], "O-1", "captured", "none"),
    "order voided": ([order(), order(status="Voided")], "O-1", "voided", "none"),
    "capture refunded": (
        [authorization(), capture("C1"), follower("Refunded", "RC", "C1")], "C1", "refunded", "withdrawn",
    ),
    "capture refunded in part, its fee too": (
        [authorization(), capture("C1"), follower("Refunded", "RC", "C1", gross="-5.00", mc_fee="-0.22")],
        "C1", "partially_refunded", "held",
    ),
    "refunded with all of the fee": (
        [payment(), follower("Refunded", "R1", mc_fee="-0.88")], "T1", "refunded", "withdrawn",
    ),
    "refunded with a part of the fee": (
        [payment(), follower("Refunded", "R1", mc_fee="-0.12")], "T1", "refunded", "withdrawn",
    ),
    "accepted in another currency": (
        [pending(reason="multi_currency"),
         payment(settle_amount="17.21", settle_currency="EUR", exchange_rate="0.900105")],
        "T1", "completed", "ready",
    ),
    "denied in another currency": (
        [pending(reason="multi-currency"), payment(status="Denied", mc_fee="")], "T1", "denied", "none",
    ),
    "unilateral and claimed": ([pending(reason="unilateral"), payment()], "T1", "completed", "ready"),
    "unilateral and never claimed": (
        [pending(reason="unilateral"), payment(status="Expired", mc_fee="")], "T1", "expired", "none",
    ),
    "a part pulled back and returned": (
        [payment(), follower("Reversed", "V1", gross="-5.00"),
         follower("Canceled_Reversal", "W1", gross="5.00")],
        "T1", "completed", "held",
    ),
    "returned under the reversal's id": (
        [payment(), follower("Reversed", "V1", gross="-19.12", mc_fee="-0.88"),
         follower("Canceled_Reversal", "V1", gross="19.12")],
        "T1", "completed", "held",
    ),
    "a return that gives nothing back": (
        [payment(), follower("Reversed", "V1"), follower("Canceled_Reversal", "W1", gross="-20.00")],
        "T1", "reversed", "withdrawn",
    ),
    "charged back after its refund": (
        [payment(), follower("Refunded", "R1"), follower("Reversed", "V1")], "T1", "reversed", "withdrawn",
    ),
    "a second chargeback after the first was canceled": (
        [payment(), case(case_type="chargeback"), follower("Reversed", "V1", gross="-19.12", mc_fee="-0.88"),
         follower("Canceled_Reversal", "W1", gross="19.12"),
         follower("Reversed", "V2", gross="-19.12", mc_fee="-0.88")],
        "T1", "reversed", "withdrawn",
    ),
    "a fee alone": (
        [payment(), adjustment("X4", gross="", payment_fee="-20.00")], "T1", "completed", "ready",
    ),
    "a fee of a chargeback": (
        [payment(), follower("Reversed", "V1"), adjustment("X1", "V1", gross="", payment_fee="-20.00")],
        "T1", "reversed", "withdrawn",
    ),
    "an adjustment in our favour": ([payment(), adjustment("X5", gross="3.00")], "T1", "completed", "ready"),
    "an adjustment of a reversal of a capture": (
        [authorization(), capture("C1"), follower("Reversed", "VC", "C1"),
         follower("Canceled_Reversal", "WC", "C1", gross="20.00"), adjustment("XC", "VC")],
        "C1", "completed", "held",
    ),
    "a fee of an adjustment of a reversal of a capture": (
        [capture("C1"), follower("Reversed", "VC", "C1"), adjustment("XC", "VC"),
         adjustment("XD", "XC", gross="", payment_fee="-20.00")],
        "C1", "reversed", "withdrawn",
    ),
    "a return that names the reversal": (
        [payment(), follower("Reversed", "V1"), follower("Canceled_Reversal", "W3", "V1", gross="20.00")],
        "T1", "completed", "held",
    ),
    "a refund that names another refund": (
        [payment(), follower("Refunded", "R1", gross="-5.00"),
         follower("Refunded", "R3", "R1", gross="-15.00")],
        "T1", "refunded", "withdrawn",
    ),
    "a case that names a reversal": (
        [payment(), follower("Reversed", "V1", gross="-5.00"), case("PP-3", "V1")], "T1", "disputed", "held",
    ),
    "an auction of two items": (
        [payment(txn_type="auction", item_number="A1"), payment(txn_type="auction", item_number="A2")],
        "T1", "completed", "held",
    ),
    "an initial payment, and its own message": (
        [profiled("profile_created", initial_payment_status="Completed", initial_payment_txn_id="T1",
                  initial_payment_amount="20.00"),
         payment(txn_type="recurring_payment", recurring_payment_id="I-1")],
        "T1", "completed", "ready",
    ),
    "a cycle that was refunded": (
        [payment(subscr_id="S-1"), follower("Refunded", "R1", subscr_id="S-1"), signup()],
        "T1", "refunded", "withdrawn",
    ),
    "a payout that was claimed": (
        [batch(record(1, "Unclaimed")), batch(record(1), status="Completed")], "M1", "completed", "none",
    ),
    "a payout that came back": (
        [batch(record(1, "Unclaimed")), batch(record(1, "Returned"), status="Completed")],
        "M1", "returned", "none",
    ),
    "payouts denied with their batch": (
        [batch(record(1, "Pending"), record(2, "")), batch(record(1, ""), record(2, ""), status="Denied")],
        "M2", "denied", "none",
    ),
}  # fmt: skip

# What the lives consist of, and what else may come between.
POOL = [one for bodies, *_ in LIFECYCLES.values() for one in bodies] + [
    payment(status="Expired"), payment(status="Voided"), payment(status="Declined"),
    follower("Refunded", "R1", gross="-7.00"), follower("Canceled_Reversal", "W2", gross="5.00"),
    follower("Canceled_Reversal", "V1", gross="19.12"), follower("Refunded", "A1-R", "A1"),
    adjustment("X3", "R1"), case("PP-2", case_creation_date=""), capture("C1", status="Denied", mc_fee=""),
    authorization(status="Denied"), payment(status="Voided", txn_id="M1", mc_fee=""),
    pending(subscr_id="S-1"), payment(mp_id="B-1"), agreed(), agreed("mp_cancel"),
    subscribed("subscr_cancel"), profiled("suspended", profile_status="Suspended"),
    batch(record(1, "Failed"), record(2, "Reversed")), batch(record(1, gross="7.00")),
    payment("M1"), follower("Refunded", "RM", "M1"),
]  # fmt: skip
