"""What is answered when something failed that nobody foresaw: words that cannot fail in their turn."""

import logging
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ground.errors import DomainError, NotFound
from ground.problems import API_PREFIXES, problem_response, refusal_response

logger = logging.getLogger(__name__)


class Broken(DomainError):
    code = "internal_error"
    status = 500
    message = "Something broke on our side. The error is in our log."
    next_step = "Try again in a minute. What has to do with money says on its own page how it stands."


class DatabaseAway(DomainError):
    """The database cannot be reached, or every connection to it is in use."""

    code = "unavailable"
    status = 503
    message = "The books do not answer right now."
    next_step = "Try again in a few seconds; nothing is charged or sent twice."


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500: a document for programs, a page for people, plain words if even that breaks."""
    away = isinstance(sys.exception(), OperationalError | InterfaceError)
    error = DatabaseAway(retry_after_s=5) if away else Broken()
    try:
        if away or request.path.startswith(API_PREFIXES):
            return refusal_response(request, error)
        return render(request, "500.html", status=error.status)
    except Exception:
        logger.exception("the page that says that something broke is broken itself")
        return HttpResponse(
            f"{error.message} {error.next_step}\n", status=error.status, content_type="text/plain"
        )


def nothing_there(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404: a document for programs, a page for people."""
    if request.path.startswith(API_PREFIXES):
        return problem_response(NotFound())
    return render(request, "404.html", status=NotFound.status)
