"""The part of /api/v1/ that is about rooms. The gateway serves /rooms/{id}/events/ itself."""

from django.urls import path

from live.api import comments, views

app_name = "live-api"

urlpatterns = [
    path("rooms/", views.Rooms.as_view(), name="rooms"),
    path("rooms/<uuid:room_id>/", views.RoomDetail.as_view(), name="room"),
    path("rooms/<uuid:room_id>/messages/", views.Messages.as_view(), name="messages"),
    path("rooms/<uuid:room_id>/likes/", views.Likes.as_view(), name="likes"),
    path("rooms/<uuid:room_id>/ending/", views.Ending.as_view(), name="ending"),
    path("people/<str:handle>/comments/", comments.Wall.as_view(), name="wall"),
    path("comments/<int:comment_id>/", comments.CommentDetail.as_view(), name="comment"),
    path("comments/<int:comment_id>/like/", comments.Heart.as_view(), name="comment-like"),
]
