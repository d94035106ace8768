"""Who may call what."""

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.step_up import require_recent_second_factor


class RecentSecondFactor(BasePermission):
    """The person used a second factor in the last STEP_UP_MAX_AGE_S seconds, else 401 step_up_required."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        require_recent_second_factor(request)
        return True
