"""Topics: the names that events have in the book, whatever their classes are called."""

from domain import act_events as a
from domain import events as e
from domain import payout_events as p
from domain import subscription_events as s
from domain.events import Event

# The names in the book. They are for ever: a class may move or be renamed, its name here may not change.
# A new shape of an event gets a new version and an upcast from the one before.
TOPICS: dict[str, type[Event]] = {
    "PaymentCreated:1": e.PaymentCreated,
    "PaymentPended:1": e.PaymentPended,
    "PaymentProcessed:1": e.PaymentProcessed,
    "PaymentCompleted:1": e.PaymentCompleted,
    "PaymentDenied:1": e.PaymentDenied,
    "PaymentDeclined:1": e.PaymentDeclined,
    "PaymentFailed:1": e.PaymentFailed,
    "PaymentExpired:1": e.PaymentExpired,
    "PaymentVoided:1": e.PaymentVoided,
    "AuthorizationGranted:1": e.AuthorizationGranted,
    "AuthorizationSpent:1": e.AuthorizationSpent,
    "AuthorizationDenied:1": e.AuthorizationDenied,
    "AuthorizationExpired:1": e.AuthorizationExpired,
    "AuthorizationVoided:1": e.AuthorizationVoided,
    "OrderPlaced:1": e.OrderPlaced,
    "OrderSpent:1": e.OrderSpent,
    "OrderExpired:1": e.OrderExpired,
    "OrderVoided:1": e.OrderVoided,
    "ReportRefused:1": e.ReportRefused,
    "PaymentRefunded:1": e.PaymentRefunded,
    "PaymentReversed:1": e.PaymentReversed,
    "ReversalCanceled:1": e.ReversalCanceled,
    "PaymentAdjusted:1": e.PaymentAdjusted,
    "FollowerRefused:1": e.FollowerRefused,
    "FollowerParked:1": e.FollowerParked,
    "CaseOpened:1": e.CaseOpened,
    "CaseParked:1": e.CaseParked,
    "FollowerIdentified:1": e.FollowerIdentified,
    "CaptureHeard:1": e.CaptureHeard,
    "PaymentVetted:1": e.PaymentVetted,
    "PriceAgreed:1": e.PriceAgreed,
    "InvoicePaid:1": e.InvoicePaid,
    "PayoutPended:1": p.PayoutPended,
    "PayoutUnclaimed:1": p.PayoutUnclaimed,
    "PayoutCompleted:1": p.PayoutCompleted,
    "PayoutFailed:1": p.PayoutFailed,
    "PayoutDenied:1": p.PayoutDenied,
    "PayoutReturned:1": p.PayoutReturned,
    "PayoutReversed:1": p.PayoutReversed,
    "SubscriptionStarted:1": s.SubscriptionStarted,
    "SubscriptionModified:1": s.SubscriptionModified,
    "CycleFailed:1": s.CycleFailed,
    "CycleSkipped:1": s.CycleSkipped,
    "SubscriptionSuspended:1": s.SubscriptionSuspended,
    "SubscriptionCancelled:1": s.SubscriptionCancelled,
    "SubscriptionExpired:1": s.SubscriptionExpired,
    "SubscriptionEnded:1": s.SubscriptionEnded,
    "CycleHeard:1": s.CycleHeard,
    "GoodsClaimed:1": a.GoodsClaimed,
    "GoodsReleased:1": a.GoodsReleased,
    "GoodsFulfilled:1": a.GoodsFulfilled,
    "GoodsApproved:1": a.GoodsApproved,
    "CaseClosed:1": a.CaseClosed,
    "TodoDone:1": a.TodoDone,
    "InvoiceServed:1": a.InvoiceServed,
}
NAMES = {event: topic for topic, event in TOPICS.items()}
