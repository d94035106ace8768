"""A support case: who asks, about what, what was said, and each step of its way."""

import secrets
import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from care.states import OURS, CaseKind, CaseState, Step, SubjectKind

# Read out over a telephone: no letter that looks or sounds like another.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
REFERENCE_LENGTH = 8


def new_reference() -> str:
    """A random name of a case: not to be guessed, short enough to be typed."""
    return "".join(secrets.choice(ALPHABET) for _ in range(REFERENCE_LENGTH))


class SupportTerms(models.Model):
    """What support promises and allows. One row per installation; operators change it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    first_answer_hours = models.PositiveSmallIntegerField(
        default=24, help_text="By when people are promised an answer."
    )
    report_answer_hours = models.PositiveSmallIntegerField(
        default=4, help_text="The same for “I did not do this”, while a person's money is stopped."
    )
    reopen_days = models.PositiveSmallIntegerField(
        default=14, help_text="How long a solved case can be opened again by answering."
    )
    cases_a_day = models.PositiveSmallIntegerField(
        default=10, help_text="New cases of one person in 24 hours."
    )
    messages_an_hour = models.PositiveSmallIntegerField(
        default=30, help_text="Messages of one person in an hour."
    )
    four_eyes_above_minor = models.BigIntegerField(
        default=10_000,
        help_text="Above this worth of coins and diamonds (minor units of the settlement currency) "
        "a second operator must agree before money is released.",
    )

    class Meta:
        verbose_name = verbose_name_plural = "support terms"
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="care_supportterms_one_row"),
            models.CheckConstraint(
                condition=Q(
                    first_answer_hours__gt=0,
                    report_answer_hours__gt=0,
                    cases_a_day__gt=0,
                    messages_an_hour__gt=0,
                    four_eyes_above_minor__gte=0,
                ),
                name="care_supportterms_sensible",
            ),
        ]

    def __str__(self) -> str:
        return f"an answer within {self.first_answer_hours} hours"

    def answer_due_at(self, kind: str, now: datetime) -> datetime:
        """By when somebody who writes now is promised an answer."""
        is_report = kind == CaseKind.UNAUTHORIZED
        return now + timedelta(hours=self.report_answer_hours if is_report else self.first_answer_hours)


class SupportCaseQuerySet(models.QuerySet["SupportCase"]):
    def ours(self) -> "SupportCaseQuerySet":
        """Those whose next word is support's, the longest promised first."""
        return self.filter(state__in=OURS).order_by("answer_due_at", "id")


class SupportCase(models.Model):
    """One matter of one person. Its `reference` names it in pages, mails and on the telephone."""

    reference = models.CharField(
        max_length=REFERENCE_LENGTH, unique=True, default=new_reference, editable=False
    )
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="support_cases")
    kind = models.CharField(max_length=20, choices=CaseKind)
    state = models.CharField(max_length=16, choices=CaseState, default=CaseState.OPEN)
    key = models.CharField(max_length=80)  # the client's Idempotency-Key
    request_hash = models.BinaryField(max_length=32)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    opened_at = models.DateTimeField()  # business time, as all of these
    state_at = models.DateTimeField()
    answer_due_at = models.DateTimeField(
        null=True, blank=True
    )  # promised; empty: the next word is the person's
    answered_at = models.DateTimeField(null=True, blank=True)  # the first answer
    solved_at = models.DateTimeField(null=True, blank=True)

    objects = SupportCaseQuerySet.as_manager()
    news: list["CaseChange"]  # written in the present transaction, told at its end

    class Meta:
        ordering = ["-opened_at", "-id"]
        permissions = [("answer_case", "Can answer support cases, with the files in them")]
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="care_supportcase_key_once"),
            models.CheckConstraint(
                condition=Q(state__in=CaseState.values), name="care_supportcase_state_known"
            ),
            models.CheckConstraint(condition=Q(kind__in=CaseKind.values), name="care_supportcase_kind_known"),
            models.CheckConstraint(
                condition=Q(state=CaseState.SOLVED, solved_at__isnull=False)
                | (~Q(state=CaseState.SOLVED) & Q(solved_at__isnull=True)),
                name="care_supportcase_solved_at",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OURS, answer_due_at__isnull=False)
                | (~Q(state__in=OURS) & Q(answer_due_at__isnull=True)),
                name="care_supportcase_promise",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-opened_at", "-id"], name="care_cases_of_person"),
            models.Index(fields=["state", "answer_due_at"], name="care_cases_to_answer"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def status(self) -> CaseState:
        """`state` as the enum that knows the rules."""
        return CaseState(self.state)

    def is_late(self, now: datetime) -> bool:
        """Whether we promised an answer by a time that has passed."""
        return self.answer_due_at is not None and self.answer_due_at < now


class CaseMessage(models.Model):
    """One thing said in a case. An internal note is for operators alone."""

    case = models.ForeignKey(SupportCase, models.PROTECT, related_name="messages")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    is_support = models.BooleanField(default=False)
    is_internal = models.BooleanField(default=False)
    body = models.TextField(max_length=4_000)  # empty once the person was erased
    key = models.CharField(max_length=80)
    request_hash = models.BinaryField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "author", "key"], name="care_casemessage_key_once"),
            models.CheckConstraint(
                condition=Q(is_internal=False) | Q(is_support=True),
                name="care_casemessage_notes_are_supports",
            ),
        ]
        indexes = [models.Index(fields=["author", "at"], name="care_messages_of_author")]

    def __str__(self) -> str:
        return f"{self.case_id} by {self.author_id}"


class CaseFile(models.Model):
    """A picture or a PDF that came with a message.

    The bytes lie in the database and not among the files that are served: they come and go with their message in one
    transaction, no address leads to them but the authorised view, and erasing a person leaves none behind.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    message = models.ForeignKey(CaseMessage, models.PROTECT, related_name="files")
    name = models.CharField(max_length=100)  # as shown and downloaded; made safe
    media_type = models.CharField(max_length=40)
    size_bytes = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(media_type__in=["image/webp", "application/pdf"]), name="care_casefile_type_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CaseItem(models.Model):
    """What a case is about: an order, a gift, a cash-out or a line of the account's activity, by its id.

    No foreign key: they live in four tables. `care.subjects` finds them and lets a person attach only their own.
    """

    case = models.ForeignKey(SupportCase, models.PROTECT, related_name="items")
    kind = models.CharField(max_length=10, choices=SubjectKind)
    ref = models.CharField(max_length=40)
    is_disputed = models.BooleanField(default=False)  # the person says: I did not do this

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "kind", "ref"], name="care_caseitem_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.ref}"


class CaseChange(models.Model):
    """One step of a case: who, when, why. Rows never change (trigger), but for a reason that is erased."""

    case = models.ForeignKey(SupportCase, models.PROTECT, related_name="changes")
    number = models.PositiveIntegerField()
    step = models.CharField(max_length=14, choices=Step)
    state = models.CharField(max_length=16, choices=CaseState)  # after it
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )  # empty: the platform itself
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["case", "number"]
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="care_casechange_number_once")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.number}: {self.step}"


class CannedReply(models.Model):
    """An answer that support gives often. `{name}` and `{reference}` are filled in."""

    title = models.CharField(max_length=80, unique=True)
    body = models.TextField(max_length=4_000)
    kind = models.CharField(
        max_length=20, choices=CaseKind, blank=True, help_text="Offered first in these cases."
    )
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["title"]
        verbose_name_plural = "canned replies"

    def __str__(self) -> str:
        return self.title

    def filled(self, case: SupportCase) -> str:
        """The words for this case; braces that mean nothing stay as they are."""
        return self.body.replace("{name}", case.person.name).replace("{reference}", case.reference)
