"""What a person does with coins: one file per journey."""

from wallet.services.cancel import cancel_order
from wallet.services.create import create_order
from wallet.services.fulfil import fulfil
from wallet.services.recheck import recheck_order
from wallet.services.release import release_order

__all__ = ["cancel_order", "create_order", "fulfil", "recheck_order", "release_order"]
