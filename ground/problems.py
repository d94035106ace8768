"""The one place where a refusal becomes an answer: a problem document for programs, a page for people."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import render
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_exception_handler

from ground.errors import DomainError, NotOpenedLikeThis

MEDIA_TYPE = "application/problem+json"
API_PREFIXES = ("/api/", "/_allauth/")

METHODS_OF_PROGRAMS = ("PUT", "PATCH", "DELETE")

# What the framework raises by itself, in our words: status → (code, next step).
FRAMEWORK_PROBLEMS = {
    400: ("invalid_request", "Correct the fields named in `errors` and send it again."),
    401: (
        "not_authenticated",
        "Sign in; send the session token in `X-Session-Token` or as a bearer token.",
    ),
    403: ("forbidden", "Sign in with an account that may do this."),
    404: ("not_found", "Check the address, or go back to the list."),
    405: ("method_not_allowed", "Use one of the methods named in the `Allow` header."),
    406: ("not_acceptable", "Ask for application/json."),
    415: ("unsupported_media_type", "Send application/json."),
    429: ("too_many_requests", "Wait for as many seconds as `Retry-After` says, then try again."),
}


def problem_response(error: DomainError) -> JsonResponse:
    """Render `error` as application/problem+json."""
    response = JsonResponse(error.as_problem(), status=error.status, content_type=MEDIA_TYPE)
    _add_headers(response, error.extra)
    return response


def refusal_response(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Render `error` as `request` expects it: a document for programs, else a page."""
    if request.path.startswith(API_PREFIXES):
        return problem_response(error)
    response = render(request, "errors/problem.html", {"problem": error}, status=error.status)
    _add_headers(response, error.extra)
    return response


def api_exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: every error of the API is a problem document with a stable code."""
    if isinstance(exc, DomainError):
        response = Response(exc.as_problem(), status=exc.status, content_type=MEDIA_TYPE)
        _add_headers(response, exc.extra)
        return response
    answer = drf_exception_handler(exc, context)
    if answer is None:
        return None
    answer.data = _framework_problem(exc, answer)
    answer.content_type = MEDIA_TYPE
    return answer


class DomainErrorMiddleware:
    """Render a DomainError that a page raised: a document for programs, else templates/errors/problem.html.

    A page that does not take the method says so too: Django's own answer is empty. No page takes a method that
    forms do not have, so that none of them is left to a view that does not ask (the admin's, allauth's).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_page = not request.path.startswith(API_PREFIXES)
        if is_page and request.method in METHODS_OF_PROGRAMS:
            return _not_allowed(request, HttpResponseNotAllowed(["GET", "HEAD", "POST"]))
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            return _not_allowed(request, response)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return refusal_response(request, exception) if isinstance(exception, DomainError) else None


def _not_allowed(request: HttpRequest, empty: HttpResponseNotAllowed) -> HttpResponse:
    _, next_step = FRAMEWORK_PROBLEMS[405]
    is_page = not request.path.startswith(API_PREFIXES)
    refusal = (
        NotOpenedLikeThis()
        if is_page
        else NotOpenedLikeThis(f"{request.method} is not a method of this address.", next_step=next_step)
    )
    response = refusal_response(request, refusal)
    response["Allow"] = empty["Allow"]
    return response


def _framework_problem(exc: Exception, answer: Response) -> dict[str, Any]:
    code, next_step = FRAMEWORK_PROBLEMS.get(answer.status_code, ("refused", ""))
    problem: dict[str, Any] = {
        "type": f"urn:ovation:problem:{code}",
        "status": answer.status_code,
        "code": code,
        "next_step": next_step,
    }
    if isinstance(exc, exceptions.ValidationError):
        problem |= {"title": "Some fields are not right.", "errors": answer.data}
        problem["detail"] = problem["title"]
    else:
        detail = _detail(exc)
        problem |= {"title": detail, "detail": detail}
    return problem


def _detail(exc: Exception) -> str:
    if isinstance(exc, exceptions.APIException):
        return str(exc.detail)
    if isinstance(exc, Http404):
        return "There is nothing here, or it is not yours to see."
    assert isinstance(exc, PermissionDenied), exc
    return "Your account may not do this."


def _add_headers(response: HttpResponse, extra: dict[str, Any]) -> None:
    if "retry_after_s" in extra:
        response["Retry-After"] = str(extra["retry_after_s"])
