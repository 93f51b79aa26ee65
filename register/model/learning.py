"""What people's decisions teach, and each learning."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from register.model.table import Table


class Standing(StrEnum):
    """Whether what a person decided is learnt from."""

    LEARNT = "learnt"
    DOUBTED = "doubted"  # stands against all that is known: not learnt before a second look
    CONFIRMED = "confirmed"  # the second look said that it was right
    SET_ASIDE = "set_aside"  # the second look said not to learn from it


class Lesson(Table):
    """What a person's decision teaches: the mail as it is judged, and what it was said to be."""

    __tablename__ = "lesson"
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    label: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)
    corrected: Mapped[bool]  # the machine had leant the other way
    standing: Mapped[str] = mapped_column(index=True)
    doubt: Mapped[str] = mapped_column(default="")  # why it is doubted, French
    matter: Mapped[str]  # lessons of one matter never stand on both sides of an honest split
    judged: Mapped[dict[str, Any]]  # the fields of ``classifier.triage.Judged``


class Training(Table):
    """One learning: what was learnt, how it fared against the model in service, what followed."""

    __tablename__ = "training"
    id: Mapped[int] = mapped_column(primary_key=True)
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    because: Mapped[str]  # French
    model: Mapped[str] = mapped_column(default="")  # version
    lessons: Mapped[int] = mapped_column(default=0)
    promoted: Mapped[bool] = mapped_column(default=False)
    contest: Mapped[dict[str, Any] | None]  # champion and challenger on each set, and the verdict
    reconsidered: Mapped[list[int] | None]  # filed messages that this model would have shown
    trouble: Mapped[str | None]
