"""What a person does with coins: one file per journey."""

from wallet.services.cancel import cancel_order
from wallet.services.create import create_order
from wallet.services.fulfil import fulfil
from wallet.services.recheck import recheck_order
from wallet.services.refunding import (
    agree_to_refund,
    ask_refund,
    quote_refund,
    refund_as_operator,
    reject_refund,
)
from wallet.services.release import release_order

__all__ = [
    "agree_to_refund",
    "ask_refund",
    "cancel_order",
    "create_order",
    "fulfil",
    "quote_refund",
    "recheck_order",
    "refund_as_operator",
    "reject_refund",
    "release_order",
]
