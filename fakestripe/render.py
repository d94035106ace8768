"""Pages from templates: plain HTML that works without JavaScript."""

from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.responses import HTMLResponse

PAGES = Path(__file__).with_name("pages")
WITHOUT_DECIMALS = {"bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx", "vnd", "vuv",
                    "xaf", "xof", "xpf"}  # fmt: skip
SIGNS = {"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥"}


def money_text(amount_minor: int, currency: str) -> str:
    """Write an amount for people: `$12.90`, `¥500`, `12.90 CHF`."""
    digits = f"{abs(amount_minor):,}" if currency in WITHOUT_DECIMALS else f"{abs(amount_minor) / 100:,.2f}"
    sign = "−" if amount_minor < 0 else ""
    if currency in SIGNS:
        return f"{sign}{SIGNS[currency]}{digits}"
    return f"{sign}{digits} {currency.upper()}"


def time_text(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%d %b %Y, %H:%M UTC")


environment = Environment(loader=FileSystemLoader(PAGES), autoescape=select_autoescape(), trim_blocks=True)
environment.filters["money"] = money_text
environment.filters["time"] = time_text


def show(template: str, *, status: int = 200, **values: object) -> HTMLResponse:
    """Render a page that nobody may frame or keep."""
    html = environment.get_template(template).render(values)
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:;"
        " frame-ancestors 'none'; base-uri 'none'",
        "Referrer-Policy": "no-referrer",
    }
    return HTMLResponse(html, status, headers)
