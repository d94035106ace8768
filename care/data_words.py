"""How the events of this app's own journeys read in a person's activity."""

from accounts.activity_words import Words, register

register("data_export_requested", Words("Asked for a copy of your data", "download"))
register("data_export_fetched", Words("Fetched the copy of your data", "download"))
register("closing_requested", Words("Closed the account", "triangle-alert", "warn"))
register("closing_cancelled", Words("Came back: the account stays", "circle-check", "good"))
register("coins_given_up", Words("Gave up {coins} coins", "coin", "warn"))
register("diamonds_given_up", Words("Gave up {diamond_units} hundredths of a diamond", "gem", "warn"))
