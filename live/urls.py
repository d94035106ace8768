"""The pages of live rooms. `home` and `explore` stand outside the namespace: config/urls.py includes `front`."""

from django.urls import path

from live import comment_views, views

app_name = "live"

urlpatterns = [
    path("live/start/", views.start, name="start"),
    path("live/<uuid:room_id>/", views.room, name="room"),
    path("live/<uuid:room_id>/card.png", views.card, name="room-card"),
    path("live/<uuid:room_id>/messages/", views.say, name="say"),
    path("live/<uuid:room_id>/likes/", views.like, name="like"),
    path("live/<uuid:room_id>/ending/", views.end, name="end"),
    path("@<str:handle>/comments/", comment_views.post, name="comment"),
    path("comments/<int:comment_id>/removal/", comment_views.remove, name="remove-comment"),
    path("comments/<int:comment_id>/like/", comment_views.like, name="like-comment"),
]

front = [
    path("", views.home, name="home"),
    path("explore/", views.explore, name="explore"),
]
