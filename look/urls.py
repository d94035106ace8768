from django.conf import settings
from django.urls import URLPattern, path

from look import views

app_name = "look"
urlpatterns: list[URLPattern] = [
    path("art/avatar/anonymous.svg", views.anonymous, name="anonymous"),
    path("art/avatar/<slug:seed>.svg", views.avatar, name="avatar"),
    path("art/cover/<slug:seed>.svg", views.cover, name="cover"),
]

if not settings.PRODUCTION:
    urlpatterns += [path("style/", views.style, name="style")]
