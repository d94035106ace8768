"""The part of /api/v1/ that is about gifts."""

from django.urls import path

from gifts.api import views

app_name = "gifts-api"

urlpatterns = [
    path("gifts/", views.Catalogue.as_view(), name="catalogue"),
    path("gifts/sent/", views.GiftsSent.as_view(), name="sent"),
    path("gifts/sent/<int:sent_id>/", views.Receipt.as_view(), name="receipt"),
    path("creator/gifts/", views.GiftsReceived.as_view(), name="received"),
    path("rooms/<uuid:room_id>/gifts/", views.Send.as_view(), name="send"),
]
