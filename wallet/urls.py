"""The wallet's pages."""

from django.urls import path

from wallet import offers_views, views

app_name = "wallet"
urlpatterns = [
    path("balance/", views.balance, name="balance"),
    path("orders/<uuid:order_id>/", views.order, name="order"),
    path("orders/<uuid:order_id>/landing/", views.landing, name="order-landing"),
    path("orders/<uuid:order_id>/recheck/", views.recheck, name="order-recheck"),
    path("orders/<uuid:order_id>/cancel/", views.cancel, name="order-cancel"),
    path("orders/<uuid:order_id>/receipt/", views.receipt, name="receipt"),
    path("offers/", offers_views.offers, name="offers"),
    path("offers/<slug:slug>/", offers_views.offer, name="offer"),
    path("challenges/<slug:slug>/", offers_views.challenge, name="challenge"),
    path("badges/<int:award_id>/", offers_views.badge, name="badge"),
]
