"""The wallet's part of /api/v1/."""

from django.urls import path

from wallet.api import customers, limits, offers, receipts, refunds, views

urlpatterns = [
    path("wallet/", views.WalletView.as_view(), name="api-wallet"),
    path("wallet/recharge-caps/", limits.RechargeCapsView.as_view(), name="api-recharge-caps"),
    path("wallet/pauses/", limits.PausesView.as_view(), name="api-pauses"),
    path("wallet/pauses/ending/", limits.PauseEndingView.as_view(), name="api-pause-ending"),
    path("wallet/spending/", limits.SpendingView.as_view(), name="api-spending"),
    path("me/payment-methods/", customers.PaymentMethodsView.as_view(), name="api-payment-methods"),
    path("me/payment-methods/portal/", customers.PortalView.as_view(), name="api-payment-portal"),
    path("packages/", views.PackagesView.as_view(), name="api-packages"),
    path("orders/", views.OrdersView.as_view(), name="api-orders"),
    path("orders/recharges.csv", receipts.RechargesFileView.as_view(), name="api-recharges-file"),
    path("orders/<uuid:order_id>/receipt/", receipts.ReceiptView.as_view(), name="api-receipt"),
    path("orders/<uuid:order_id>/receipt.pdf", receipts.ReceiptFileView.as_view(), name="api-receipt-file"),
    path("orders/<uuid:order_id>/", views.OrderView.as_view(), name="api-order"),
    path("orders/<uuid:order_id>/recheck/", views.RecheckView.as_view(), name="api-order-recheck"),
    path(
        "orders/<uuid:order_id>/cancellation/",
        views.CancellationView.as_view(),
        name="api-order-cancellation",
    ),
    path("offers/", offers.OffersView.as_view(), name="api-offers"),
    path("offers/<slug:slug>/", offers.OfferView.as_view(), name="api-offer"),
    path("challenges/", offers.ChallengesView.as_view(), name="api-challenges"),
    path("challenges/<slug:slug>/", offers.ChallengeView.as_view(), name="api-challenge"),
    path("quotes/", offers.QuotesView.as_view(), name="api-quotes"),
    path("me/badges/", offers.BadgesView.as_view(), name="api-badges"),
    path("me/badges/<int:award_id>/", offers.BadgeView.as_view(), name="api-badge"),
    path(
        "orders/<uuid:order_id>/refund-quote/",
        refunds.RefundQuoteView.as_view(),
        name="api-order-refund-quote",
    ),
    path("orders/<uuid:order_id>/refunds/", refunds.RefundsView.as_view(), name="api-order-refunds"),
]
