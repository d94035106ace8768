"""Where each address leads. Each app names its own pages and its own part of /api/v1/."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView

from config.health import healthz
from live.urls import front

# Swagger's own style sheet and drawings; its script is a file of its own, so that no page runs an inline one.
DOCS_CSP = settings.SECURE_CSP | {"style-src": [CSP.SELF, CSP.UNSAFE_INLINE]}
docs = csp_override(DOCS_CSP)(SpectacularSwaggerSplitView.as_view(url_name="openapi"))

api: list[URLPattern | URLResolver] = [
    path("", include("accounts.api.urls")),
    path("", include("wallet.api.urls")),
    path("", include("live.api.urls")),
    path("", include("gifts.api.urls")),
    path("", include("payouts.api.urls")),
    path("", include("care.api.urls")),
    path("", include("ledger.api.urls")),
    path("openapi.json", SpectacularJSONAPIView.as_view(), name="openapi"),
    path("docs/", docs, name="api-docs"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("api/v1/", include(api)),
    path("", include("look.urls")),
    path("", include(front)),
    path("", include("accounts.urls")),
    path("", include("wallet.urls")),
    path("webhooks/", include("provider.urls")),
    path("", include("live.urls")),
    path("", include("gifts.urls")),
    path("", include("payouts.urls")),
    path("", include("care.urls")),
    path("", include("ledger.urls")),
    path("accounts/", include("allauth.urls")),
    path("_allauth/", include("accounts.headless")),  # before allauth's own: the same addresses, our input
    path("_allauth/", include("allauth.headless.urls")),
    path("admin/", admin.site.urls),
]

handler404 = "ground.broken.nothing_there"
handler500 = "ground.broken.server_error"

if not settings.PRODUCTION:
    urlpatterns += [path("demo/", include("demo.urls"))]
