"""The addresses of privacy, blocking and following; part of accounts.urls."""

from django.urls import path

from accounts import social_views

urlpatterns = [
    path("settings/privacy/", social_views.privacy, name="privacy"),
    path("settings/privacy/blocked/", social_views.blocked, name="blocked"),
    path("settings/privacy/blocked/<str:handle>/removal/", social_views.unblock, name="unblock"),
    path("@<str:handle>/follow/", social_views.follow, name="follow"),
    path("@<str:handle>/block/", social_views.block, name="block"),
    path("@<str:handle>/followers/", social_views.followers, name="followers"),
    path("@<str:handle>/following/", social_views.following, name="following"),
]
