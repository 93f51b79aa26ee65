"""The people of the office: what each is qualified for and may decide (P-16, P-17)."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, model_validator

from config.rights import RIGHTS, Act, Role
from config.values import Email, Table, Text

EVERYTHING = "*"


class Qualification(Table):
    """Products that somebody knows well enough to answer for, and from when to when."""

    products: Annotated[tuple[Text, ...], Field(min_length=1)]
    since: date | None = None
    until: date | None = None

    def covers(self, product: str, on: date) -> bool:
        current = (self.since or on) <= on <= (self.until or on)
        return current and (EVERYTHING in self.products or product in self.products)


class Absence(Table):
    """Days on which somebody is away, the first and the last among them."""

    first: date
    last: date
    substitute: Email | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError("l’absence finit avant de commencer : vérifiez first et last")
        return self


class Colleague(Table):
    """Somebody of the office. ``rights`` are acts allowed beyond the role, one by one."""

    name: Text
    email: Email
    role: Role = Role.CLERK
    qualifications: tuple[Qualification, ...] = ()
    rights: tuple[str, ...] = ()
    gesture_ceiling: Annotated[Decimal, Field(ge=0)] | None = None
    absences: tuple[Absence, ...] = ()

    @model_validator(mode="after")
    def _rights_are_known(self) -> Self:
        for name in self.rights:
            if name not in Act.__members__:
                raise ValueError(f"« {name} » n’est pas un droit : {', '.join(Act.__members__)}")
        return self

    def may(self, act: Act) -> bool:
        return self.role in RIGHTS[act] or act.name in self.rights

    def knows(self, product: str, on: date) -> bool:
        """Whether qualified for a product on a day. Without a word on it, the role decides: who
        may reject is taken to know the whole trade.
        """
        if self.qualifications:
            return any(one.covers(product, on) for one in self.qualifications)
        return self.may(Act.REJECT)

    def away(self, on: date) -> Absence | None:
        return next((one for one in self.absences if one.first <= on <= one.last), None)


def competent(
    staff: Iterable[Colleague], product: str, on: date, aimed: Iterable[str] = ()
) -> Colleague | None:
    """Who is to deal with a complaint (P-16, P-26): qualified, present, and not aimed at (X-13).

    An adviser before the complaints officer, he before the manager; whoever is away is stood for
    by the substitute, if that one is fit. None when nobody is.
    """
    people = {one.email: one for one in staff}
    blamed = set(aimed)

    def fit(one: Colleague) -> bool:
        return one.may(Act.ACCEPT) and one.knows(product, on) and one.email not in blamed

    for role in (Role.ADVISER, Role.OFFICER, Role.MANAGER):
        for one in people.values():
            if one.role != role or not fit(one):
                continue
            absence = one.away(on)
            if absence is None:
                return one
            substitute = people.get(absence.substitute or "")
            if substitute and fit(substitute) and not substitute.away(on):
                return substitute
    return None
