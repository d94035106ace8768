"""Which handles a person may have, and which two look alike."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db.models import F, Func, Value
from django.db.models.functions import Replace

# What pages, addresses and staff are called: nobody may look like the house.
WORDS = """
    about abuse accept access account accounts admin administrator all anonymous api app apps art assets auth
    backoffice badge badges balance bank billing blocked blog books campaign cash cashout category challenge
    challenges chargeback chat coin coins comment comments contact coupon creator creators dashboard data demo dev
    developer developers diamond diamonds discover dispute docs download email everyone explore faq favicon feed
    fees finance follow followers following fraud gift gifts guardian guest health healthz help here home host
    hostmaster https info invite invoice jobs join ledger legal live login logout mail me media messages mod
    moderator money news noreply notifications null offer offers official openapi operator orders ovation owner
    password pay payment payments payout payouts people phone platform postmaster press pricing privacy profile
    provider public refund refunds register reset risk room rooms root rules safety sales search secure security
    service settings share shop signin signout signup site staff static status store stripe studio style support
    sysadmin system team terms test tos trust undefined unsubscribe user username users verified verify wallet
    webhook webhooks webmaster welcome www you
"""
RESERVED = frozenset(WORDS.split())
# One of these between dots or underscores is enough: mira.support, ovation_help.
STAFF_WORDS = (
    *("admin", "administrator", "helpdesk", "moderator", "official", "operator"),
    *("ovation", "security", "staff", "support", "sysadmin"),
)
HANDLE_PATTERN = r"^[a-z0-9](?:[a-z0-9_.]{1,22})[a-z0-9]\Z"
HANDLE_RULE = (
    "Use 3 to 24 lower-case letters, digits, dots or underscores; start and end with a letter or digit."
)
HANDLE_MAX_LENGTH = 24
# Characters that pass for one another in a line of text; the same table draws the column `look` in the database.
TWINS, THEIR_LOOK, UNSEEN = "0134578i", "oleastbl", "._"
TWIN_PAIRS = (("rn", "m"), ("vv", "w"))

matches_pattern = RegexValidator(HANDLE_PATTERN, HANDLE_RULE, code="handle_invalid")


def look_of(handle: str) -> str:
    """How `handle` looks at a glance: two handles with one look are easily taken for each other."""
    look = handle.translate(str.maketrans(TWINS, THEIR_LOOK, UNSEEN))
    for pair, twin in TWIN_PAIRS:
        look = look.replace(pair, twin)
    return look


def look_expression(column: str) -> Func:
    """`look_of` in SQL, for a generated column."""
    look = Func(F(column), Value(TWINS + UNSEEN), Value(THEIR_LOOK), function="translate")
    for pair, twin in TWIN_PAIRS:
        look = Replace(look, Value(pair), Value(twin))
    return look


LOOKS_RESERVED = frozenset(look_of(word) for word in RESERVED)
STAFF_LOOKS = frozenset(look_of(word) for word in STAFF_WORDS)


def clean_handle(handle: str) -> str:
    """What was typed as a handle: without the @ before it, in lower case.

    Raises:
        ValidationError: see validate_handle.
    """
    handle = handle.strip().removeprefix("@").lower()
    validate_handle(handle)
    return handle


def validate_handle(handle: str) -> None:
    """Refuse a handle with wrong characters, two dots or underscores in a row, or one that passes for the house.

    Raises:
        ValidationError: with code handle_invalid or handle_reserved.
    """
    matches_pattern(handle)
    if any(pair in handle for pair in ("..", "__", "._", "_.")):
        raise ValidationError(
            "Use single dots or underscores between letters and digits.", code="handle_invalid"
        )
    look = look_of(handle)
    parts = {look_of(part) for part in re.split(r"[._]", handle)}
    begins_like = look.startswith(("ovatlon", "offlclal", "support"))
    if look in LOOKS_RESERVED or parts & STAFF_LOOKS or begins_like or "ovatlon" in look:
        raise ValidationError("This handle is kept for the house. Choose another.", code="handle_reserved")
