"""Challenges in the back office, and what drafts have in common: written until they are published."""

from typing import Any, ClassVar, cast

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin
from unfold.decorators import action, display

from accounts.models import User
from ground import clock
from look.money import whole
from look.states import mail_chip
from provider.admin import ReadOnlyAdmin, ReasonForm
from wallet.models import Challenge, ChallengeAward
from wallet.offers_forms import ChallengeForm
from wallet.services.challenges import publish_challenge


class Drafts(ModelAdmin):  # type: ignore[misc]
    """Rows that can be written until they are published."""

    actions_detail: ClassVar[list[str]] = ["publish", "end"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may: bool = super().has_change_permission(request, obj)
        return may and (obj is None or obj.published_at is None)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may: bool = super().has_delete_permission(request, obj)
        return may and obj is not None and obj.published_at is None

    def has_publish_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return cast(User, request.user).has_perm(f"wallet.change_{self.opts.model_name}")

    has_end_permission = has_publish_permission

    def answer(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Back to the row's page."""
        return ReadOnlyAdmin.answer(cast(ReadOnlyAdmin, self), request, object_id)


@admin.register(Challenge)
class ChallengeAdmin(Drafts):
    form = ChallengeForm
    list_display = ["name", "slug", "shown_state", "counts", "goal", "winners", "starts_at", "ends_at"]
    search_fields = ["name", "slug"]
    actions_detail: ClassVar[list[str]] = ["publish"]

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Challenge]":
        found: QuerySet[Challenge] = super().get_queryset(request)
        return found.annotate(winner_count=Count("awards"))

    @display(description="state")  # type: ignore[untyped-decorator]
    def shown_state(self, challenge: Challenge) -> str:
        return mail_chip("challenge", challenge.state(clock.now()))

    @display(description="won by")  # type: ignore[untyped-decorator]
    def winners(self, challenge: Any) -> str:
        return whole(challenge.winner_count)

    @action(  # type: ignore[untyped-decorator]
        description="Publish",
        permissions=["publish"],
        dialog={
            "title": "Publish this challenge",
            "description": "From then on its terms stay.",
            "form_class": ReasonForm,
            "form_submit_text": "Publish",
        },
    )
    def publish(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        challenge = publish_challenge(challenge=Challenge.objects.get(pk=object_id), now=clock.now())
        self.log_change(request, challenge, f"published: {form.cleaned_data['reason']}")
        return self.answer(request, object_id)


@admin.register(ChallengeAward)
class ChallengeAwardAdmin(ReadOnlyAdmin):
    """Who won what."""

    list_display = ["user", "challenge", "reached", "coupon", "at", "is_shown"]
    list_filter = ["challenge"]
    list_select_related = ["user", "challenge", "coupon"]
    search_fields = ["user__handle", "challenge__slug"]
