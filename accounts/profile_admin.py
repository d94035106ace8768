"""Pictures and former handles in the back office: to look at, and to take a picture down with a reason."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from accounts import services
from accounts.models import FormerHandle, User
from ground.errors import NotFound
from ledger.admin import ReadOnly


class RemovalForm(forms.Form):
    """Why a picture goes."""

    reason = forms.CharField(max_length=300, strip=True)


class PictureDesk(ReadOnly):
    """A person's picture on their page of the back office, and the way to take it down."""

    readonly_fields = ("picture",)

    def get_urls(self) -> list[URLPattern]:
        """The removal page beside Django's own."""
        removal = self.admin_site.admin_view(self.picture_removal)
        own = [path("<int:user_id>/picture-removal/", removal, name="accounts_user_picture_removal")]
        return own + cast("list[URLPattern]", super().get_urls())

    @admin.display(description="Picture")
    def picture(self, person: User) -> SafeString:
        if not person.avatar:
            return mark_safe("The drawn portrait")
        return format_html(
            '<img src="{}" alt="" width="96" height="96"> <a href="{}">Take it down…</a>',
            person.avatar_address(192), reverse("admin:accounts_user_picture_removal", args=[person.pk]),
        )  # fmt: skip

    def picture_removal(self, request: HttpRequest, user_id: int) -> HttpResponse:
        """One picture, and the form to take it down with a reason. Who did it stands in the admin log."""
        if not (self.has_view_permission(request) and request.user.has_perm("accounts.change_user")):
            raise NotFound
        person = get_object_or_404(User, pk=user_id)
        form = RemovalForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            services.remove_avatar(user=person)
            self.log_change(request, person, f"Took the picture down: {form.cleaned_data['reason']}")
            messages.success(request, f"@{person.handle} is shown with the drawn portrait now.")
            return HttpResponseRedirect(reverse("admin:accounts_user_change", args=[person.pk]))
        facts: dict[str, Any] = self.admin_site.each_context(request)
        facts |= {"title": "Take a picture down", "person": person, "form": form}
        status = 400 if request.method == "POST" else 200
        return render(request, "accounts/admin_picture_removal.html", facts, status=status)


@admin.register(FormerHandle)
class FormerHandleAdmin(ReadOnly):
    """Who was called what until when. So long the old address leads to the new one."""

    list_display = ["handle", "user", "changed_at", "held_until"]
    list_select_related = ["user"]
    search_fields = ["handle", "user__handle", "user__email"]
