"""An office with people in it, for the tests of the procedure. All invented."""

from datetime import date
from decimal import Decimal

from config.rights import Role
from config.settings import Settings
from config.staff import Absence, Colleague, Qualification

CLERK, ADVISER, OFFICER, MANAGER = (
    f"{name}@cabinet.example" for name in ("paul", "claire", "marie", "henri")
)
STAFF = (
    Colleague(name="Paul Petit", email=CLERK),
    Colleague(
        name="Claire Weber",
        email=ADVISER,
        role=Role.ADVISER,
        qualifications=(Qualification(products=("AUTO", "MRH"), until=date(2027, 6, 30)),),
        gesture_ceiling=Decimal(150),
    ),
    Colleague(
        name="Marie Colin",
        email=OFFICER,
        role=Role.OFFICER,
        absences=(Absence(first=date(2026, 12, 21), last=date(2027, 1, 3), substitute=MANAGER),),
    ),
    Colleague(name="Henri Klein", email=MANAGER, role=Role.MANAGER),
)


def staffed(settings: Settings) -> Settings:
    """The same office with a clerk, an adviser for cars and homes, an officer and a manager."""
    return settings.model_copy(update={"staff": STAFF})
