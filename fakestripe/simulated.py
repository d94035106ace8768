"""Which parameters mean something here. Stripe's document allows more; asking for those is refused, never ignored."""

from fakestripe.errors import unsupported
from fakestripe.shapes import Json

ALWAYS = frozenset(("expand", "metadata", "limit", "starting_after", "ending_before", "created"))
CUSTOMER = "name email phone description address shipping preferred_locales invoice_settings"
ACCOUNT = "email business_profile capabilities settings"
SIMULATED: dict[tuple[str, str], str] = {
    ("get", "/v1/checkout/sessions"): "customer payment_intent status",
    ("post", "/v1/checkout/sessions"): (
        "mode line_items success_url cancel_url customer customer_email customer_creation client_reference_id"
        " expires_at payment_method_types payment_intent_data ui_mode locale submit_type currency automatic_tax"
        " billing_address_collection customer_update excluded_payment_method_types payment_method_options"
        " saved_payment_method_options"
    ),
    ("get", "/v1/payment_intents"): "customer",
    ("get", "/v1/payment_intents/{intent}"): "client_secret",
    ("post", "/v1/payment_intents"): (
        "amount currency customer description confirm payment_method payment_method_types automatic_payment_methods"
        " receipt_email return_url statement_descriptor statement_descriptor_suffix shipping transfer_group"
    ),
    ("post", "/v1/payment_intents/{intent}"): (
        "amount currency customer description receipt_email statement_descriptor statement_descriptor_suffix"
        " transfer_group"
    ),
    ("post", "/v1/payment_intents/{intent}/confirm"): "payment_method return_url",
    ("post", "/v1/payment_intents/{intent}/cancel"): "cancellation_reason",
    ("get", "/v1/charges"): "customer payment_intent transfer_group",
    ("get", "/v1/customers"): "email",
    ("get", "/v1/customers/{customer}/sources"): "object",
    ("post", "/v1/customers"): CUSTOMER,
    ("post", "/v1/customers/{customer}"): CUSTOMER,
    ("get", "/v1/payment_methods"): "customer type allow_redisplay",
    ("post", "/v1/payment_methods/{payment_method}"): "allow_redisplay",
    ("post", "/v1/payment_methods/{payment_method}/attach"): "customer",
    ("get", "/v1/customers/{customer}/payment_methods"): "type allow_redisplay",
    ("post", "/v1/billing_portal/sessions"): "customer return_url locale",
    ("get", "/v1/refunds"): "charge payment_intent",
    ("post", "/v1/refunds"): "amount charge payment_intent reason instructions_email",
    ("get", "/v1/disputes"): "charge payment_intent",
    ("post", "/v1/disputes/{dispute}"): "evidence submit",
    ("get", "/v1/radar/early_fraud_warnings"): "charge payment_intent",
    (
        "post",
        "/v1/accounts",
    ): f"{ACCOUNT} bank_account business_type controller country default_currency type",
    ("post", "/v1/accounts/{account}"): ACCOUNT,
    ("post", "/v1/accounts/{account}/reject"): "reason",
    ("get", "/v1/accounts/{account}/external_accounts"): "object",
    (
        "post",
        "/v1/accounts/{account}/external_accounts",
    ): "bank_account default_for_currency external_account",
    ("post", "/v1/accounts/{account}/external_accounts/{id}"): "default_for_currency",
    ("post", "/v1/account_links"): "account type refresh_url return_url collect collection_options",
    ("get", "/v1/transfers"): "destination transfer_group",
    (
        "post",
        "/v1/transfers",
    ): "amount currency description destination source_transaction source_type transfer_group",
    ("post", "/v1/transfers/{transfer}"): "description",
    ("post", "/v1/transfers/{id}/reversals"): "amount description",
    ("get", "/v1/payouts"): "destination status arrival_date",
    (
        "post",
        "/v1/payouts",
    ): "amount currency description destination method source_type statement_descriptor",
    ("get", "/v1/balance_transactions"): "currency type source payout",
    ("get", "/v1/events"): "type types delivery_success",
    ("post", "/v1/webhook_endpoints"): "api_version connect description enabled_events url",
    ("post", "/v1/webhook_endpoints/{webhook_endpoint}"): "description disabled enabled_events url",
}


def demand_simulated(method: str, path: str, given: Json) -> None:
    """Raise the refusal for a parameter that Stripe knows and this program does not simulate."""
    meant = SIMULATED.get((method, path), "").split()
    for name in given:
        if name not in ALWAYS and name not in meant:
            raise unsupported(f"the parameter {name} of {method.upper()} {path}", name)
