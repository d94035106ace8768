"""Where each address leads. Each app names its own pages and its own part of /api/v1/."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerView

from config.health import healthz
from live.urls import front

api: list[URLPattern | URLResolver] = [
    path("", include("accounts.api.urls")),
    path("", include("wallet.api.urls")),
    path("", include("live.api.urls")),
    path("", include("gifts.api.urls")),
    path("", include("payouts.api.urls")),
    path("openapi.json", SpectacularJSONAPIView.as_view(), name="openapi"),
    path("docs/", SpectacularSwaggerView.as_view(url_name="openapi"), name="api-docs"),
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
    path("accounts/", include("allauth.urls")),
    path("_allauth/", include("accounts.headless")),  # before allauth's own: the same addresses, our input
    path("_allauth/", include("allauth.headless.urls")),
    path("admin/", admin.site.urls),
]

if not settings.PRODUCTION:
    urlpatterns += [path("demo/", include("demo.urls"))]
