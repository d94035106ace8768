"""The ASGI application: the API, the hosted pages, the control plane and the dashboard."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from fakestripe.api import Api
from fakestripe.control import Control
from fakestripe.dashboard import Dashboard
from fakestripe.delivery import Sender
from fakestripe.engine import Engine
from fakestripe.hosted import Hosted
from fakestripe.onboarding import Onboarding, home
from fakestripe.portal_page import Portal
from fakestripe.render import PAGES
from fakestripe.settings import LOOPBACK, Settings

API_METHODS = ["GET", "POST", "DELETE"]


class LoopbackHostOnly:
    """Refuse requests whose Host is another name: a web page elsewhere may not reach us through one."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
            if urlsplit(f"//{host}").hostname not in LOOPBACK:
                await PlainTextResponse("fakestripe answers on loopback only.", 421)(scope, receive, send)
                return
        await self.app(scope, receive, send)


def create_app(settings: Settings) -> Starlette:
    engine = Engine(settings)
    api, hosted, onboarding, control = Api(engine), Hosted(engine), Onboarding(engine), Control(engine)
    dashboard, portal = Dashboard(engine, control), Portal(engine)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        sending = asyncio.create_task(Sender(engine).run())
        yield
        sending.cancel()

    return Starlette(
        routes=[
            Route("/v1/{rest:path}", api.serve, methods=API_METHODS),
            Route("/c/pay/{session}", hosted.pay, methods=["GET", "POST"]),
            Route("/c/3ds/{intent}/{method}", hosted.challenge, methods=["GET", "POST"]),
            Route("/c/redirect/{intent}/{method}", hosted.wallet, methods=["GET", "POST"]),
            Route("/c/voucher/{intent}", hosted.voucher),
            Route("/p/session/{page}", portal.serve, methods=["GET", "POST"]),
            Route("/setup/e/{link}/{secret}", onboarding.open),
            Route("/setup/{onboarding}", onboarding.fill, methods=["GET", "POST"]),
            Route("/connect/home/{token}", home),
            *control.routes(),
            Route("/", dashboard.home),
            Route("/_control/", dashboard.home),
            Route("/do", dashboard.act, methods=["POST"]),
            Route("/assets/harborlight.css", stylesheet),
            Route("/healthz", healthz),
        ],
        middleware=[Middleware(LoopbackHostOnly)],
        lifespan=lifespan,
    )


async def stylesheet(_request: Request) -> Response:
    return FileResponse(PAGES / "harborlight.css", media_type="text/css")


async def healthz(_request: Request) -> Response:
    return JSONResponse({"ok": True})
