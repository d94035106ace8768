"""How much one person may write. Counted in the rows, under the person's lock, so that a race counts right too."""

from datetime import datetime, timedelta

from accounts.models import User
from care.errors import TooManyCases, TooManyMessages, TooManyReports
from care.models import CaseMessage, Report, SupportCase, SupportTerms

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
REPORTS_A_DAY = 20


def require_case_pace(person: User, terms: SupportTerms, now: datetime) -> None:
    """Let the person open a case if few were opened in the last 24 hours.

    Raises:
        TooManyCases: with `retry_after_s`.
    """
    opened = SupportCase.objects.filter(person=person, opened_at__gt=now - DAY).order_by("opened_at")
    times = list(opened.values_list("opened_at", flat=True))
    if len(times) >= terms.cases_a_day:
        raise TooManyCases(retry_after_s=_until(times[-terms.cases_a_day] + DAY, now))


def require_message_pace(person: User, terms: SupportTerms, now: datetime) -> None:
    """Let the person write if they wrote few messages in the last hour.

    Raises:
        TooManyMessages: with `retry_after_s`.
    """
    written = CaseMessage.objects.filter(author=person, is_support=False, at__gt=now - HOUR).order_by("at")
    times = list(written.values_list("at", flat=True))
    if len(times) >= terms.messages_an_hour:
        raise TooManyMessages(retry_after_s=_until(times[-terms.messages_an_hour] + HOUR, now))


def require_report_pace(person: User, now: datetime) -> None:
    """Let the person report if they reported fewer than REPORTS_A_DAY times in the last 24 hours.

    Raises:
        TooManyReports: with `retry_after_s`.
    """
    times = list(
        Report.objects.filter(person=person, at__gt=now - DAY).order_by("at").values_list("at", flat=True)
    )
    if len(times) >= REPORTS_A_DAY:
        raise TooManyReports(retry_after_s=_until(times[-REPORTS_A_DAY] + DAY, now))


def _until(moment: datetime, now: datetime) -> int:
    return max(1, int((moment - now).total_seconds()))
