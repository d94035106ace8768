"""REST: where the caller is signed in, what happened to their account, their phrase, their optional mails."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.generics import GenericAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import activity, mails, services, sessions
from accounts.forms import PHRASE_MAX, PHRASE_MIN
from accounts.letters import phrase_of
from accounts.models import User
from accounts.selectors import wanted_topics
from accounts.step_up import session_of
from ground import clock


class SignedInOut(serializers.Serializer[Any]):
    """One session of the caller."""

    id = serializers.IntegerField()
    device = serializers.CharField(help_text="As a person would call it: “Firefox on Linux”.")
    place = serializers.CharField(help_text="Empty where it is not known.")
    ip = serializers.CharField()
    since = serializers.DateTimeField()
    last_seen_at = serializers.DateTimeField(help_text="To ten minutes.")
    is_current = serializers.BooleanField(help_text="The session that asks.")


class SecurityEventOut(serializers.Serializer[Any]):
    """One thing that happened to the caller's account."""

    id = serializers.IntegerField()
    kind = serializers.CharField(
        help_text="A stable code: `signed_in`, `sign_in_failed`, `password_changed` …"
    )
    title = serializers.CharField()
    more = serializers.CharField(help_text="A second line, or empty.")
    at = serializers.DateTimeField()
    device = serializers.CharField()
    place = serializers.CharField(help_text="Empty where it is not known.")
    ip = serializers.CharField()


class SecurityEventsIn(serializers.Serializer[Any]):
    """What of the activity to read."""

    only = serializers.ChoiceField(choices=["sign-ins"], required=False)


class PhraseIn(serializers.Serializer[Any]):
    """The anti-phishing phrase to be used from now on."""

    phrase = serializers.CharField(min_length=PHRASE_MIN, max_length=PHRASE_MAX)


class PhraseOut(serializers.Serializer[Any]):
    """The phrase that stands in every mail; empty: none."""

    phrase = serializers.CharField()


class NotificationOut(serializers.Serializer[Any]):
    """One topic of optional mails."""

    topic = serializers.CharField()
    title = serializers.CharField()
    about = serializers.CharField()
    is_wanted = serializers.BooleanField()


class NotificationIn(serializers.Serializer[Any]):
    """Whether the caller wants the mails of a topic."""

    is_wanted = serializers.BooleanField()


class SessionPages(CursorPagination):
    page_size = 50
    ordering = ("-created_at", "-id")


class EventPages(CursorPagination):
    page_size = 50
    ordering = "-id"


class SessionsView(GenericAPIView):  # type: ignore[type-arg]  # not subscriptable at run time
    permission_classes = [IsAuthenticated]
    pagination_class = SessionPages
    serializer_class = SignedInOut

    @extend_schema(summary="Where the caller is signed in, the newest first")
    def get(self, request: Request) -> Response:
        now = clock.wall()
        rows = self.paginate_queryset(sessions.open_sessions(_person(request), now))
        shown = sessions.in_words(rows or [], current_key=session_of(request).session_key, now=now)
        return self.get_paginated_response(SignedInOut(shown, many=True).data)


class SessionView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(responses={204: None}, summary="Sign out of one session")
    def delete(self, request: Request, session_id: int) -> Response:
        services.end_session(
            user=_person(request), session_id=session_id, now=clock.wall(), request=request._request
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class OtherSessionsView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(responses={204: None}, summary="Sign out everywhere but here")
    def delete(self, request: Request) -> Response:
        services.end_other_sessions(
            user=_person(request),
            keep=session_of(request).session_key,
            now=clock.wall(),
            request=request._request,
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class SecurityEventsView(GenericAPIView):  # type: ignore[type-arg]
    permission_classes = [IsAuthenticated]
    pagination_class = EventPages
    serializer_class = SecurityEventOut

    @extend_schema(parameters=[SecurityEventsIn], summary="What happened to the account, the newest first")
    def get(self, request: Request) -> Response:
        asked = SecurityEventsIn(data=request.query_params)
        asked.is_valid(raise_exception=True)
        events = activity.security_events(_person(request), only_sign_ins="only" in asked.validated_data)
        page = self.paginate_queryset(events) or []
        return self.get_paginated_response(
            SecurityEventOut([activity.in_words(event) for event in page], many=True).data
        )


class AntiPhishingPhraseView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(responses=PhraseOut, summary="The phrase that stands in every mail to the caller")
    def get(self, request: Request) -> Response:
        return Response(PhraseOut({"phrase": phrase_of(_person(request))}).data)

    @extend_schema(request=PhraseIn, responses=PhraseOut, summary="Choose or change the phrase")
    def put(self, request: Request) -> Response:
        chosen = PhraseIn(data=request.data)
        chosen.is_valid(raise_exception=True)
        self._set(request, chosen.validated_data["phrase"])
        return self.get(request)

    @extend_schema(responses={204: None}, summary="Have no phrase")
    def delete(self, request: Request) -> Response:
        self._set(request, "")
        return Response(status=status.HTTP_204_NO_CONTENT)

    @staticmethod
    def _set(request: Request, phrase: str) -> None:
        services.set_phrase(user=_person(request), phrase=phrase, now=clock.now(), request=request._request)


class NotificationsView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(responses=NotificationOut(many=True), summary="The optional mails, and which are wanted")
    def get(self, request: Request) -> Response:
        wanted = wanted_topics(_person(request))
        return Response(
            NotificationOut([_topic(code, wanted) for code in mails.topics_in_use()], many=True).data
        )


class NotificationView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(
        request=NotificationIn, responses=NotificationOut, summary="Want the mails of a topic, or not"
    )
    def put(self, request: Request, topic: str) -> Response:
        wish = NotificationIn(data=request.data)
        wish.is_valid(raise_exception=True)
        user = _person(request)
        services.want_topic(user=user, topic=topic, wanted=wish.validated_data["is_wanted"])
        return Response(NotificationOut(_topic(topic, wanted_topics(user))).data)


def _topic(code: str, wanted: set[str]) -> dict[str, Any]:
    topic = mails.TOPICS[code]
    return {"topic": code, "title": topic.title, "about": topic.about, "is_wanted": code in wanted}


def _person(request: Request) -> User:
    return cast(User, request.user)
