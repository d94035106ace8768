"""A person comes to be, and changes how others see them."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.db import IntegrityError, transaction

from accounts.errors import EmailTaken, HandleTaken
from accounts.models import LegalDocument, User
from accounts.profile_errors import BirthDateFixed, CountryFixed
from accounts.selectors import guardian_budget
from accounts.services.age import require_age
from accounts.services.ages import settle_age
from accounts.services.consent import accept_terms
from accounts.services.handles import require_free_handle
from accounts.services.phones import claim_phone
from ledger import books

SIGN_UP_KINDS = (LegalDocument.Kind.TERMS, LegalDocument.Kind.PRIVACY)
PROFILE_FIELDS = frozenset({"display_name", "bio", "country", "language", "time_zone", "birth_date"})


def sign_up(
    *,
    email: str | None,
    handle: str,
    password: str | None,
    country: str,
    birth_date: date,
    now: datetime,
    phone: str | None = None,
    ip: str | None = None,
    user_agent: str = "",
    kinds: Iterable[str] = SIGN_UP_KINDS,
    **profile: Any,
) -> User:
    """Make a person with an unverified address or number, their acceptances and their coins account, all or nothing.

    Whoever needs a guardian's consent first, or is too young for gifts, begins with frozen coins. `phone` in E.164;
    `profile` are further columns of User. Opens a transaction, or joins the caller's.

    Raises:
        AgeRequired: too young in `country` on the business date of `now`.
        HandleTaken, EmailTaken: somebody was faster.
        HandleTooAlike: it passes for a creator's or operator's.
    """
    assert email or phone, "a person is reached by mail or text"
    require_age(birth_date=birth_date, country=country, today=now.date())
    with transaction.atomic():
        require_free_handle(handle.lower(), now=now)
        user = _insert(
            email=email, handle=handle, password=password, country=country, birth_date=birth_date, **profile
        )
        if phone:
            claim_phone(user=user, number=phone)
        books.open_accounts(user.ledger_id, [("coins", "COIN")])
        settle_age(user=user, now=now)
        accept_terms(user=user, kinds=kinds, now=now, ip=ip, user_agent=user_agent)
    return user


def create_person(
    *,
    email: str,
    handle: str,
    password: str | None,
    country: str,
    birth_date: date,
    now: datetime,
    totp_secret: str | None = None,
    staff: bool = False,
    superuser: bool = False,
    creator: bool = False,
    kinds: Iterable[str] = tuple(LegalDocument.Kind),
    **profile: Any,
) -> User:
    """Make a whole person for the demo and for tests: verified address, terms accepted, second factor if a secret
    (base32) is given, creator since `now` if asked.

    Raises:
        AgeRequired, HandleTaken, EmailTaken: see sign_up.
    """
    profile |= {"is_staff": staff, "is_superuser": superuser, "creator_since": now if creator else None}
    with transaction.atomic():
        user = sign_up(
            email=email,
            handle=handle,
            password=password,
            country=country,
            birth_date=birth_date,
            now=now,
            kinds=kinds,
            **profile,
        )
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
        if totp_secret is not None:
            TOTP.activate(user, totp_secret)
            RecoveryCodes.activate(user)
    return user


def update_profile(*, user: User, now: datetime, **changes: Any) -> User:
    """Change what others see and how we speak to the person: any of PROFILE_FIELDS, cleaned as forms clean them.

    Opens a transaction, or joins the caller's.

    Raises:
        BirthDateFixed, CountryFixed: only support changes it.
        AgeRequired: too young for the country, or with the birth date, on the business date of `now`.
    """
    assert changes.keys() <= PROFILE_FIELDS, changes
    with transaction.atomic():
        person = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        _require_settable(person, changes, now)
        for target in (person, user):
            for field, value in changes.items():
                setattr(target, field, value)
        person.save(update_fields=list(changes))
        if changes.keys() & {"birth_date", "country"}:
            settle_age(user=person, now=now)
    return user


def _require_settable(person: User, changes: dict[str, Any], now: datetime) -> None:
    birth_date = changes.get("birth_date", person.birth_date)
    country = changes.get("country", person.country)
    if person.birth_date is not None and birth_date != person.birth_date:
        raise BirthDateFixed
    if country != person.country and person.country and (person.is_creator or guardian_budget(person)):
        raise CountryFixed
    if (birth_date, country) != (person.birth_date, person.country) and birth_date is not None:
        require_age(birth_date=birth_date, country=country, today=now.date())


def _insert(*, email: str | None, handle: str, password: str | None, **fields: Any) -> User:
    try:
        with transaction.atomic():
            return User.objects.create_user(email, password, handle=handle.lower(), **fields)
    except IntegrityError as error:
        taken = str(error)
        if "handle" in taken:
            raise HandleTaken() from error
        if "email" in taken:
            raise EmailTaken() from error
        raise
