"""Sealed blocks over REST. Anyone may read them: who notes a hash can later prove what was before it."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import generics
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ground.errors import NotFound
from ledger.api.serializers import BlockOut
from ledger.models import Block


class NewestFirst(CursorPagination):
    page_size = 50
    ordering = "-number"


@extend_schema_view(get=extend_schema(summary="The sealed blocks of the books, the newest first"))
class Blocks(generics.ListAPIView[Block]):
    permission_classes = [AllowAny]
    serializer_class = BlockOut
    pagination_class = NewestFirst
    queryset: QuerySet[Block] = Block.objects.defer("leaf_marks")


class BlockDetail(APIView):
    permission_classes = [AllowAny]

    @extend_schema(responses=BlockOut, summary="One sealed block: its hashes, counts and sums")
    def get(self, request: Request, number: int) -> Response:
        block = Block.objects.defer("leaf_marks").filter(number=number).first()
        if block is None:
            raise NotFound
        return Response(BlockOut(block).data)
