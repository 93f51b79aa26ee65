"""Whether the program lives and does its work, for machines that watch over it.

Nothing here names a client. What is more than yes or no is for this machine, or for whoever has
the token: behind a server of its own (``web.public_url``) every visitor seems to come from here,
so that only the token counts.
"""

import hmac
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from importlib.metadata import version

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector
from starlette.responses import JSONResponse, PlainTextResponse, Response

from classifier.shelf import BadModel, Shelf
from config.settings import Settings
from register.figures import Figures, figures, passed
from review.visit import Visit

_HERE = ("127.0.0.1", "::1")
_OF_THE_CARD = ("missed_per_thousand", "recall", "precision", "filed", "examples")


def alive(visit: Visit) -> Response:
    """The process lives and answers."""
    return JSONResponse({"ok": True})


def ready(visit: Visit) -> Response:
    """Whether mail is read and judged; 503 with the reasons if not."""
    reasons = list(_reasons(visit))
    told: dict[str, object] = {"ready": not reasons}
    if _may_look(visit):
        told["reasons"] = reasons
    return JSONResponse(told, status_code=503 if reasons else 200)


def metrics(visit: Visit) -> Response:
    """Figures for Prometheus (text exposition format 0.0.4)."""
    if not _may_look(visit):
        return PlainTextResponse("web.metrics_token\n", status_code=403)
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    with visit.database.read() as session:
        found = figures(session)
    registry.register(_Gauges(found, visit.settings, visit.now))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_PLAIN_0_0_4)


def _may_look(visit: Visit) -> bool:
    web = visit.settings.web
    token = web.metrics_token
    given = visit.request.headers.get("authorization", "").removeprefix("Bearer ")
    if token and hmac.compare_digest(given.encode(), token.get_secret_value().encode()):
        return True
    client = visit.request.client
    return not web.public_url and client is not None and client.host in _HERE


def _reasons(visit: Visit) -> Iterator[str]:
    read = passed(visit.database)
    if read is None:
        yield "la base de données ne répond pas"
        return
    longest = timedelta(minutes=visit.settings.notices.after_minutes)
    for box in visit.settings.mailbox:
        at = read.get(box.name)
        if at is None:
            yield f"boîte « {box.name} » : jamais lue"
        elif visit.now - at > longest + timedelta(seconds=box.poll_seconds):
            minutes = (visit.now - at) // timedelta(minutes=1)
            yield f"boîte « {box.name} » : pas lue depuis {minutes} minutes"
    try:
        if not Shelf(visit.settings.triage.models).version:
            yield "aucun modèle n’est en service"
    except BadModel as error:
        yield str(error)


class _Gauges(Collector):
    """What the register and the model's card say now, as gauges."""

    def __init__(self, found: Figures, settings: Settings, now: datetime) -> None:
        self._found, self._settings, self._now = found, settings, now

    def collect(self) -> Iterator[Metric]:
        yield InfoMetricFamily("doleances", "The program.", value={"version": version("doleances")})
        yield from self._mailboxes()
        queue = GaugeMetricFamily(
            "doleances_queue_messages", "Messages that wait for a person.", labels=["band"]
        )
        for band in ("complaint", "review", "other", ""):
            queue.add_metric([band or "none"], self._found.queue.get(band, 0))
        yield queue
        yield _counted("doleances_messages", "Messages by place.", "place", self._found.places)
        yield _counted("doleances_letters", "Letters by state.", "state", self._found.letters)
        yield from self._deadlines()
        yield from self._model()

    def _mailboxes(self) -> Iterator[Metric]:
        age = GaugeMetricFamily(
            "doleances_mailbox_pass_age_seconds",
            "Since a mailbox was last read to the end; absent where it never was.",
            labels=["mailbox"],
        )
        failing = GaugeMetricFamily(
            "doleances_mailbox_failing", "Whether something stands against it.", labels=["mailbox"]
        )
        for box in self._settings.mailbox:
            state = self._found.mailboxes.get(box.name)
            if state and state.passed_at:
                age.add_metric([box.name], (self._now - state.passed_at).total_seconds())
            failing.add_metric([box.name], float(bool(state is None or state.trouble)))
        yield age
        yield failing

    def _deadlines(self) -> Iterator[Metric]:
        today = self._now.astimezone(self._settings.office.zone).date()
        days = GaugeMetricFamily(
            "doleances_nearest_deadline_days",
            "Days to the nearest limit that still runs, negative once passed; absent where none.",
            labels=["duty"],
        )
        for duty, due in _duties(self._found):
            if due is not None:
                days.add_metric([duty], (due - today).days)
        yield days

    def _model(self) -> Iterator[Metric]:
        try:
            entries = Shelf(self._settings.triage.models).list()
        except BadModel:
            return
        if not entries:
            return
        current = entries[0]
        yield InfoMetricFamily(
            "doleances_model", "The model in service.", value={"version": current.version}
        )
        for name in _OF_THE_CARD:
            if isinstance(value := current.card.get(name), int | float):
                yield GaugeMetricFamily(
                    f"doleances_model_{name}", "From the model's card.", value=float(value)
                )


def _duties(found: Figures) -> tuple[tuple[str, date | None], ...]:
    return (("acknowledge", found.to_acknowledge), ("answer", found.to_answer))


def _counted(name: str, about: str, label: str, counts: Mapping[str, int]) -> Metric:
    gauge = GaugeMetricFamily(name, about, labels=[label])
    for key, count in counts.items():
        gauge.add_metric([str(key)], count)
    return gauge
