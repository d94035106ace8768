"""Which handles a person may have."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

# What pages, addresses and staff are called: nobody may look like the house.
WORDS = """
    about abuse accept access account accounts admin administrator all anonymous api app apps assets
    auth backoffice balance bank billing blog cash cashout category chargeback chat coin coins
    contact creator creators dashboard dev developer developers diamond diamonds discover dispute
    docs download email everyone explore faq favicon feed fees finance follow followers following
    fraud gift gifts guest health healthz help here home host hostmaster https info invite invoice
    jobs join legal live login logout mail me media messages moderator money news noreply
    notifications null official operator orders ovation owner password pay payment payments payout
    payouts platform postmaster press pricing privacy profile provider public refund refunds
    register reset risk room rooms root rules safety sales search secure security service settings
    shop signin signout signup site staff static status store stripe studio style support system
    team terms test tos trust undefined unsubscribe user username users verify wallet webhook
    webhooks webmaster welcome www you
"""
RESERVED = frozenset(WORDS.split())
HANDLE_PATTERN = r"^[a-z0-9](?:[a-z0-9_.]{1,22})[a-z0-9]$"
HANDLE_RULE = (
    "Use 3 to 24 lower-case letters, digits, dots or underscores; start and end with a letter or digit."
)

matches_pattern = RegexValidator(HANDLE_PATTERN, HANDLE_RULE, code="handle_invalid")


def validate_handle(handle: str) -> None:
    """Refuse a handle with wrong characters, two dots or underscores in a row, or a name of the house.

    Raises:
        ValidationError: with code handle_invalid or handle_reserved.
    """
    matches_pattern(handle)
    if any(pair in handle for pair in ("..", "__", "._", "_.")):
        raise ValidationError(
            "Use single dots or underscores between letters and digits.", code="handle_invalid"
        )
    plain = handle.replace(".", "").replace("_", "")
    if plain in RESERVED or plain.startswith(("ovation", "official", "support")):
        raise ValidationError("This handle is kept for the house. Choose another.", code="handle_reserved")
