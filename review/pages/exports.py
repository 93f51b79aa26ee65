"""Downloads: the register in every form, the report on a year, the proofs of a file. Only for
whoever may export.
"""

import tempfile
from collections.abc import Callable, Iterator
from typing import BinaryIO

from starlette.responses import Response, StreamingResponse

from config.rights import Act
from config.sentence import Sentence
from register import complaints
from register.calendar import civil_date
from register.export import Format, Kind
from review import exports
from review.desk import Refused
from review.exports import Asked
from review.visit import NotThere, Visit

FIRST_YEAR = 1950
_PIECE = 1 << 16


def register(visit: Visit) -> Response:
    try:
        form = Format(visit.request.path_params["format"])
        kind = Kind(visit.asked("contenu", Kind.ANNEXE))
    except ValueError:
        raise NotThere from None
    sensitive = bool(visit.asked("sensibles"))
    _refuse_without(visit, Act.EXPORT)
    if sensitive:
        _refuse_without(visit, Act.READ_SENSITIVE)
    asked = _asked(visit, kind, form, sensitive)
    name = f"registre-{kind.value}-{_today(visit)}.{form.value}"
    return _download(
        name,
        form.media_type,
        lambda out: exports.register(visit.database, visit.settings, asked, out),
    )


def yearly_report(visit: Visit) -> Response:
    """The report on a year that has begun, as PDF; as CSV, the figures that its digest is of."""
    year, suffix = visit.id("year"), visit.request.path_params["format"]
    this = civil_date(visit.now, visit.settings.office.zone).year
    if suffix not in (Format.PDF, Format.CSV) or not FIRST_YEAR <= year <= this:
        raise NotThere
    form = Format(suffix)
    asked = _asked(visit, form=form)
    return _download(
        f"rapport-{year}-{_today(visit)}.{suffix}",
        form.media_type,
        lambda out: exports.yearly_report(visit.database, visit.settings, asked, year, out),
    )


def proof(visit: Visit) -> Response:
    with visit.database.read() as session:
        entry = complaints.named(session, str(visit.request.path_params["number"]))
    if entry is None:
        raise NotThere
    _refuse_without(visit, Act.EXPORT)
    if entry.sensitive:
        _refuse_without(visit, Act.READ_SENSITIVE)
    asked = _asked(visit)
    return _download(
        f"preuves-{entry.number}-{_today(visit)}.zip",
        "application/zip",
        lambda out: exports.proofs(visit.database, visit.settings, asked, entry.number, out),
    )


def _asked(
    visit: Visit, kind: Kind = Kind.ANNEXE, form: Format = Format.CSV, sensitive: bool = False
) -> Asked:
    name = visit.visitor.name if visit.visitor else ""
    return Asked(visit.by, name, visit.now, kind, form, sensitive)


def _today(visit: Visit) -> str:
    return civil_date(visit.now, visit.settings.office.zone).isoformat()


def _refuse_without(visit: Visit, act: Act) -> None:
    if not visit.settings.may(visit.by, act):
        raise Refused(
            Sentence(
                "Vous n’êtes pas habilité à {what}. Demandez à un référent.",
                what=Sentence(act.value),
            )
        )


def _download(name: str, media_type: str, write: Callable[[BinaryIO], object]) -> Response:
    """Written whole to a file of its own before the first byte leaves: what fails half-way is a
    page that says so, never half a register.
    """
    out = tempfile.TemporaryFile()  # noqa: SIM115 (closed when the last piece has left)
    try:
        write(out)
    except BaseException:
        out.close()
        raise
    size = out.tell() if out.seek(0, 2) is not None else 0
    out.seek(0)
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Length": str(size),
    }
    return StreamingResponse(_pieces(out), media_type=media_type, headers=headers)


def _pieces(out: BinaryIO) -> Iterator[bytes]:
    with out:
        while piece := out.read(_PIECE):
            yield piece
