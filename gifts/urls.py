"""The pages of gifts."""

from django.urls import path

from gifts import budget_views, views

app_name = "gifts"

urlpatterns = [
    path("settings/budgets/", budget_views.page, name="budgets"),
    path("settings/budgets/set/", budget_views.set_one, name="budget-set"),
    path("settings/budgets/creators/", budget_views.set_for_creator, name="creator-budget-set"),
    path(
        "settings/budgets/changes/<int:change_id>/removal/", budget_views.take_back, name="budget-take-back"
    ),
    path("settings/budgets/pause/", budget_views.pause, name="pause"),
    path("settings/budgets/pause/ending/", budget_views.end_pause, name="pause-ending"),
    path("gifts/", views.history, name="history"),
    path("gifts/<int:sent_id>/", views.receipt, name="receipt"),
    path("live/<uuid:room_id>/gifts/", views.send, name="send"),
]
