"""Screens of the wallet pages, run as a pytest test for the fixtures."""
import os, pytest
from tests.wallet.conftest import buy
from tests.fixtures.wallet import CARD_POOR
from playwright.sync_api import sync_playwright
from tests.fixtures.accounts import session_of
from django.conf import settings
from concurrent.futures import ThreadPoolExecutor

def shots(url, cookie, paths):
    with sync_playwright() as p:
        b = p.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for width in (1280, 390):
            for scheme in ("light","dark"):
                c = b.new_context(viewport={"width":width,"height":900}, color_scheme=scheme)
                c.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": url}])
                pg = c.new_page()
                pg.on("console", lambda m: print("console", m.type, m.text))
                for name, path in paths.items():
                    pg.goto(url+path, wait_until="load"); pg.wait_for_timeout(400)
                    pg.screenshot(path=f"/tmp/shots/{name}-{width}-{scheme}.png", full_page=True)
                    over = pg.evaluate("document.documentElement.scrollWidth - innerWidth")
                    if over > 0: print("overflow", name, width, over)
                c.close()
        b.close()

@pytest.mark.django_db(transaction=True)
def test_look(economy, fakestripe, american, fund, pay, site, webhooks):
    os.makedirs("/tmp/shots", exist_ok=True)
    a = fund(american, 700); fund(american, 3500)
    d = buy(american, "coins-350"); pay(d, CARD_POOR); webhooks.deliver_all()
    o = buy(american, "coins-7000")
    cookie = session_of(american).session_key
    paths = {"balance": "/balance/", "declined": f"/orders/{d.pk}/", "open": f"/orders/{o.pk}/?back=1", "credited": f"/orders/{a.pk}/", "receipt": f"/orders/{a.pk}/receipt/"}
    with ThreadPoolExecutor(1) as t: t.submit(shots, site, cookie, paths).result()
