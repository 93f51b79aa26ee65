"""The site as a browser meets it: a real server on loopback, a cookie, forms."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from html import unescape
from http.client import HTTPConnection
from threading import Event, Thread
from typing import NamedTuple
from urllib.parse import urlencode

import uvicorn

from config.settings import Settings
from register.database import Database
from review import accounts
from review.web import create_app
from tests.servers.process import free_port, is_free, wait_until

EMAIL, PASSWORD = "claire@cabinet.example", "un long secret"


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    text: str


class Browser:
    """Keeps the cookie, sends the token that the page holds, follows nothing by itself."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookie = ""
        self.csrf = ""

    def get(self, path: str, **headers: str) -> Answer:
        answer = self._ask("GET", path, "", headers)
        if token := re.search(r'name="csrf" value="([^"]+)"', answer.text):
            self.csrf = unescape(token[1])
        return answer

    def post(self, path: str, form: dict[str, str], **headers: str) -> Answer:
        body = urlencode({"csrf": self.csrf} | form)
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, body, kind | headers)

    def sign_in(self, password: str = PASSWORD, email: str = EMAIL, code: str = "") -> Answer:
        form = {"email": email, "password": password, "code": code}
        answer = self.post("/connexion", form)
        if answer.status == 303:
            self.get("/registre")
        return answer

    def _ask(self, method: str, path: str, body: str, headers: dict[str, str]) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body.encode(), sent | {"Cookie": self.cookie})
        answer = connection.getresponse()
        found = {name.lower(): value for name, value in answer.getheaders()}
        if "set-cookie" in found:
            self.cookie = found["set-cookie"].partition(";")[0]
        text = answer.read().decode("utf-8", "replace")
        connection.close()
        return Answer(answer.status, found, text)


@contextmanager
def site(
    database: Database, settings: Settings, clock: Callable[[], datetime]
) -> Iterator[Browser]:
    """The pages over a database, with one account; a browser that is not signed in yet."""
    with database.begin() as session:
        accounts.add(session, EMAIL, "Claire Humbert", PASSWORD, clock())
    port, closing = free_port(), Event()
    app = create_app(database, settings, clock, closing)
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", lifespan="off"))
    thread = Thread(target=server.run)
    thread.start()
    try:
        wait_until(lambda: server.started, "the pages do not come up")
        yield Browser(port)
    finally:
        closing.set()
        server.should_exit = True
        thread.join()
        assert is_free(port)
