"""The link in a mail that leads to “I did not do this”. It says where to go, and gives nobody any right.

Whoever holds it must sign in as its person, or choose a new password, as without it.
"""

from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.urls import reverse

from accounts.models import User

SALT = "accounts.not-me"
MAX_AGE_S = 30 * 24 * 3600


def not_me_path(user: User, about: str) -> str:
    """The path for a mail to `user`; `about` names what the mail tells of: "sign_in:<id of the security event>"."""
    token = signing.dumps([user.pk, about], salt=SALT)
    return f"{reverse(settings.NOT_ME_PAGE)}?{urlencode({'from': token})}"


def about_in(token: str, user: User) -> str | None:
    """What the link tells of, if it is a link of ours to `user` and not too old; else None."""
    try:
        user_id, about = signing.loads(token, salt=SALT, max_age=MAX_AGE_S)
    except (signing.BadSignature, ValueError):
        return None
    return str(about) if user_id == user.pk else None
