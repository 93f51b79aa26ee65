"""A browser as our staff use it: French, in Paris time, and shut in on this machine."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.servers import require

OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser itself: slow to start, so that one serves many tests.

    While it runs, its thread has a running event loop: ``asyncio.run`` belongs in another thread.
    """
    program = require("/usr/bin/chromium", "chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(OPTIONS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def visit(browser: Browser, base_url: str | None = None) -> Iterator[BrowserContext]:
    """A fresh visitor, without any cookie."""
    context = browser.new_context(base_url=base_url, locale="fr-FR", timezone_id="Europe/Paris")
    try:
        yield context
    finally:
        context.close()
