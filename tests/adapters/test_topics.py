"""The names in the book: given once, for ever."""

from typing import Any, get_args

from adapters.topics import NAMES, TOPICS
from domain import events as e

WRITTEN = """
    PaymentCreated:1 PaymentPended:1 PaymentProcessed:1 PaymentCompleted:1 PaymentDenied:1 PaymentDeclined:1
    PaymentFailed:1 PaymentExpired:1 PaymentVoided:1 AuthorizationGranted:1 AuthorizationSpent:1
    AuthorizationDenied:1 AuthorizationExpired:1 AuthorizationVoided:1 OrderPlaced:1 OrderSpent:1
    OrderExpired:1 OrderVoided:1 ReportRefused:1 PaymentRefunded:1 PaymentReversed:1 ReversalCanceled:1
    PaymentAdjusted:1 FollowerRefused:1 FollowerParked:1 CaseOpened:1 CaseParked:1 FollowerIdentified:1
    CaptureHeard:1 PaymentVetted:1 PriceAgreed:1 InvoicePaid:1
    PayoutPended:1 PayoutUnclaimed:1 PayoutCompleted:1 PayoutFailed:1 PayoutDenied:1 PayoutReturned:1
    PayoutReversed:1 SubscriptionStarted:1 SubscriptionModified:1 CycleFailed:1 CycleSkipped:1
    SubscriptionSuspended:1 SubscriptionCancelled:1 SubscriptionExpired:1 SubscriptionEnded:1 CycleHeard:1
    GoodsClaimed:1 GoodsReleased:1 GoodsFulfilled:1 GoodsApproved:1 CaseClosed:1 TodoDone:1 InvoiceServed:1
"""
IN_THE_BOOK = WRITTEN.split()


def test_no_name_in_the_book_is_ever_changed_or_removed() -> None:
    # Names may be added, here and in the golden file; what stands here has been written by somebody.
    assert [topic for topic in IN_THE_BOOK if topic not in TOPICS] == []
    assert {topic: TOPICS[topic].__name__ for topic in IN_THE_BOOK} == {
        topic: topic.partition(":")[0] for topic in IN_THE_BOOK
    }


def test_every_event_of_the_domain_has_one_name() -> None:
    def leaves(kind: type[Any]) -> list[type[Any]]:
        children: list[type[Any]] = kind.__subclasses__()
        return [leaf for child in children for leaf in leaves(child)] or [kind]

    concrete = {leaf for kind in get_args(e.Event) for leaf in leaves(kind)}
    assert set(TOPICS.values()) == concrete
    assert len(set(TOPICS.values())) == len(TOPICS)


def test_each_event_finds_its_name() -> None:
    assert {NAMES[event]: event for event in TOPICS.values()} == TOPICS
    assert set(TOPICS) == set(IN_THE_BOOK)
