"""Browsers that are not asked for the second factor at sign-in."""

from typing import Any, cast

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import generics, serializers, status
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import services
from accounts.api.permissions import RecentSecondFactor
from accounts.models import TrustedBrowser, User
from accounts.sessions import device_name


class TrustedBrowserOut(serializers.ModelSerializer[TrustedBrowser]):
    """One trusted browser of the caller."""

    device = serializers.SerializerMethodField(help_text="What a person would call it: “Firefox on Linux”.")

    class Meta:
        model = TrustedBrowser
        fields = ["id", "device", "ip", "trusted_at", "last_used_at", "until"]

    def get_device(self, browser: TrustedBrowser) -> str:
        return device_name(browser.user_agent)


class NewestFirst(CursorPagination):
    page_size = 50
    ordering = ("-trusted_at", "-id")


@extend_schema_view(
    get=extend_schema(
        responses=TrustedBrowserOut(many=True),
        summary="Your browsers that are not asked for the second factor at sign-in",
    )
)
class TrustedBrowsersView(generics.ListAPIView[TrustedBrowser]):
    """All trusted browsers of the caller."""

    permission_classes = [IsAuthenticated]
    serializer_class = TrustedBrowserOut
    pagination_class = NewestFirst

    def get_permissions(self) -> list[Any]:
        return [
            *super().get_permissions(),
            *([RecentSecondFactor()] if self.request.method == "DELETE" else []),
        ]

    def get_queryset(self) -> QuerySet[TrustedBrowser]:
        return TrustedBrowser.objects.filter(user_id=self.request.user.pk).good(timezone.now())

    @extend_schema(
        responses={204: None},
        summary="Trust no browser any more. Needs a second factor used in the last 5 minutes",
    )
    def delete(self, request: Request) -> Response:
        services.distrust_browsers(
            user=cast(User, request.user), now=timezone.now(), request=request._request
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class TrustedBrowserView(APIView):
    """One trusted browser of the caller."""

    permission_classes = [IsAuthenticated, RecentSecondFactor]

    @extend_schema(
        responses={204: None},
        summary="Ask this browser for the second factor again. Needs one used in the last 5 minutes",
    )
    def delete(self, request: Request, pk: int) -> Response:
        services.distrust_browser(
            user=cast(User, request.user), pk=pk, now=timezone.now(), request=request._request
        )
        return Response(status=status.HTTP_204_NO_CONTENT)
