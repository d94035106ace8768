"""What the style page shows: one of each piece, in each of its states, with values that look like real ones."""

import json
import re
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings

from ground import clock
from look.covers import MOTIFS
from look.states import KINDS

COLOURS = [
    "house", "stage", "raised", "lifted", "line", "line-strong", "text", "text-quiet", "spot",
    "spot-text", "spot-soft", "gold", "gold-text", "gold-soft", "gem", "gem-end", "gem-text",
    "gem-soft", "good", "good-text", "good-soft", "warn", "warn-text", "warn-soft", "bad", "bad-text",
    "bad-soft", "bad-fill", "focus", "wash", "wash-gold",
]  # fmt: skip
EMPTY_DRAWINGS = ("stage", "wallet", "gifts", "search", "inbox", "payouts")
PEOPLE = ("Mara Lindqvist", "Tomás Rey", "Ines Okafor", "Jun Park", "Aiko Mori", "Sam Duarte", "Lena Vogt",
          "Ravi Iyer", "Noor Haddad", "Elif Kaya", "Bram de Wit", "Yara Silva")  # fmt: skip


class SampleForm(forms.Form):
    """Fields in their states; it is never saved."""

    email = forms.EmailField(label="Email", help_text="We send a code here. Nobody else sees it.")
    display_name = forms.CharField(label="Display name", required=False)
    birth_date = forms.DateField(label="Birth date", widget=forms.DateInput(attrs={"type": "date"}))
    country = forms.ChoiceField(label="Country", choices=[("DE", "Germany"), ("US", "United States")])
    about = forms.CharField(label="About you", widget=forms.Textarea, required=False)
    terms = forms.BooleanField(label="I have read the terms and am 18 or older")


def context() -> dict[str, Any]:
    """Answer everything the page needs."""
    wrong = SampleForm({"email": "mara@", "birth_date": "2031-01-01", "country": "DE"})
    wrong.is_valid()
    return {
        "form": wrong,
        "colours": COLOURS,
        "drawings": EMPTY_DRAWINGS,
        "icons": symbols(),
        "people": PEOPLE,
        "motifs": sorted(MOTIFS),
        "kinds": {kind: list(states) for kind, states in KINDS.items()},
        "gifts": catalogue(),
        "packages": [
            (70, 90),
            (350, 450),
            (700, 890),
            (1400, 1750),
            (3500, 4290),
            (7000, 8390),
            (17500, 20690),
        ],
        "events": _order_events(),
        "series": _series(),
        "rows": _rows(),
        "recovery_codes": "7k2m-q9xd\nh4tp-w8zb\nm1vc-r6ys\nd5nj-x3ge\nb9fq-k7lu\nz2wh-p4at",
        "soon": (clock.now() + timedelta(minutes=4, seconds=12)).isoformat(timespec="seconds"),
    }


def symbols() -> list[str]:
    """Answer the names of the sprite's symbols."""
    return re.findall(r'<symbol id="([\w-]+)"', (settings.BASE_DIR / "static/icons/sprite.svg").read_text())


def catalogue() -> list[dict[str, Any]]:
    """Answer the gifts as the catalogue file lists them."""
    listed = json.loads((settings.BASE_DIR / "gifts/catalogue.json").read_text())
    gifts: list[dict[str, Any]] = listed["gifts"]
    return gifts


def _order_events() -> list[dict[str, Any]]:
    now = clock.now()
    return [
        {"title": "You chose 700 coins", "at": now - timedelta(minutes=6), "who": "you", "icon": "circle-dot"},
        {"title": "The bank confirmed $8.90", "at": now - timedelta(minutes=4), "who": "your bank",
         "tone": "good", "icon": "check"},
        {"title": "Coins are being credited", "at": now - timedelta(seconds=20),
         "why": "Usually within seconds. You can close this page.", "tone": "info", "icon": "loader-circle",
         "status": "now"},
        {"title": "Receipt by mail", "status": "to-come", "icon": "mail"},
    ]  # fmt: skip


def _series() -> dict[str, Any]:
    first = clock.today() - timedelta(days=20)
    days = [(first + timedelta(days=n)).isoformat() for n in range(21)]
    coins = [820, 1140, 760, 1930, 2480, 3120, 2210, 940, 1280, 870, 2090]
    coins += [2710, 3460, 2330, 1010, 1390, 990, 2240, 2960, 3890, 2540]
    return {"title": "Coins received, 21 days", "kind": "bars", "days": days,
            "lines": [{"label": "Coins", "unit": "COIN", "values": coins}]}  # fmt: skip


def _rows() -> list[dict[str, Any]]:
    now = clock.now()
    return [
        {"what": "Recharge", "state": "credited", "coins": 700, "minor": 890, "at": now - timedelta(hours=2)},
        {
            "what": "Recharge",
            "state": "declined",
            "coins": 1400,
            "minor": 1750,
            "at": now - timedelta(hours=3),
        },
        {
            "what": "Recharge",
            "state": "processing",
            "coins": 17500,
            "minor": 20690,
            "at": now - timedelta(days=2),
        },
    ]
