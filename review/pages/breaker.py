"""Stop automatic mail, and let it leave again."""

from starlette.responses import Response

from register import breaker
from review.desk import Refused
from review.visit import Visit


def stop(visit: Visit) -> Response:
    """Anybody may: to stop too early costs an hour, to stop too late cannot be taken back."""
    because = visit.form.get("because", "").strip() or "arrêté à la main"
    with visit.database.begin() as session:
        if not breaker.stop(session, because, visit.by, visit.now):
            raise Refused("Le courrier automatique est déjà arrêté.")
    return visit.see("/lettres")


def resume(visit: Visit) -> Response:
    with visit.database.begin() as session:
        if not breaker.lift(session, visit.by, visit.now):
            raise Refused("Le courrier automatique n’est pas arrêté.")
    return visit.see("/lettres")
