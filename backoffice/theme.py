"""The house's colours and mark in Unfold's terms (static/css/tokens.css has the originals)."""

from django.http import HttpRequest
from django.templatetags.static import static

# Lightness and chroma per weight: the coral of the stage light, and the house's violet-grey.
PRIMARY = {
    "50": "97% .02", "100": "94% .045", "200": "88% .085", "300": "82% .125", "400": "76% .165", "500": "68% .19",
    "600": "56% .19", "700": "49% .17", "800": "42% .14", "900": "36% .11", "950": "26% .08",
}  # fmt: skip
BASE = {
    "50": "98.5% .005", "100": "96.5% .007", "200": "92% .01", "300": "86% .014", "400": "70% .02", "500": "54% .025",
    "600": "44% .028", "700": "36% .032", "800": "27% .04", "900": "21% .035", "950": "16% .03",
}  # fmt: skip


def colours(request: HttpRequest) -> dict[str, dict[str, str]]:
    """Unfold's palette."""
    return {
        "primary": {weight: f"oklch({tone} 35)" for weight, tone in PRIMARY.items()},
        "base": {weight: f"oklch({tone} 300)" for weight, tone in BASE.items()},
        "font": {
            "subtle-light": "var(--color-base-500)",
            "subtle-dark": "var(--color-base-400)",
            "default-light": "var(--color-base-600)",
            "default-dark": "var(--color-base-300)",
            "important-light": "var(--color-base-900)",
            "important-dark": "var(--color-base-100)",
        },
    }


def mark(request: HttpRequest) -> str:
    """The mark beside the name."""
    return static("art/favicon.svg")


def favicon(request: HttpRequest) -> str:
    """The same in the browser's tab."""
    return static("art/favicon.svg")


def style(request: HttpRequest) -> str:
    """Our pages' own rules."""
    return static("css/admin.css")
