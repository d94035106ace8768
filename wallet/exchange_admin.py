"""Exchange rates in the back office: a table per day, typed here or fetched."""

from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget

from accounts.models import User
from ground import clock
from ground.errors import DomainError
from provider.admin import ReadOnlyAdmin
from wallet.models import ExchangeTable
from wallet.services import exchange
from wallet.services.exchange import Quoted
from wallet.units import MICRO


class ExchangeTableForm(forms.ModelForm):  # type: ignore[type-arg]
    """One day's rates, one per line."""

    rates = forms.CharField(
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 12}),
        help_text="One per line: what one unit of the base currency is in another one, as in USD 1.0851",
    )

    class Meta:
        model = ExchangeTable
        fields = ["on", "base", "source"]
        help_texts: ClassVar[dict[str, str]] = {
            "source": "Buyers read it beside a price abroad.",
            "base": "The currency that all rates are for, as in EUR.",
        }

    def clean_base(self) -> str:
        return str(self.cleaned_data["base"]).strip().upper()

    def clean_rates(self) -> dict[str, Decimal]:
        lines = [line.split() for line in self.cleaned_data["rates"].splitlines() if line.strip()]
        try:
            return {currency.upper(): Decimal(rate.replace(",", ".")) for currency, rate in lines}
        except (ValueError, InvalidOperation) as error:
            raise ValidationError("Write one rate per line, as in USD 1.0851") from error

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            cleaned["quoted"] = Quoted(cleaned["on"], cleaned["base"], cleaned["rates"])
            try:
                exchange.demand_possible(cleaned["quoted"], clock.now())
            except DomainError as refusal:
                raise ValidationError(refusal.message) from refusal
        return cleaned


@admin.register(ExchangeTable)
class ExchangeTableAdmin(ReadOnlyAdmin):
    """Tables are added, never changed: a newer one counts."""

    form = ExchangeTableForm
    list_display = ["on", "base", "source", "recorded_at", "recorded_by"]
    list_filter = ["source"]
    list_select_related = ["recorded_by"]
    search_fields = ["source"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return cast(User, request.user).has_perm("wallet.add_exchangetable")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None:
            return ["on", "base", "source", "rates"]
        return ["on", "base", "source", "recorded_at", "recorded_by", "shown_rates"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return self.get_fields(request, obj) if obj else []

    def save_model(self, request: HttpRequest, obj: ExchangeTable, form: Any, change: bool) -> None:
        assert not change, "a table does not change"
        asked = form.cleaned_data
        table = exchange.record_rates(
            quoted=asked["quoted"],
            source=asked["source"],
            operator=cast(User, request.user),
            now=clock.now(),
        )
        obj.pk = table.pk

    @display(description="rates")  # type: ignore[untyped-decorator]
    def shown_rates(self, table: ExchangeTable) -> SafeString:
        rows = ((rate.currency, f"{Decimal(rate.rate_micro) / MICRO:f}") for rate in table.rates.all())
        return format_html(
            "<table><tbody>{}</tbody></table>", format_html_join("", "<tr><td>{}</td><td>{}</td></tr>", rows)
        )
