"""The forms of the room pages."""

from django import forms

from accounts.form_words import Spoken
from live.models import TEXT_MAX_LENGTH, TITLE_MAX_LENGTH, Room


class StartRoomForm(Spoken):
    title = forms.CharField(max_length=TITLE_MAX_LENGTH, help_text="What fans read before they come in.")
    category = forms.ChoiceField(choices=Room.Category.choices)
    playback = forms.ChoiceField(
        choices=Room.Playback.choices,
        initial=Room.Playback.PLACEHOLDER,
        widget=forms.RadioSelect,
        label="Picture",
    )
    playback_address = forms.CharField(
        required=False,
        max_length=500,
        label="Address",
        help_text="An https address: your streaming server's .m3u8, or the embed address of an allowed player.",
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )


class MessageForm(Spoken):
    text = forms.CharField(max_length=TEXT_MAX_LENGTH)
