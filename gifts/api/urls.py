"""The part of /api/v1/ that is about gifts."""

from django.urls import path

from gifts.api import budgets, views

app_name = "gifts-api"

urlpatterns = [
    path("wallet/budgets/", budgets.BudgetsView.as_view(), name="budgets"),
    path("wallet/budgets/<slug:scope>/", budgets.BudgetView.as_view(), name="budget"),
    path(
        "wallet/budgets/creators/<str:handle>/<slug:period>/",
        budgets.CreatorBudgetView.as_view(),
        name="creator-budget",
    ),
    path("wallet/budget-changes/<int:change_id>/", budgets.BudgetChangeView.as_view(), name="budget-change"),
    path("gifts/", views.Catalogue.as_view(), name="catalogue"),
    path("gifts/sent/", views.GiftsSent.as_view(), name="sent"),
    path("gifts/sent/<int:sent_id>/", views.Receipt.as_view(), name="receipt"),
    path("creator/gifts/", views.GiftsReceived.as_view(), name="received"),
    path("rooms/<uuid:room_id>/gifts/", views.Send.as_view(), name="send"),
]
