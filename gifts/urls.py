"""The pages of gifts."""

from django.urls import path

from gifts import views

app_name = "gifts"

urlpatterns = [
    path("gifts/", views.history, name="history"),
    path("gifts/<int:sent_id>/", views.receipt, name="receipt"),
    path("live/<uuid:room_id>/gifts/", views.send, name="send"),
]
