"""Storefronts and their price books in the back office: a new version, never a changed one."""

from decimal import Decimal
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from accounts.models import User
from ground import clock
from ground.errors import DomainError
from look.money import money
from provider.admin import ReadOnlyAdmin, ReasonForm
from wallet import selectors
from wallet.models import PriceBook, Storefront
from wallet.prices import per_hundred_minor, price_of, saving_basis_points
from wallet.services import catalogue
from wallet.services.catalogue import Offered
from wallet.units import MICRO_PER_MINOR

MOST_PACKAGES = 30


class StorefrontForm(forms.ModelForm):  # type: ignore[type-arg]
    """A rate of another day names its day."""

    class Meta:
        model = Storefront
        fields = "__all__"  # noqa: DJ007 - operators set all of it

    def clean_sells_to(self) -> Any:
        sells_to = self.cleaned_data["sells_to"]
        if not isinstance(sells_to, list) or any(not _is_country(one) for one in sells_to):
            raise ValidationError('Write a list of country codes, as in ["AT", "DE"].')
        return sells_to

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "settlement_rate_micro" in self.changed_data and not cleaned.get("settlement_rate_on"):
            self.add_error("settlement_rate_on", "Say the day of this rate.")
        return cleaned


@admin.register(Storefront)
class StorefrontAdmin(ModelAdmin):  # type: ignore[misc]
    form = StorefrontForm
    list_display = ["name", "code", "country", "currency", "tax", "settlement_rate_on", "is_default"]
    search_fields = ["name", "code", "country"]
    fieldsets: ClassVar[list[Any]] = [
        (None, {"fields": ["code", "name", "country", "sells_to", "currency", "is_default", "is_active"]}),
        ("Tax", {"fields": ["tax_mode", "tax_name", "tax_basis_points", "is_tax_automatic", "tax_code"]}),
        ("Limits", {"fields": ["min_minor", "max_minor", "minimum_age"]}),
        (
            "Settlement",
            {"fields": ["settlement_rate_micro", "settlement_rate_source", "settlement_rate_on"]},
        ),
        ("Refunds", {"fields": ["refund_policy", "withdrawal_days", "refund_four_eyes_above_minor"]}),
        ("Receipts", {"fields": ["seller_name", "seller_address", "seller_tax_id"]}),
    ]

    @display(description="tax")  # type: ignore[untyped-decorator]
    def tax(self, storefront: Storefront) -> str:
        if storefront.is_tax_automatic:
            return f"by the provider, {storefront.tax_mode}"
        return f"{storefront.tax_basis_points / 100:g}%, {storefront.tax_mode}"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["code", "country", "currency"] if obj else []


class PriceBookForm(forms.ModelForm):  # type: ignore[type-arg]
    """The next version of a storefront's prices, written as a list; it begins with what is sold now."""

    base_price = forms.DecimalField(
        label="Base price of 100 coins", max_digits=12, decimal_places=4, min_value=Decimal("0.0001"),
        widget=UnfoldAdminTextInputWidget,
        help_text="In the storefront's currency, as listed: for exact amounts, and what savings are told against.",
    )  # fmt: skip
    packages = forms.CharField(
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 9}),
        help_text="One package per line: its code, its coins, its price; a star marks the preselected one. "
        "As in: coins-700 700 8.95 *",
    )

    class Meta:
        model = PriceBook
        fields = ["storefront", "starts_at", "reason"]
        help_texts: ClassVar[dict[str, str]] = {
            "starts_at": "Buyers see it announced until then. Leave it empty to begin at once.",
            "reason": "Why there is a new version; operators read it.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.fields["starts_at"].required = False
            self.fields["reason"].required = True

    def clean_packages(self) -> list[Offered]:
        lines = [line.split() for line in self.cleaned_data["packages"].splitlines() if line.strip()]
        if len(lines) > MOST_PACKAGES:
            raise ValidationError(f"At most {MOST_PACKAGES} packages.")
        return [_offered(line) for line in lines]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        now = clock.now()
        if self.is_valid_so_far():
            cleaned["starts_at"] = cleaned.get("starts_at") or now
            try:
                catalogue.demand_possible(
                    storefront=cleaned["storefront"],
                    starts_at=cleaned["starts_at"],
                    packages=cleaned["packages"],
                    now=now,
                )
            except DomainError as refusal:
                raise ValidationError(refusal.message) from refusal
        return cleaned

    def is_valid_so_far(self) -> bool:
        """Whether every field by itself was understood."""
        return not self.errors


@admin.register(PriceBook)
class PriceBookAdmin(ReadOnlyAdmin):
    """Versions: add one to change prices, withdraw one that has not begun."""

    form = PriceBookForm
    list_display = ["storefront", "number", "starts_at", "standing", "base_price_of_100", "made_by"]
    list_filter = ["storefront"]
    list_select_related = ["storefront", "made_by"]
    search_fields = ["storefront__name", "storefront__code", "reason"]
    actions_detail = ["withdraw"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return cast(User, request.user).has_perm("wallet.add_pricebook")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None:
            return ["storefront", "starts_at", "base_price", "packages", "reason"]
        return ["storefront", "number", "starts_at", "standing", "base_price_of_100", "preview", "reason", "made_at",
                "made_by", "withdrawn_at", "withdrawn_by"]  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return self.get_fields(request, obj) if obj else []

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """What is sold now in the storefront of the address, else in the default one."""
        wanted = request.GET.get("storefront", "")
        found = Storefront.objects.filter(pk=wanted) if wanted.isdecimal() and len(wanted) < 10 else None
        storefront = (found and found.first()) or Storefront.objects.filter(is_default=True).first()
        book = selectors.price_book(storefront, clock.now()) if storefront else None
        if storefront is None or book is None:
            return {"storefront": storefront}
        lines = [
            f"{one.code} {one.coins} {_decimal(one.price_minor)}{' *' if one.is_preselected else ''}"
            for one in book.packages.order_by("coins")
        ]
        base = Decimal(book.base_price_micro) / MICRO_PER_MINOR
        return {"storefront": storefront.pk, "base_price": f"{base:f}", "packages": "\n".join(lines)}

    def save_model(self, request: HttpRequest, obj: PriceBook, form: Any, change: bool) -> None:
        assert not change, "a version does not change"
        asked = form.cleaned_data
        book = catalogue.announce_prices(
            storefront=asked["storefront"],
            starts_at=asked["starts_at"],
            base_price_micro=int(asked["base_price"] * MICRO_PER_MINOR),
            packages=asked["packages"],
            operator=cast(User, request.user),
            reason=asked["reason"],
            now=clock.now(),
        )
        obj.pk, obj.number = book.pk, book.number

    @display(description="standing")  # type: ignore[untyped-decorator]
    def standing(self, book: PriceBook) -> str:
        now = clock.now()
        if book.withdrawn_at is not None:
            return "withdrawn"
        if not book.has_begun(now):
            return "announced"
        in_force = selectors.price_book(book.storefront, now)
        return "in force" if in_force is not None and in_force.pk == book.pk else "over"

    @display(description="base price of 100 coins")  # type: ignore[untyped-decorator]
    def base_price_of_100(self, book: PriceBook) -> str:
        return f"{Decimal(book.base_price_micro) / MICRO_PER_MINOR:f} {book.storefront.currency}"

    @display(description="packages")  # type: ignore[untyped-decorator]
    def preview(self, book: PriceBook) -> SafeString:
        """What buyers see, with the storefront's tax of today."""
        shop, unit = book.storefront, book.storefront.currency
        rows = [
            (
                one.code,
                f"{one.coins:,}",
                money(one.price_minor, unit),
                money(price_of(one.price_minor, shop).gross_minor, unit),
                money(per_hundred_minor(one.price_minor, one.coins), unit),
                f"{saving_basis_points(one.coins, one.price_minor, book) / 100:.1f}%",
            )
            for one in book.packages.order_by("coins")
        ]
        head = ("Code", "Coins", "Listed", "With tax", "Per 100", "Saving")
        return format_html(
            "<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>",
            format_html_join("", "<th>{}</th>", ((name,) for name in head)),
            format_html_join("", "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>", rows),
        )  # fmt: skip

    def has_withdraw_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.may(request)

    @action(  # type: ignore[untyped-decorator]
        description="Withdraw",
        permissions=["withdraw"],
        dialog={
            "title": "Withdraw this version",
            "description": "Only before it begins. Buyers no longer see it announced.",
            "form_class": ReasonForm,
            "form_submit_text": "Withdraw",
        },
    )
    def withdraw(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        book = PriceBook.objects.get(pk=object_id)
        try:
            catalogue.withdraw_prices(book=book, operator=cast(User, request.user), now=clock.now())
        except DomainError as refusal:
            messages.warning(request, f"{refusal.message} {refusal.next_step}")
        else:
            self.log_change(request, book, f"withdrawn: {form.cleaned_data['reason']}")
            messages.success(request, "Withdrawn. The prices in force stay.")
        return self.answer(request, object_id)


def _offered(line: list[str]) -> Offered:
    """One line of the list: code, coins, price, and perhaps a star."""
    is_starred = line[-1:] == ["*"]
    code, coins, price = line[:3] if len(line) == 3 + is_starred else ("", "", "")
    minor = _minor(price)
    if not coins.isdecimal() or len(coins) > 9 or minor is None:
        raise ValidationError(f"Not understood: {' '.join(line)[:60]}")
    return Offered(forms.SlugField(max_length=40).clean(code), int(coins), minor, is_preselected=is_starred)


def _minor(price: str) -> int | None:
    """A price with at most two decimals in minor units."""
    main, _, rest = price.partition(".")
    if not main.isdecimal() or len(main) > 7 or len(rest) > 2 or (rest and not rest.isdecimal()):
        return None
    return int(main) * 100 + int(rest.ljust(2, "0"))


def _decimal(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"


def _is_country(code: Any) -> bool:
    return isinstance(code, str) and len(code) == 2 and code.isalpha() and code.isupper()
