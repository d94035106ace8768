"""What of mails and activity goes when a person is erased."""

from accounts.models import AntiPhishingPhrase, KnownDevice, OwedMail, SecurityEvent, User, WantedTopic


def erase_mails(person: User) -> None:
    """Erase mails with what they say, the topics asked for, and the phrase. A mail owed afterwards still goes out."""
    OwedMail.objects.filter(user=person).delete()
    WantedTopic.objects.filter(user=person).delete()
    AntiPhishingPhrase.objects.filter(user=person).delete()


def erase_activity(person: User) -> None:
    """Erase when, from where and with what the person signed in."""
    KnownDevice.objects.filter(user=person).delete()
    SecurityEvent.objects.filter(user=person).delete()
