"""Who calls the API: an allauth session token, in X-Session-Token or as a bearer token."""

from allauth.headless.contrib.rest_framework.authentication import XSessionTokenAuthentication


class SessionTokenAuthentication(XSessionTokenAuthentication):
    """allauth's token, from either header. `request.auth` is the session."""
