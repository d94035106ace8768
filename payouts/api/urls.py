"""The part of /api/v1/ that is about cash-outs."""

from django.urls import path

from payouts.api import views

app_name = "payouts-api"

urlpatterns = [
    path("creator/", views.CreatorStatus.as_view(), name="creator"),
    path("creator/onboarding/", views.Onboarding.as_view(), name="onboarding"),
    path("creator/earnings/", views.CreatorEarnings.as_view(), name="earnings"),
    path("payout-quotes/", views.Quotes.as_view(), name="quotes"),
    path("payouts/", views.Payouts.as_view(), name="payouts"),
    path("payouts/<uuid:payout_id>/", views.OnePayout.as_view(), name="payout"),
    path("payouts/<uuid:payout_id>/cancellation/", views.Cancellation.as_view(), name="cancellation"),
]
