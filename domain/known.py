"""The known: every field that PayPal's messages have, and every word that fields with few words may hold."""

import re
from collections.abc import Iterable, Mapping

from domain.body import CODECS
from domain.money import PLACES
from domain.txn_types import TXN_TYPES
from domain.words import (
    CASES,
    ENTITIES,
    FOLLOWERS,
    PAYOUT_STATUSES,
    PENDING_REASONS,
    PROFILE_STATUSES,
    STATUSES,
    spelled,
)

_NUMBER = re.compile(r"[0-9]+")


def folded(name: str) -> str:
    """A field's name with `#` for each number in it: `mc_gross_#`, `transaction[#].id`."""
    return _NUMBER.sub("#", name)


def _words(*written: str | Iterable[str]) -> frozenset[str]:
    """Words as they are compared, whatever their letter case and hyphens; a text alone is one word."""
    lists = ((one,) if isinstance(one, str) else one for one in written)
    return frozenset(spelled(word) for words in lists for word in words)


def _names(*lists: str) -> frozenset[str]:
    return frozenset(name for names in lists for name in names.split())


# PayPal's Mass Pay codes say why a record failed.
_PAYOUT_REASONS = _names(
    "1001 1002 1003 1004 3004 3014 3015 3016 3017 3047 3078 3148 3501 3535 3547 3558 3769 4001 4002 8319",
    "8330 8331 9302 11711 14159 14550 14764 14765 14767 14768 14769 14800",
)
_REASONS = _words(
    # refunds, reversals, canceled reversals and adjustments
    ("refund", "other", "buyer_complaint", "chargeback", "guarantee", "admin_fraud_reversal"),
    ("admin_reversal", "unauthorized_claim", "unauthorized_spoof", "chargeback_reimbursement"),
    ("chargeback_settlement", "adjustment_reversal"),
    ("regulatory_block", "regulatory_reject", "regulatory_review_exceeding_sla"),
    # cases
    ("non_receipt", "not_as_described", "unauthorized", "adjustment_reimburse", "duplicate", "merchandise"),
    ("billing", "special"),
    # billing agreements made and cancelled, in two codes
    ("mp_2001", "mp_2002"),
    # Adaptive Payments
    ("Chargeback Settlement", "Admin reversal", "Unknown"),
)
_WAITING = _words(PENDING_REASONS, "paymentreview", "none")
_CURRENCIES = _words(PLACES)
_FLAGS = _words("0", "1")
_ADAPTIVE_STATUSES = _words(
    (
        "Completed",
        "Success",
        "Pending",
        "Created",
        "Processing",
        "Refunded",
        "Partially_Refunded",
        "Reversed",
    ),
    ("Denied", "Failed"),
)

# What a field may say, spelled as in domain.words; more than that is news. Words that the reader leaves
# unmodelled by decision are known all the same: a person is told of those by their outcome.
KNOWN: Mapping[str, frozenset[str]] = {
    "txn_type": _words(TXN_TYPES),
    "transaction_type": _words("Adaptive Payment PAY", "Adaptive Payment Preapproval", "Adjustment"),
    "payment_status": _words(STATUSES, FOLLOWERS, "Partially_Refunded"),
    "pending_reason": _WAITING,
    "reason_code": _REASONS | _PAYOUT_REASONS,
    "reason_code_#": _REASONS | _PAYOUT_REASONS,
    "case_type": _words(CASES, "bankreturn", "Canceled_Reversal"),
    "charset": _words(CODECS),
    "transaction_entity": _words(ENTITIES),
    "auth_status": _words("Pending", "Completed", "In_Progress", "Voided", "Expired"),
    "payment_type": _words("instant", "echeck"),
    "payer_status": _words("verified", "unverified"),
    "address_status": _words("confirmed", "unconfirmed"),
    "protection_eligibility": _words(
        ("Eligible", "Ineligible", "Partially Eligible - INR Only"),
        ("ExpandedSellerProtection", "SellerProtection", "None"),
    ),
    "mc_currency": _CURRENCIES,
    "mc_currency_#": _CURRENCIES,
    "settle_currency": _CURRENCIES,
    "currency_code": _CURRENCIES,
    "mp_currency": _CURRENCIES,
    "status_#": _words(PAYOUT_STATUSES),
    "profile_status": _words(PROFILE_STATUSES),
    "initial_payment_status": _words("Completed", "Failed", "Pending"),
    "period_type": _words("Regular", "Trial"),
    "recurring": _FLAGS,
    "reattempt": _FLAGS,
    "mp_status": _FLAGS,
    "test_ipn": _FLAGS,
    "resend": _words("true", "false"),
    "status": _words(
        ("Completed", "Created", "Incomplete", "Error", "ReversalError", "Processing", "Pending"),
        ("Active", "Canceled", "Deactived", "Expired"),
    ),
    "transaction[#].status": _ADAPTIVE_STATUSES,
    "transaction[#].status_for_sender_txn": _ADAPTIVE_STATUSES,
    "transaction[#].pending_reason": _WAITING | _words("address_confirmation"),
}

DATES = _names(
    "payment_date subscr_date subscr_effective retry_at next_payment_date time_created auth_exp",
    "case_creation_date auction_closing_date echeck_time_processed payment_request_date",
)
CYCLES = _names("period# payment_cycle")

# Every field, `#` for a number in its name. Letter case counts: PayPal has written a few in two ways.
FIELDS = _names(
    # the message itself; `cmd` comes back with a body that was posted back, `auth` on a browser's return
    "notify_version verify_sign charset test_ipn ipn_track_id resend cmd auth correlation_id",
    # whom it is about
    "business receiver_email receiver_id residence_country payer_id payer_email payer_status",
    "payer_business_name contact_phone first_name last_name",
    "address_name address_street address_city address_state address_zip address_country",
    "address_country_code address_status",
    # a payment
    "txn_id txn_type parent_txn_id payment_status payment_type payment_date pending_reason reason_code",
    "receipt_id receipt_ID protection_eligibility transaction_entity transaction_subject custom invoice",
    "invoice_id invoice_number memo echeck_time_processed",
    "auth_id auth_amount auth_status auth_exp remaining_settle",
    "fraud_management_pending_filters_# fraud_managment_pending_filters_#",
    "mc_gross mc_fee mc_currency payment_gross payment_fee settle_amount settle_currency exchange_rate",
    "tax shipping handling_amount insurance_amount discount shipping_discount",
    "mc_shipping mc_handling",
    # its lines
    "num_cart_items item_name item_number quantity item_name# item_number# quantity# mc_gross# mc_gross_#",
    "mc_shipping# mc_handling# mc_tax# tax# btn_id btn_id#",
    "option_name# option_selection# option_name#_# option_selection#_#",
    "item_mpn# item_plu# item_isbn# item_model_number# item_style_number# item_count_unit# item_taxable#",
    "item_tax_rate# item_tax_rate_double#",
    # how it is sent, and what goes with it
    "shipping_method shipping_calculation_mode Shipping_calculation_mode shipping_is_default",
    "shipping_option_name shipping_option_amount insurance_option_selected",
    "gift_message gift_receipt gift_wrap_name gift_wrap_amount",
    "fulfillment_address_name fulfillment_address_street fulfillment_address_line# fulfillment_address_city",
    "fulfillment_address_state fulfillment_address_zip fulfillment_address_country",
    "fulfillment_address_country_code fulfillment_order_reference_number",
    # auctions
    "for_auction auction_buyer_id auction_closing_date auction_multi_item ebay_txn_id ebay_txn_id#",
    # cases
    "case_id case_type case_creation_date buyer_additional_information",
    # Mass Pay
    "masspay_txn_id_# unique_id_# status_# reason_code_# receiver_email_# receiver_id_# receiver_phone_#",
    "mc_fee_# mc_currency_# payment_gross_# payment_fee_#",
    # subscriptions
    "subscr_id old_subscr_id subscr_date subscr_effective retry_at recurring reattempt recur_times username",
    "password amount# mc_amount# period#",
    # recurring profiles
    "recurring_payment_id rp_invoice_id product_name product_type profile_status period_type payment_cycle",
    "time_created next_payment_date amount amount_per_cycle outstanding_balance currency_code",
    "initial_payment_amount initial_payment_status initial_payment_txn_id",
    # billing agreements
    "mp_id mp_status mp_desc mp_custom mp_currency mp_cycle_start mp_pay_type",
    # Adaptive Payments and Accounts
    "transaction_type status action_type fees_payer pay_key preapproval_key payment_request_date",
    "sender_email tracking_id trackingId return_url cancel_url ipn_notification_url",
    "reverse_all_parallel_payments_on_error log_default_shipping_address_in_transaction",
    "transaction[#].id transaction[#].id_for_sender transaction[#].id_for_sender_txn transaction[#].status",
    "transaction[#].status_for_sender_txn transaction[#].pending_reason transaction[#].amount",
    "transaction[#].receiver transaction[#].is_primary_receiver transaction[#].invoiceId",
    "transaction[#].paymentType transaction[#].refund_id transaction[#].refund_amount",
    "transaction[#].refund_account_charged",
    "approved starting_date ending_date max_number_of_payments max_amount_per_payment",
    "max_total_amount_of_all_payments current_number_of_payments current_total_amount_of_all_payments",
    "current_period_attempts date_of_month day_of_week payment_period pin_type",
    "account_key confirmation_code event_type",
)
