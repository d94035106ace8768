"""The forms of privacy."""

from typing import Any

from django import forms

from accounts.form_words import Spoken
from accounts.models import Audience, PrivacySettings
from accounts.models.social import WATCHER_CHOICES


class PrivacyForm(Spoken):
    """What others see and may do, and how the person appears."""

    profile_seen_by = forms.ChoiceField(
        label="Who can see my profile and my rooms",
        help_text="For everybody else you are not there: not on pages, in lists or by your address.",
        choices=WATCHER_CHOICES,
    )
    comments_from = forms.ChoiceField(label="Who can comment in my rooms", choices=WATCHER_CHOICES)
    gifts_from = forms.ChoiceField(label="Who may send me gifts", choices=Audience.choices)
    gifts_anonymously = forms.BooleanField(
        label="Send my gifts anonymously",
        help_text="The creator and the room read “Anonymous”. You still see your own gifts, and so do the people "
        "who run this site. It counts for gifts you send from now on; those you sent keep what they had.",
        required=False,
    )
    in_rankings = forms.BooleanField(
        label="Show me in supporters’ rankings", help_text="With your name, by what you gave.", required=False
    )
    shows_activity = forms.BooleanField(
        label="Show my activity",
        help_text="Whom you follow and who follows you, on your profile.",
        required=False,
    )
    AUDIENCES = ("profile_seen_by", "comments_from", "gifts_from")

    def __init__(self, *args: Any, settings: PrivacySettings, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(settings, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)

    def audiences(self) -> list[forms.BoundField]:
        """The fields that say who may."""
        return [self[name] for name in self.AUDIENCES]

    def switches(self) -> list[forms.BoundField]:
        """The fields that say how the person appears."""
        return [self[name] for name in self.fields if name not in self.AUDIENCES]


class BlockForm(Spoken):
    """Somebody's handle."""

    handle = forms.CharField(
        label="Handle",
        max_length=25,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )

    def clean_handle(self) -> str:
        handle: str = self.cleaned_data["handle"].strip().removeprefix("@").lower()
        return handle
