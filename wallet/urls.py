"""The wallet's pages."""

from django.urls import path

from wallet import customer_views, history_views, offers_views, refund_views, views

app_name = "wallet"
urlpatterns = [
    path("balance/", views.balance, name="balance"),
    path("orders/<uuid:order_id>/", views.order, name="order"),
    path("orders/<uuid:order_id>/landing/", views.landing, name="order-landing"),
    path("orders/<uuid:order_id>/recheck/", views.recheck, name="order-recheck"),
    path("orders/<uuid:order_id>/cancel/", views.cancel, name="order-cancel"),
    path("offers/", offers_views.offers, name="offers"),
    path("offers/<slug:slug>/", offers_views.offer, name="offer"),
    path("challenges/<slug:slug>/", offers_views.challenge, name="challenge"),
    path("badges/<int:award_id>/", offers_views.badge, name="badge"),
    path("settings/payment-methods/", customer_views.payment_methods, name="payment-methods"),
    path("orders/", history_views.recharges, name="recharges"),
    path("orders/recharges.csv", history_views.recharges_csv, name="recharges-csv"),
    path("orders/<uuid:order_id>/receipt/", history_views.receipt, name="receipt"),
    path("orders/<uuid:order_id>/receipt.pdf", history_views.receipt_file, name="receipt-file"),
    path("orders/<uuid:order_id>/refund/", refund_views.refund, name="order-refund"),
    path("refund-policy/", refund_views.policy, name="refund-policy"),
]
