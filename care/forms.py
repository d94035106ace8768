"""What people fill in on the pages of care."""

from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.core.files.uploadedfile import UploadedFile

from accounts.form_words import Spoken
from care.services.opening import LONGEST_BODY
from care.states import CaseKind

FILES_HINT = (
    "Up to 4 pictures or PDFs of at most 5 MB each. Cover what nobody needs to see, such as a card's number."
)
ASKED_KINDS = [choice for choice in CaseKind.choices if choice[0] != CaseKind.UNAUTHORIZED]


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files; what they are is judged by care.files."""

    def __init__(self, **kwargs: Any) -> None:
        accepted = {"accept": "image/jpeg,image/png,image/webp,image/gif,application/pdf"}
        super().__init__(widget=FilesInput(attrs=accepted), required=False, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list["UploadedFile[Any]"]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        return [file for file in given if file]


class Keyed(Spoken):
    """A form that counts once, however often its button is pressed."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=80)
    empty: ClassVar[dict[str, str]] = {"key": "Load the page anew, then send it again."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = str(uuid4())


class MessageForm(Keyed):
    body = forms.CharField(
        label="Your message",
        max_length=LONGEST_BODY,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    files = FilesField(label="Files", help_text=FILES_HINT)  # type: ignore[assignment]  # a field, taken off the class

    field_order = ["key", "body", "files"]


class NewCaseForm(MessageForm):
    kind = forms.ChoiceField(label="What is it about?", choices=ASKED_KINDS)
    abouts = forms.CharField(widget=forms.HiddenInput, required=False, max_length=800)
    insists = forms.BooleanField(widget=forms.HiddenInput, required=False)

    field_order = ["key", "abouts", "insists", "kind", "body", "files"]

    def clean_abouts(self) -> list[str]:
        """The names of what the case is about, apart."""
        return str(self.cleaned_data["abouts"]).split()


class NotMeForm(Keyed):
    about = forms.MultipleChoiceField(required=False)
    words = forms.CharField(
        label="What happened?",
        required=False,
        max_length=LONGEST_BODY,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Only if you know more: where you were, who else uses your device.",
    )

    def __init__(self, *args: Any, choices: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["about"].choices = [(name, name) for name in choices]  # type: ignore[attr-defined]
