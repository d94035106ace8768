"""The creator's pages."""

from django.urls import path

from payouts import views

app_name = "payouts"

urlpatterns = [
    path("studio/", views.studio, name="studio"),
    path("studio/begin/", views.begin, name="begin"),
    path("studio/onboarding/", views.onboarding, name="onboarding"),
    path("studio/onboarding/again/", views.onboarding_again, name="onboarding-again"),
    path("studio/onboarding/done/", views.onboarding_done, name="onboarding-done"),
    path("studio/cash-out/", views.cash_out, name="cash_out"),
    path("studio/cash-out/<uuid:quote_id>/", views.confirm, name="confirm"),
    path("studio/payouts/", views.payout_list, name="payouts"),
    path("studio/payouts/<uuid:payout_id>/", views.payout, name="payout"),
    path("studio/payouts/<uuid:payout_id>/cancellation/", views.cancel, name="cancel"),
]
