"""How lists of cases are cut."""

from rest_framework.pagination import CursorPagination


class CasePages(CursorPagination):
    """Newest first, by a cursor that stays right while cases are added."""

    ordering = ("-opened_at", "-id")
    page_size = 20
    max_page_size = 100
    page_size_query_param = "limit"
