"""Mails to guardians, who have no account: owed as rows, sent by a worker, in the template of every other mail."""

import logging

from celery import current_app
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.urls import reverse

from accounts import guardian_links, letters
from accounts.guardian_budget import Budget, budget_of
from accounts.letters import Letter
from accounts.models import GuardianAsk, GuardianMail, Guardianship
from ground import clock

logger = logging.getLogger(__name__)
AT_ONCE = 100
TASK = "accounts.send_guardian_mails"
WORDS = {"day": "a day", "week": "a week", "month": "a month", "gift": "for one gift"}
KEEP_IT = "Keep this mail: the link is yours alone, and lets you change the budget or take your consent back at once."
MANAGE = "Manage the budget"
WHY = "You get this mail because a young person named this address as their guardian’s on Ovation."
NO_ACCOUNT = "You need no account for this."


def owe_guardian(kind: GuardianMail.Kind, guardianship: Guardianship) -> None:
    """Owe the guardian a mail. Joins the caller's transaction; a worker is nudged after the commit."""
    GuardianMail.objects.create(kind=kind, guardianship=guardianship, owed_at=clock.wall())
    nudge_mails()


def nudge_mails() -> None:
    """Have a worker send what is owed once the present transaction is committed. The sweep finds it otherwise."""
    transaction.on_commit(lambda: current_app.signature(TASK).delay(), robust=True)


def send_owed() -> int:
    """Send the mails that are owed, oldest first; answer how many went out. Two workers send each once.

    One that the mail server refuses stays owed and does not hold up the others.
    """
    owed = GuardianMail.objects.filter(sent_at=None).order_by("owed_at", "pk")
    return sum(_send(pk) for pk in list(owed.values_list("pk", flat=True)[:AT_ONCE]))


def budget_words(budget: Budget) -> list[str]:
    """A budget in words: ["100 coins a day", "50 coins for one gift"]."""
    return [f"{coins:,} coins {WORDS[name]}" for name, coins in budget.as_dict().items() if coins is not None]


def link(token: str) -> str:
    """Where a mail's button leads."""
    return f"{settings.SITE_URL}{reverse('accounts:guardian')}#{token}"


def _send(pk: int) -> bool:
    if not GuardianMail.objects.filter(pk=pk, sent_at=None).update(sent_at=clock.wall()):
        return False
    mail = GuardianMail.objects.select_related("ask__minor", "guardianship__minor").get(pk=pk)
    try:
        _message(mail).send()
    except Exception:
        logger.exception("mail %s to a guardian was not sent; it stays owed", pk)
        GuardianMail.objects.filter(pk=pk).update(sent_at=None)
        return False
    return True


def _message(mail: GuardianMail) -> EmailMultiAlternatives:
    if mail.ask is not None:
        letter, to = _asking(mail.ask), mail.ask.guardian_email
    else:
        assert mail.guardianship is not None  # a constraint
        letter, to = _telling(mail.kind, mail.guardianship), mail.guardianship.guardian_email
    return letters.message(letter, to=[to], person=None)


def _asking(ask: GuardianAsk) -> Letter:
    who = f"{ask.minor.name} (@{ask.minor.handle})"
    return _letter(
        subject=f"{ask.minor.name} asks for your consent on Ovation",
        heading="A young person asks for your consent",
        paragraphs=(
            f"{who} has an account on Ovation and says that you are responsible for them.",
            "Until you consent they can watch, and can buy, give and cash out nothing. You set how many coins they "
            "may spend, you can change it at any time, and you can take it back at once.",
            f"{NO_ACCOUNT} The link works once, until {ask.expires_at:%-d %B %Y}.",
            "If you do not know this person, do nothing: nothing happens without you.",
        ),
        label="See what it means",
        token=guardian_links.ask_token(ask),
    )


def _telling(kind: str, guardianship: Guardianship) -> Letter:
    who = guardianship.minor.name
    budget = tuple(("Budget", words) for words in budget_words(budget_of(guardianship)))
    token = guardian_links.management_token(guardianship)
    match GuardianMail.Kind(kind):
        case GuardianMail.Kind.CONSENTED:
            text = (f"{who} may now spend coins within the budget you set.", KEEP_IT)
            return _letter(
                f"You consented for {who}", "Thank you: your consent stands", text, MANAGE, token, budget
            )
        case GuardianMail.Kind.CHANGED:
            text = (f"The new budget of {who} holds from now on. What they spent already counts.", KEEP_IT)
            return _letter(
                f"You changed the budget of {who}", "The budget was changed", text, MANAGE, token, budget
            )
        case GuardianMail.Kind.REVOKED:
            text = (
                f"{who} can no longer buy or give anything. Coins they have stay where they are.",
                "You can consent again by the same link.",
            )
            return _letter(
                f"You took your consent for {who} back", "Spending is stopped", text, MANAGE, token
            )
        case GuardianMail.Kind.RESTORED:
            text = (f"{who} may spend coins again, within the budget that stood before.", KEEP_IT)
            return _letter(
                f"You consented again for {who}", "Your consent stands again", text, MANAGE, token, budget
            )
        case GuardianMail.Kind.LINK:
            text = (f"Here is a new link for {who}. Earlier links no longer work.", KEEP_IT)
            return _letter("Your new link", "Your new link", text, MANAGE, token)
        case _:
            text = (
                f"{who} has reached the age at which no guardian is needed, and decides alone from now on.",
                "The limits you set have ended, and your link with them. There is nothing to do.",
            )
            return _letter(f"{who} is of age", "Your part is done", text)


def _letter(
    subject: str,
    heading: str,
    paragraphs: tuple[str, ...],
    label: str = "",
    token: str = "",
    rows: tuple[tuple[str, str], ...] = (),
) -> Letter:
    """The button's link carries the token behind the #, where no server and no log sees it."""
    action = (label, link(token)) if label else None
    return Letter(subject, heading, paragraphs, rows=rows, action=action, why=WHY)
