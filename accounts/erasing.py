"""What of mails, activity and former handles goes when a person is erased."""

from accounts.models import AntiPhishingPhrase, FormerHandle, OwedMail, User, WantedTopic


def erase_mails(person: User) -> None:
    """Erase mails with what they say, the topics asked for, and the phrase. A mail owed afterwards still goes out."""
    OwedMail.objects.filter(user=person).delete()
    WantedTopic.objects.filter(user=person).delete()
    AntiPhishingPhrase.objects.filter(user=person).delete()


def erase_handles(person: User) -> None:
    """Let go of the handles that the person gave up; nothing leads from them any more."""
    FormerHandle.objects.filter(user=person).delete()
