"""What operators do with offers, codes and challenges: draft, preview, publish, end, and see what came of it."""

import csv
from typing import Any, ClassVar, cast

from django.contrib import admin, messages
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from unfold.decorators import action, display

from accounts.models import User
from ground import clock
from ground.errors import DomainError, NotFound
from look.money import money, whole
from look.states import mail_chip
from provider.admin import ReadOnlyAdmin, ReasonForm
from wallet import offer_words
from wallet.challenges_admin import Drafts
from wallet.models import Coupon, FirstRecharge, Offer, OfferUse
from wallet.offers_forms import BatchForm, CodeForm, OfferForm
from wallet.services import offer_catalogue
from wallet.services.coupons import make_batch, make_code, stop_coupon


@admin.register(Offer)
class OfferAdmin(Drafts):
    form = OfferForm
    list_display = [
        "name",
        "slug",
        "version",
        "shown_state",
        "gives",
        "way",
        "used",
        "coins_granted",
        "starts_at",
        "ends_at",
    ]
    list_filter = ["way", "kind"]
    search_fields = ["name", "slug"]
    readonly_fields: ClassVar[list[str]] = ["preview", "single_use", "figures"]
    actions_detail: ClassVar[list[str]] = ["publish", "end", "again", "codes"]

    has_codes_permission = Drafts.has_publish_permission
    has_again_permission = Drafts.has_publish_permission

    @display(description="state")  # type: ignore[untyped-decorator]
    def shown_state(self, offer: Offer) -> str:
        return mail_chip("offer", offer.state(clock.now()))

    @display(description="gives")  # type: ignore[untyped-decorator]
    def gives(self, offer: Offer) -> str:
        return offer_words.gives(offer)

    @display(description="uses")  # type: ignore[untyped-decorator]
    def used(self, offer: Offer) -> str:
        return _of(offer.uses_taken, offer.total_limit)

    @display(description="bonus coins")  # type: ignore[untyped-decorator]
    def coins_granted(self, offer: Offer) -> str:
        return _of(offer.coins_taken, offer.budget_coins)

    @display(description="page")  # type: ignore[untyped-decorator]
    def preview(self, offer: Offer) -> str:
        if offer._state.adding:
            return "Save the draft, then look at its page here."
        address = reverse("wallet:offer", args=[offer.slug])
        return format_html('<a href="{}?preview" target="_blank">Look at it as a buyer sees it</a>', address)

    @display(description="single-use codes")  # type: ignore[untyped-decorator]
    def single_use(self, offer: Offer) -> str:
        if offer._state.adding or offer.way != Offer.Way.COUPON:
            return "For offers that are had by coupon."
        address = reverse("admin:wallet_offer_single_use_codes", args=[offer.pk])
        return format_html('<a href="{}">Make codes and download them</a>', address)

    @display(description="what came of it")  # type: ignore[untyped-decorator]
    def figures(self, offer: Offer) -> str:
        return format_html_join("", "<p>{}</p>", ((line,) for line in figures_of(offer)))

    def save_model(self, request: HttpRequest, obj: Offer, form: Any, change: bool) -> None:
        offer_catalogue.keep_draft(offer=obj, operator=cast(User, request.user))

    @action(  # type: ignore[untyped-decorator]
        description="Publish",
        permissions=["publish"],
        dialog={
            "title": "Publish this version",
            "description": "From then on its terms stay. It takes the place of the version before it.",
            "form_class": ReasonForm,
            "form_submit_text": "Publish",
        },
    )
    def publish(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        offer = offer_catalogue.publish_offer(offer=Offer.objects.get(pk=object_id), now=clock.now())
        self.log_change(request, offer, f"published: {form.cleaned_data['reason']}")
        return self.answer(request, object_id)

    @action(  # type: ignore[untyped-decorator]
        description="End now",
        permissions=["end"],
        dialog={
            "title": "End this offer now",
            "description": "Orders that have it keep it.",
            "form_class": ReasonForm,
            "form_submit_text": "End it",
        },
    )
    def end(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        offer = Offer.objects.get(pk=object_id)
        offer_catalogue.end_offer(offer=offer, now=clock.now())
        self.log_change(request, offer, f"ended: {form.cleaned_data['reason']}")
        return self.answer(request, object_id)

    @action(  # type: ignore[untyped-decorator]
        description="New version",
        permissions=["again"],
        dialog={
            "title": "Draft a new version of this offer",
            "form_class": ReasonForm,
            "form_submit_text": "Make the draft",
        },
    )
    def again(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        offer = Offer.objects.get(pk=object_id)
        draft = offer_catalogue.new_version(offer=offer, operator=cast(User, request.user), now=clock.now())
        self.log_change(
            request, draft, f"drafted from version {offer.version}: {form.cleaned_data['reason']}"
        )
        return self.answer(request, str(draft.pk))

    @action(  # type: ignore[untyped-decorator]
        description="Make a public code",
        permissions=["codes"],
        dialog={
            "title": "Make one code that many may use",
            "form_class": CodeForm,
            "form_submit_text": "Make it",
        },
    )
    def codes(self, request: HttpRequest, form: CodeForm, object_id: str) -> HttpResponse:
        offer = Offer.objects.get(pk=object_id)
        if offer.way != Offer.Way.COUPON:
            messages.warning(request, "This offer is not had by coupon.")
            return self.answer(request, object_id)
        try:
            coupon = make_code(offer=offer, now=clock.now(), **form.wanted())
        except DomainError as refusal:
            messages.warning(request, f"{refusal.message} {refusal.next_step}")
        else:
            self.log_change(request, offer, f"made the code {coupon.hint}")
            messages.success(request, f"The code {coupon.hint} works while the offer runs.")
        return self.answer(request, object_id)

    def get_urls(self) -> list[URLPattern]:
        """The page that makes single-use codes beside Django's own."""
        codes = self.admin_site.admin_view(self.single_use_codes)
        own = [path("<int:offer_id>/single-use-codes/", codes, name="wallet_offer_single_use_codes")]
        return own + cast("list[URLPattern]", super().get_urls())

    def single_use_codes(self, request: HttpRequest, offer_id: int) -> HttpResponse:
        """Make codes for one order each; the file that answers is the only time that anybody sees them."""
        offer = get_object_or_404(Offer, pk=offer_id)
        if not self.has_publish_permission(request) or offer.way != Offer.Way.COUPON:
            raise NotFound
        form = BatchForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            codes = make_batch(offer=offer, now=clock.now(), **form.cleaned_data)
            self.log_change(request, offer, f"made {len(codes)} codes: {form.cleaned_data['batch']}")
            return _file_of(offer, codes)
        facts = self.admin_site.each_context(request) | {
            "title": "Single-use codes",
            "offer": offer,
            "form": form,
        }
        return render(request, "wallet/admin_codes.html", facts, status=400 if form.errors else 200)


@admin.register(Coupon)
class CouponAdmin(ReadOnlyAdmin):
    """Codes by their hint; the code itself is not kept."""

    list_display = ["hint", "offer", "batch", "used", "for_user", "expires_at", "created_at"]
    list_filter = ["offer", "batch"]
    list_select_related = ["offer", "for_user"]
    search_fields = ["hint", "batch", "for_user__handle"]
    exclude = ["digest"]
    actions_detail = ["stop"]

    @display(description="uses")  # type: ignore[untyped-decorator]
    def used(self, coupon: Coupon) -> str:
        return _of(coupon.uses_taken, coupon.total_limit)

    def has_stop_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.may(request)

    @action(  # type: ignore[untyped-decorator]
        description="Stop this code",
        permissions=["stop"],
        dialog={
            "title": "Stop this code now",
            "description": "Orders that have it keep it.",
            "form_class": ReasonForm,
            "form_submit_text": "Stop it",
        },
    )
    def stop(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        coupon = Coupon.objects.get(pk=object_id)
        stop_coupon(coupon=coupon, now=clock.now())
        self.log_change(request, coupon, f"stopped: {form.cleaned_data['reason']}")
        return self.answer(request, object_id)


@admin.register(OfferUse)
class OfferUseAdmin(ReadOnlyAdmin):
    """Which order has which offer."""

    list_display = [
        "order_id",
        "user",
        "offer",
        "coupon",
        "discount",
        "bonus_coins",
        "shown_state",
        "reserved_at",
    ]
    list_filter = ["state", "offer"]
    list_select_related = ["user", "offer", "coupon", "order"]
    search_fields = ["order__id", "user__handle", "offer__slug"]
    ordering = ["-reserved_at"]

    @display(description="discount")  # type: ignore[untyped-decorator]
    def discount(self, use: OfferUse) -> str:
        return money(use.discount_minor, use.order.currency)

    @display(description="state")  # type: ignore[untyped-decorator]
    def shown_state(self, use: OfferUse) -> str:
        return mail_chip("offer_use", use.state)


@admin.register(FirstRecharge)
class FirstRechargeAdmin(ReadOnlyAdmin):
    """Who had the bonus of a first recharge."""

    list_display = ["user", "order", "at"]
    list_select_related = ["user", "order"]
    search_fields = ["user__handle", "order__id"]


def figures_of(offer: Offer) -> list[str]:
    """What came of an offer, in lines: orders, coins, discounts and revenue."""
    uses = offer.uses.filter(state=OfferUse.State.GRANTED)
    lines = [f"{whole(count)} orders {state}" for state, count in _counts(offer)]
    by_currency = uses.values_list("order__currency").annotate(
        revenue=Sum("order__gross_minor"), less=Sum("discount_minor"), coins=Sum("bonus_coins")
    )
    for currency, revenue, less, coins in by_currency.order_by("order__currency"):
        paid, saved = money(revenue, currency), money(less, currency)
        lines.append(f"{paid} paid, {saved} less than listed, {whole(coins)} bonus coins")
    return lines or ["Nobody has used it yet."]


def _counts(offer: Offer) -> list[tuple[str, int]]:
    counted = offer.uses.values_list("state").annotate(n=Count("pk")).order_by("state")
    return [(OfferUse.State(state).label.lower(), n) for state, n in counted]


def _of(taken: int, most: int | None) -> str:
    return whole(taken) if most is None else f"{whole(taken)} of {whole(most)}"


def _file_of(offer: Offer, codes: list[str]) -> HttpResponse:
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="codes-{offer.slug}-{offer.version}.csv"'
    answer["Cache-Control"] = "no-store"
    writer = csv.writer(answer)
    writer.writerows([["code"], *([code] for code in codes)])
    return answer
