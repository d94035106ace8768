from django.urls import path

from demo import views

app_name = "demo"

urlpatterns = [
    path("outbox/", views.outbox, name="outbox"),
    path("outbox.json", views.outbox_json, name="outbox-json"),
    path("outbox/<int:message_id>/", views.outbox_message, name="message"),
    path("outbox/<int:message_id>/html/", views.outbox_html, name="message-html"),
    path("otp/<str:handle>/", views.one_time_code, name="one-time-code"),
    path("otp/<str:handle>.json", views.one_time_code, name="one-time-code-json"),
    path("books.json", views.books_json, name="books-json"),
]
