"""What the floors that do not know the alerts have to tell the operators."""

from provider.alerts import raise_alert


def tell_of_stuck_mail(mail_id: int, words: str) -> None:
    """Open an alert for one mail of a person that does not go out."""
    raise_alert(code="mail_stuck", key=str(mail_id), message=words)
