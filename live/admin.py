"""Rooms in the back office: to look at. Ending a room and moderating it come with their own journeys."""

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from live import comment_admin as comment_admin  # its import registers the walls
from live.models import Message, Room


class ReadOnly(ModelAdmin):  # type: ignore[misc]
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Room)
class RoomAdmin(ReadOnly):
    list_display = ["title", "creator", "category", "status", "like_count", "started_at", "ended_at"]
    list_filter = ["status", "category"]
    list_select_related = ["creator", "likes"]
    search_fields = ["id__exact", "title", "creator__handle", "creator__email"]


@admin.register(Message)
class MessageAdmin(ReadOnly):
    list_display = ["at", "room", "author", "text"]
    list_select_related = ["room", "author"]
    search_fields = ["text", "author__handle"]
