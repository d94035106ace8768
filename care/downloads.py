"""How a file of a case leaves the house."""

from urllib.parse import quote

from django.http import HttpResponse


def download(name: str, media_type: str, content: bytes) -> HttpResponse:
    """The bytes as a download that no browser opens or guesses at, and that no cache keeps."""
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
