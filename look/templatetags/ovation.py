"""`{% load ovation %}`: the pieces of templates/elements/ as tags, and amounts as words."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote, urlencode

from django import template
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString, mark_safe

from ground import clock
from look import money, portraits, states

register = template.Library()
AVATAR_EDGES_PX = {"": 40, "tiny": 24, "small": 32, "large": 72, "huge": 120}
# (name, address, its members for our address and our title): nothing else goes along, no count and no code of ours.
NETWORKS = (
    ("WhatsApp", "https://wa.me/?", ("text",)),
    ("Telegram", "https://t.me/share/url?", ("url", "text")),
    ("Facebook", "https://www.facebook.com/sharer/sharer.php?", ("u",)),
    ("X", "https://x.com/intent/post?", ("url", "text")),
    ("Reddit", "https://www.reddit.com/submit?", ("url", "title")),
    ("Email", "mailto:?", ("body", "subject")),
)
MAIN_TONES = {"good": "circle-check", "warn": "triangle-alert", "bad": "circle-alert", "info": "info"}


@register.simple_tag
def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """Draw one symbol of the sprite; with a `label` it speaks, without one it is decoration."""
    kind = f"icon {size}".strip()
    spoken = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="{}" {}><use href="{}#{}"></use></svg>', kind, spoken, static("icons/sprite.svg"), name
    )


@register.filter(name="money")
def money_filter(amount_minor: int, currency: str) -> str:
    """Write minor units with their currency: {{ order.amount_minor|money:order.currency }}."""
    return money.money(int(amount_minor), currency)


@register.filter
def about(amount_minor: int, currency: str) -> str:
    """Write an amount that is not exact, as look.money.about does."""
    return money.about(amount_minor, currency)


@register.filter
def coins(amount: int) -> str:
    """Write a number of coins with digit groups."""
    return money.whole(int(amount))


@register.filter
def diamonds(units: int) -> str:
    """Write hundredths of a diamond as diamonds."""
    return money.diamonds(int(units))


@register.filter
def spoken(value: int, unit: str) -> str:
    """Write an amount with the unit's name: {{ 70|spoken:"COIN" }} is "70 coins"."""
    return money.spoken(int(value), unit)


@register.inclusion_tag("elements/amount.html")
def amount(value: int, unit: str, size: str = "", words: str = "", sign: bool = False) -> dict[str, Any]:
    """Draw an amount: symbol, number, and `words` (the same in money) below. `sign` shows + and −."""
    plus = sign and value > 0
    return {
        "number": ("+" if plus else "") + money.number(int(value), unit),
        "symbol": {money.COIN: "coin", money.DIAMOND: "gem"}.get(unit, ""),
        "unit_word": {money.COIN: "coins", money.DIAMOND: "diamonds"}.get(unit, ""),
        "kind": " ".join(part for part in (size, "plus" if plus else "") if part),
        "words": words,
    }


@register.inclusion_tag("elements/chip.html")
def state_chip(kind: str, name: str, size: str = "") -> dict[str, Any]:
    """Draw the state `name` of `kind` ("order", "payout", …; look/states.py)."""
    return {"state": states.state(kind, name), "size": size}


@register.simple_tag
def state_of(kind: str, name: str) -> states.State:
    """Answer the state's word, tone, icon and meaning: {% state_of "order" order.status as s %}."""
    return states.state(kind, name)


@register.simple_tag
def mail_state(kind: str, name: str) -> SafeString:
    """Draw the state's chip for a mail (inline colours)."""
    return states.mail_chip(kind, name)


@register.inclusion_tag("elements/avatar.html")
def avatar(person: object, size: str = "", ring: str = "", level: int = 0) -> dict[str, Any]:
    """Draw a person's picture: the uploaded one, else the drawn portrait; `person` is a user or a seed.

    Decoration: the name stands beside it.
    """
    edge_px = AVATAR_EDGES_PX[size]
    address, sharper = face_address(person, edge_px), face_address(person, 2 * edge_px)
    return {
        "address": address or portraits.as_address(portraits.avatar_svg(seed_of(person))),
        "sharper": sharper if sharper != address else "",
        "size": size,
        "ring": ring,
        "level": level,
    }


def face_address(person: object, edge_px: int) -> str:
    """Answer where the uploaded avatar of `person` lies; empty if there is none."""
    uploaded = getattr(person, "avatar_address", None)
    return str(uploaded(edge_px)) if uploaded else ""


@register.inclusion_tag("elements/share.html")
def share(address: str, title: str) -> dict[str, Any]:
    """Draw the share menu of a page: copy, the device's own sheet, and plain links to other networks."""
    networks = []
    for name, base, members in NETWORKS:
        told = dict(zip(members, (address, title), strict=False))
        networks.append({"name": name, "href": base + urlencode(told, quote_via=quote)})
    return {"address": address, "title": title, "networks": networks}


@register.inclusion_tag("elements/cover.html")
def cover(room: object, motif: str = "", alt: str = "") -> dict[str, Any]:
    """Draw a room's cover; `room` is a Room (its id and `cover_motif`, if it has one) or a seed."""
    chosen = motif or str(getattr(room, "cover_motif", "") or "")
    return {"address": portraits.as_address(portraits.cover_svg(seed_of(room), chosen)), "alt": alt}


def seed_of(thing: object) -> str:
    """Answer the seed of a portrait or cover: the row's key, or the text given."""
    key = getattr(thing, "pk", None)
    return str(thing if key is None else key)


@register.inclusion_tag("elements/timeline.html")
def timeline(events: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Draw what happened. Each event: title, at (or None), and optionally who, why, tone, icon, status
    ("done", "now", "to-come")."""
    return {"events": list(events)}


@register.inclusion_tag("elements/stepper.html")
def stepper(current: int, *titles: str) -> dict[str, Any]:
    """Draw the steps of a journey; `current` counts from 1."""
    steps = [{"title": title, "done": n < current, "now": n == current} for n, title in enumerate(titles, 1)]
    return {"steps": steps, "current": current, "total": len(steps)}


@register.inclusion_tag("elements/meter.html")
def meter(used: int, limit: int, unit: str, label: str, tone: str = "") -> dict[str, Any]:
    """Draw how much of `limit` is used; from 80% it warns, at 100% it says stop, unless a `tone` is given."""
    share = min(100, used * 100 // limit) if limit > 0 else 100
    automatic = "bad" if share >= 100 else "warn" if share >= 80 else "good"
    return {
        "label": label,
        "share": share,
        "tone": tone or automatic,
        "used": money.number(used, unit),
        "limit": money.spoken(limit, unit),
    }


@register.inclusion_tag("elements/split_bar.html")
def split_bar(theirs: int, total: int, theirs_words: str, ours_words: str) -> dict[str, Any]:
    """Draw the creator's part of a price beside the platform's, the promise every gift panel shows."""
    return {
        "share": theirs * 100 // total if total else 0,
        "theirs_words": theirs_words,
        "ours_words": ours_words,
    }


@register.inclusion_tag("elements/field.html")
def field(bound: Any, kind: str = "", hint: str = "", label: str = "") -> dict[str, Any]:
    """Draw one bound form field with label, hint and errors; `kind` is "code" or "big"."""
    return {"field": bound, "kind": kind, "hint": hint or bound.help_text, "label": label or bound.label}


@register.inclusion_tag("elements/button.html")
def button(label: str, href: str = "", kind: str = "", icon: str = "", **attributes: Any) -> dict[str, Any]:
    """Draw a button, or a link that looks like one when `href` is given.

    `kind`: words of "quiet danger gold plain small large full"; `busy` the words while a form is on its way;
    `disabled`, `name`, `value`, `type`, `id`, `sheet` (opens that sheet), `form`.
    """
    return {"label": label, "href": href, "kind": kind, "symbol": icon, "type": "submit", **attributes}


@register.inclusion_tag("elements/empty.html")
def empty_state(drawing: str, title: str, text: str = "", action: str = "", href: str = "") -> dict[str, Any]:
    """Draw an empty state: a drawing of static/art/empty/, one sentence, one action."""
    return {
        "drawing": f"art/empty/{drawing}.svg",
        "title": title,
        "text": text,
        "action": action,
        "href": href,
    }


@register.inclusion_tag("elements/copyable.html")
def copyable(text: str, label: str = "Copy", columns: bool = False) -> dict[str, Any]:
    """Draw a block of code with a copy button."""
    return {"text": text, "label": label, "columns": columns}


@register.inclusion_tag("elements/chart.html")
def chart(name: str, series: Mapping[str, Any]) -> dict[str, Any]:
    """Draw a chart and the table behind it.

    `series`: {"title", "kind": "bars" | "line", "days": ["2026-11-22", …], "lines": [{"label", "unit", "values"}]}.
    """
    rows = [
        {"day": day, "cells": [money.number(line["values"][n], line["unit"]) for line in series["lines"]]}
        for n, day in enumerate(series["days"])
    ]
    return {"name": name, "series": dict(series), "rows": rows[::-1]}


@register.simple_tag
def when(moment: datetime | date | None, never: str = "–") -> SafeString:
    """Write a time relative to now, with the exact one on hover; static/js/time.js keeps it fresh."""
    if moment is None:
        return format_html("{}", never)
    if not isinstance(moment, datetime):
        return format_html('<time datetime="{}">{}</time>', moment.isoformat(), date_format(moment, "j M Y"))
    exact = date_format(timezone.localtime(moment), "j M Y, H:i T")
    return format_html(
        '<time datetime="{}" title="{}" data-relative>{}</time>',
        moment.astimezone(UTC).isoformat(timespec="seconds"), exact, relative(moment, clock.now()),
    )  # fmt: skip


def relative(moment: datetime, now: datetime) -> str:
    """Answer "3 min ago", "in 2 days"; beyond four weeks the date itself."""
    gap_s = int((moment - now).total_seconds())
    if abs(gap_s) < 45:
        return "just now"
    for limit_s, size_s, word in ((2700, 60, "min"), (79200, 3600, "hour"), (28 * 86400, 86400, "day")):
        if abs(gap_s) < limit_s:
            count = max(1, (abs(gap_s) + size_s // 2) // size_s)
            plural = word if word == "min" or count == 1 else word + "s"
            return f"in {count} {plural}" if gap_s > 0 else f"{count} {plural} ago"
    return date_format(timezone.localtime(moment), "j M Y")


@register.simple_block_tag
def card(content: str, title: str = "", kind: str = "") -> SafeString:
    """Wrap content in a card: {% card title="Pending" %}…{% endcard %}."""
    head = format_html('<div class="card-head"><h2>{}</h2></div>', title) if title else ""
    return format_html('<section class="card {}">{}{}</section>', kind, head, content)


@register.simple_block_tag
def banner(content: str, tone: str = "info", title: str = "") -> SafeString:
    """Wrap content in a banner: {% banner tone="warn" title="Payouts are paused" %}…{% endbanner %}."""
    head = format_html("<strong>{}</strong>", title) if title else ""
    return format_html(
        '<div class="banner {}" role="{}">{}<div class="banner-text">{}<div>{}</div></div></div>',
        tone, "alert" if tone == "bad" else "status", icon(MAIN_TONES.get(tone, "info")), head, content,
    )  # fmt: skip


@register.simple_block_tag
def sheet(content: str, name: str, title: str, kind: str = "") -> SafeString:
    """Wrap content in a sheet that any element with data-sheet="id" opens (static/js/sheet.js)."""
    return format_html(
        '<dialog class="sheet {}" id="{}" aria-labelledby="{}-title">'
        '<div class="sheet-head"><h2 id="{}-title">{}</h2>'
        '<button class="button plain icon-only" type="button" data-close aria-label="Close">{}</button></div>'
        '<div class="sheet-body">{}</div></dialog>',
        kind, name, name, name, title, icon("x"), content,
    )  # fmt: skip


@register.filter
def local_address(address: str | None, request: HttpRequest) -> str:
    """Answer `address` when it lies on this site, else the home page: where "Go back" leads."""
    if address and url_has_allowed_host_and_scheme(address, {request.get_host()}, request.is_secure()):
        return address
    return "/"


@register.filter
def tone_of(tags: str) -> str:
    """Answer the tone of one of Django's messages: success → good, error → bad."""
    words = tags.split()
    return next((tone for level, tone in _LEVELS.items() if level in words), "info")


@register.filter
def tone_icon(tone: str) -> str:
    """Answer the icon that stands for a tone."""
    return MAIN_TONES.get(tone, "info")


_LEVELS = {"success": "good", "warning": "warn", "error": "bad"}
