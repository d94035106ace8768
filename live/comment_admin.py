"""Walls in the back office: to look at, and to take a comment off one with a reason."""

from typing import cast

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ground import clock
from ground.errors import NotFound
from ledger.admin import ReadOnly
from live.comments import remove_as_operator
from live.models import Comment


class RemovalForm(forms.Form):
    """Why a comment goes."""

    reason = forms.CharField(max_length=300, strip=True)


@admin.register(Comment)
class CommentAdmin(ReadOnly):
    """What is written on walls. What its author removed has no words any more."""

    list_display = ["at", "author", "creator", "text", "likes", "removed_by", "removal_link"]
    list_filter = ["removed_by"]
    list_select_related = ["author", "creator"]
    search_fields = ["text", "author__handle", "creator__handle", "=id"]
    ordering = ["-id"]

    def get_urls(self) -> list[URLPattern]:
        """The removal page beside Django's own."""
        removal = self.admin_site.admin_view(self.removal)
        own = [path("<int:comment_id>/removal/", removal, name="live_comment_removal")]
        return own + cast("list[URLPattern]", super().get_urls())

    @admin.display(description="")
    def removal_link(self, comment: Comment) -> SafeString | str:
        if comment.is_removed:
            return ""
        return format_html(
            '<a href="{}">Remove…</a>', reverse("admin:live_comment_removal", args=[comment.pk])
        )

    def removal(self, request: HttpRequest, comment_id: int) -> HttpResponse:
        """One comment, and the form to take it off with a reason. Who did it stands in the admin log."""
        if not (self.has_view_permission(request) and request.user.has_perm("live.change_comment")):
            raise NotFound
        comment = get_object_or_404(Comment.objects.select_related("author", "creator"), pk=comment_id)
        form = RemovalForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            reason = form.cleaned_data["reason"]
            remove_as_operator(comment_id=comment_id, reason=reason, now=clock.now())
            self.log_change(request, comment, f"Removed: {reason}")
            messages.success(request, "The comment is gone from the wall.")
            return HttpResponseRedirect(reverse("admin:live_comment_changelist"))
        facts = self.admin_site.each_context(request) | {
            "title": "Remove a comment", "comment": comment, "form": form,
        }  # fmt: skip
        return render(
            request, "live/admin_removal.html", facts, status=400 if request.method == "POST" else 200
        )
