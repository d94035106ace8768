"""Cases and reports over REST, in and out."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from care import pages
from care.forms import ASKED_KINDS
from care.models import CaseChange, CaseFile, CaseMessage, SupportCase
from care.services.opening import LONGEST_BODY
from care.states import Step, SubjectKind
from care.subjects import MOST_SUBJECTS
from ground import clock

ABOUT = "What it is about, by kind and id: `order:<id>`, `gift:<id>`, `payout:<id>`, `sign_in:<id>`. Only your own."


class CaseIn(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=ASKED_KINDS)
    body = serializers.CharField(max_length=LONGEST_BODY)
    about = serializers.ListField(
        child=serializers.CharField(max_length=60), max_length=MOST_SUBJECTS, default=list, help_text=ABOUT
    )
    insist = serializers.BooleanField(
        default=False, help_text="Write even though the check of the order found the coins."
    )
    files = serializers.ListField(
        child=serializers.FileField(),
        default=list,
        help_text="As multipart: up to 4 pictures or PDFs of at most 5 MB.",
    )


class CaseMessageIn(serializers.Serializer[Any]):
    body = serializers.CharField(max_length=LONGEST_BODY)
    files = serializers.ListField(
        child=serializers.FileField(),
        default=list,
        help_text="As multipart: up to 4 pictures or PDFs of at most 5 MB.",
    )


class NotMeIn(serializers.Serializer[Any]):
    about = serializers.ListField(
        child=serializers.CharField(max_length=60), max_length=MOST_SUBJECTS, default=list, help_text=ABOUT
    )
    words = serializers.CharField(max_length=LONGEST_BODY, default="", allow_blank=True)


class CaseFileOut(serializers.ModelSerializer[CaseFile]):
    url = serializers.SerializerMethodField(help_text="Where to download it, with the same token.")

    class Meta:
        model = CaseFile
        fields = ["id", "name", "media_type", "size_bytes", "url"]

    def get_url(self, file: CaseFile) -> str:
        return reverse("care-api:file", args=[file.pk])


class CaseMessageOut(serializers.ModelSerializer[CaseMessage]):
    files = CaseFileOut(many=True, read_only=True)

    class Meta:
        model = CaseMessage
        fields = ["id", "is_support", "body", "at", "files"]


class SubjectOut(serializers.Serializer[Any]):
    about = serializers.CharField()
    kind = serializers.ChoiceField(choices=SubjectKind.choices)
    title = serializers.CharField()
    at = serializers.DateTimeField()
    is_disputed = serializers.BooleanField()


class CaseOut(serializers.ModelSerializer[SupportCase]):
    """A case in a list."""

    is_late = serializers.SerializerMethodField(help_text="We promised an answer by a time that has passed.")

    class Meta:
        model = SupportCase
        fields = [
            "reference",
            "kind",
            "state",
            "opened_at",
            "state_at",
            "answer_due_at",
            "solved_at",
            "is_late",
        ]

    def get_is_late(self, case: SupportCase) -> bool:
        return case.is_late(clock.now())


class StepOut(serializers.ModelSerializer[CaseChange]):
    step = serializers.ChoiceField(choices=Step.choices)
    who = serializers.SerializerMethodField(help_text="by you, by support, or by the platform")

    class Meta:
        model = CaseChange
        fields = ["number", "step", "state", "who", "at"]

    def get_who(self, change: CaseChange) -> str:
        return str(pages.step(change)["who"])


class CaseDetailOut(CaseOut):
    """A case with its thread."""

    messages = serializers.SerializerMethodField()
    history = serializers.SerializerMethodField()
    about = serializers.SerializerMethodField()
    is_frozen = serializers.SerializerMethodField(help_text="Your money is stopped because of this case.")

    class Meta(CaseOut.Meta):
        fields = [*CaseOut.Meta.fields, "is_frozen", "about", "messages", "history"]

    @extend_schema_field(CaseMessageOut(many=True))
    def get_messages(self, case: SupportCase) -> Any:
        return CaseMessageOut(self.context["thread"].messages, many=True).data

    @extend_schema_field(StepOut(many=True))
    def get_history(self, case: SupportCase) -> Any:
        return StepOut(self.context["thread"].changes, many=True).data

    @extend_schema_field(SubjectOut(many=True))
    def get_about(self, case: SupportCase) -> Any:
        return SubjectOut(self.context["thread"].subjects, many=True).data

    def get_is_frozen(self, case: SupportCase) -> bool:
        return self.context["thread"].freeze is not None


class RecoveryOut(serializers.Serializer[Any]):
    """How the account stands after a report."""

    is_required = serializers.BooleanField(help_text="Until this is false nothing else is answered.")
    steps = serializers.ListField(
        child=serializers.ChoiceField(choices=["new_password", "second_factor"]),
        help_text="What is left, in order. A new password: POST /_allauth/app/v1/auth/password/request.",
    )
    is_frozen = serializers.BooleanField(help_text="Spending and cash-out are stopped until support decides.")
    case = serializers.CharField(allow_null=True)
    answer_due_at = serializers.DateTimeField(allow_null=True)
