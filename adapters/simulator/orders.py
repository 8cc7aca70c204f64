"""In what order PayPal writes the fields of each kind of message."""

# A number in a name (item_name1, option_name2_1, transaction[0].id) is written # here, unless it has its own
# place. One string each, because a list of literals would take a line for every name.


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


PAYMENT_ORDER = _names(
    """
    mp_custom mc_gross invoice mp_currency invoice_id settle_amount auth_exp protection_eligibility
    address_status item_number# payer_id tax address_street payment_date mp_id payment_status charset
    address_zip mc_shipping mc_handling first_name mp_status transaction_entity mc_fee address_country_code
    exchange_rate address_name notify_version subscr_id reason_code settle_currency custom payer_status
    business address_country num_cart_items mc_handling# auction_closing_date address_city
    fraud_management_pending_filters_# quantity verify_sign payer_email auction_multi_item mc_shipping# tax#
    parent_txn_id txn_id payment_type remaining_settle auth_id payer_business_name last_name mp_desc
    address_state item_name# receiver_email payment_fee auth_amount mp_cycle_start shipping_discount quantity#
    receiver_id insurance_amount pending_reason txn_type item_name discount mc_gross_# mc_currency item_number
    residence_country invoice_number test_ipn receipt_id for_auction handling_amount shipping_method
    transaction_subject auction_buyer_id payment_gross shipping auth_status ipn_track_id
    """
)
# PayPal writes very large messages in another order, such as carts with options,
LARGE_CART_ORDER = _names(
    """
    invoice first_name discount mc_shipping mc_currency payer_status shipping_discount payment_fee
    address_status payment_gross settle_currency reason_code address_zip address_country_code txn_type
    num_cart_items mc_handling verify_sign payer_id option_selection#_# charset receiver_id tax# mc_handling#
    tax item_name# payment_type mc_shipping# address_street parent_txn_id txn_id exchange_rate mc_gross_#
    quantity# protection_eligibility item_number# custom business residence_country last_name address_state
    payer_business_name payer_email option_name#_# settle_amount address_city payment_status payment_date
    transaction_subject receiver_email mc_fee notify_version shipping_method address_country mc_gross
    test_ipn insurance_amount address_name ipn_track_id
    """
)
# and small ones in a third, such as money that was just sent.
SMALL_PAYMENT_ORDER = _names(
    """
    transaction_subject payment_date txn_type subscr_id last_name receipt_id residence_country pending_reason
    item_name payment_gross mc_currency business payment_type protection_eligibility verify_sign payer_status
    test_ipn fraud_management_pending_filters_# tax payer_email txn_id quantity receiver_email first_name
    parent_txn_id invoice payer_id receiver_id payer_business_name reason_code item_number payment_status
    payment_fee mc_fee shipping mc_gross custom charset notify_version ipn_track_id
    """
)
ADJUSTMENT_ORDER = _names(
    """
    txn_type payment_date payment_gross mc_currency verify_sign payer_status test_ipn payer_email txn_id
    parent_txn_id payer_id invoice reason_code payment_status payment_fee mc_gross custom charset
    notify_version ipn_track_id
    """
)
CASE_ORDER = _names(
    """
    txn_type payment_date case_id case_type verify_sign test_ipn payer_email txn_id case_creation_date
    receiver_email buyer_additional_information payer_id receiver_id invoice reason_code custom charset
    notify_version ipn_track_id
    """
)
SUBSCRIPTION_ORDER = _names(
    """
    amount# address_status subscr_date payer_id address_street mc_amount# charset address_zip first_name
    reattempt address_country_code address_name notify_version subscr_id custom payer_status business
    address_country old_subscr_id address_city verify_sign payer_email retry_at btn_id last_name
    address_state receiver_email subscr_effective recurring recur_times txn_type item_name mc_currency
    item_number residence_country test_ipn period# ipn_track_id
    """
)
SMALL_SUBSCRIPTION_ORDER = _names(
    """
    txn_type subscr_id last_name residence_country mc_currency item_name amount1 business amount3
    subscr_effective recurring recur_times verify_sign payer_status test_ipn payer_email first_name
    receiver_email payer_id reattempt item_number subscr_date retry_at btn_id custom old_subscr_id charset
    notify_version period1 mc_amount1 period3 mc_amount3 ipn_track_id
    """
)
PROFILE_ORDER = _names(
    """
    payment_cycle txn_type last_name initial_payment_status next_payment_date residence_country
    initial_payment_amount rp_invoice_id currency_code time_created verify_sign period_type payer_status
    test_ipn tax payer_email first_name receiver_email payer_id product_type initial_payment_txn_id shipping
    amount_per_cycle profile_status charset notify_version amount outstanding_balance recurring_payment_id
    product_name ipn_track_id
    """
)
PROFILE_PAYMENT_ORDER = _names(
    """
    mc_gross period_type outstanding_balance next_payment_date protection_eligibility payment_cycle
    address_status tax payer_id address_street payment_date payment_status product_name charset rp_invoice_id
    recurring_payment_id address_zip first_name mc_fee address_country_code address_name notify_version
    amount_per_cycle reason_code payer_status currency_code business address_country address_city verify_sign
    payer_email parent_txn_id initial_payment_amount profile_status amount txn_id payment_type last_name
    address_state receiver_email payment_fee receiver_id pending_reason txn_type mc_currency
    residence_country test_ipn transaction_subject payment_gross shipping product_type time_created
    ipn_track_id
    """
)
MASS_PAY_ORDER = _names(
    """
    payer_id payment_date payment_gross_# payment_status receiver_email_# charset mc_currency_#
    masspay_txn_id_# first_name unique_id_# notify_version payer_status verify_sign payer_email
    payer_business_name last_name status_# reason_code_# txn_type mc_gross_# payment_fee_# residence_country
    test_ipn mc_fee_# ipn_track_id
    """
)
AGREEMENT_ORDER = _names(
    """
    txn_type last_name mp_currency residence_country mp_status mp_custom mp_pay_type verify_sign payer_status
    test_ipn payer_email first_name payer_id reason_code payer_business_name mp_id charset notify_version
    mp_desc mp_cycle_start ipn_track_id
    """
)
# Adaptive Payments have no ipn_track_id.
ADAPTIVE_ORDER = _names(
    """
    payment_request_date return_url fees_payer ipn_notification_url sender_email verify_sign test_ipn
    transaction[#].id_for_sender_txn transaction[#].receiver cancel_url reason_code
    transaction[#].is_primary_receiver pay_key action_type memo transaction[#].id transaction[#].status
    transaction[#].paymentType transaction[#].status_for_sender_txn transaction[#].refund_account_charged
    transaction[#].refund_amount transaction[#].refund_id transaction[#].pending_reason tracking_id
    transaction_type transaction[#].amount status log_default_shipping_address_in_transaction charset
    notify_version reverse_all_parallel_payments_on_error
    """
)
