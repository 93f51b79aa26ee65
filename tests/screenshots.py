"""Pictures of every page at three widths with the demo's data: ``make screenshots``.

They are for looking at, and kept out of the repository but for those of the folder ``guide``, which
are copied to docs/guide.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from threading import Event, Thread

from PIL import Image
from playwright.sync_api import Page, expect

from classifier.labels import Label
from daemon import service
from daemon.demo.samples import samples
from daemon.demo.stage import HOST, PASSWORD, USER, free_port, stage
from daemon.house import House
from ingest.imap import append
from register import complaints, messages, outbox
from register.model import Message, Place
from review import accounts
from review.desk import Choice, Desk
from review.facts import proposed
from review.web import serve
from tests.servers.chromium import chromium, visit
from tests.servers.process import is_free, wait_until

WIDTHS = (1440, 1024, 390)
GUIDE = {  # pages that the guide shows, and the names of their pictures there
    "message": "file-de-tri",
    "dossier": "dossier",
    "lettres": "lettres",
    "tableau": "tableau",
    "reglages": "reglages",
}
ENTERED = 9  # complaints taken into the register beforehand; the rest waits in the queue


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with (
        _played() as (house, port),
        chromium() as browser,
        visit(browser, f"http://{HOST}:{port}") as visitor,
    ):
        page = visitor.new_page()
        page.goto("/connexion")
        _shoot(page, folder, "connexion")
        page.fill("input[name=email]", USER)
        page.fill("input[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/")
        for name, path in _pages(house).items():
            page.goto(path)
            expect(page.locator("#compteurs")).to_contain_text("à trier")
            _shoot(page, folder, name)
            if name in GUIDE:
                _shoot_for_guide(page, folder / "guide" / f"{GUIDE[name]}.png")
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}")  # noqa: T201


def _shoot(page: Page, folder: Path, name: str) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)


def _shoot_for_guide(page: Page, path: Path) -> None:
    """What a person sees first, in few colours: the repository keeps these."""
    page.set_viewport_size({"width": 1280, "height": 800})
    picture = Image.open(BytesIO(page.screenshot()))
    path.parent.mkdir(exist_ok=True)
    picture.convert("RGB").quantize(96).save(path, optimize=True)


def _pages(house: House) -> dict[str, str]:
    """A page of each kind, with the numbers of rows that are worth looking at."""
    with house.database.read() as session:
        [first, *_] = complaints.every(session)
        queued = messages.listing(session, messages.Wanted(place=Place.QUEUE)).rows
        automatic = messages.listing(session, messages.Wanted(place=Place.AUTOMATIC)).rows
        letter = outbox.listing(session)[0][0]
    return {
        "file": "/",
        "message": f"/message/{queued[len(queued) // 2].id}",
        "automatique": f"/message/{automatic[0].id}",
        "courrier": "/courrier",
        "registre": "/registre",
        "dossier": f"/registre/{first.number}",
        "nouvelle": "/registre/nouvelle",
        "actions": "/actions",
        "lettres": "/lettres",
        "lettre": f"/lettres/{letter.id}",
        "tableau": "/tableau",
        "boites": "/boites",
        "modele": "/modele",
        "revue": "/revue",
        "reglages": "/administration",
        "collaborateur": "/administration/personne?qui=thomas.weber@cabinet-lorrain.example",
        "modele-de-lettre": "/administration/lettres/acknowledgement/fr",
        "conservation": "/administration/conservation",
        "compte": "/compte",
    }


@contextmanager
def _played() -> Iterator[tuple[House, int]]:
    """The demo's mails sorted, some complaints entered, their letters sent, the pages open."""
    port, stop = free_port(), Event()
    with stage(port, undo_minutes=0) as scene:
        house = scene.house
        with house.database.begin() as session:
            accounts.add(session, USER, "Claire Humbert", PASSWORD, house.clock())
        [mailbox] = house.mailboxes
        append(mailbox.settings, "INBOX", [(one.data, at) for one, at in samples(house.clock())])
        service.collect_once(house, mailbox)
        service.sort_all(house)
        _enter_some(house)
        service.deliver_all(house)
        pages = Thread(target=serve, args=(house.database, house.settings, house.clock, stop))
        pages.start()
        try:
            wait_until(lambda: not is_free(port), "the pages")
            yield house, port
        finally:
            stop.set()
            pages.join()


def _enter_some(house: House) -> None:
    with house.database.begin() as session:
        desk = Desk(session, house.settings, house.clock())
        waiting = session.query(Message).filter_by(place=Place.QUEUE, band="complaint").all()
        for row in waiting[:ENTERED]:
            desk.decide(row.id, Choice(Label.COMPLAINT, USER, row.version, proposed(row)))


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "screenshots"))
