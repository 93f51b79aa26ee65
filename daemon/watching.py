"""Watch over what is due: warn in time, acknowledge on the last day, tell people."""

from daemon.house import House
from outbound.notify import Courier
from review import guard


def watch(house: House) -> bool:
    """One look; say whether anything was told or done."""
    with house.database.begin() as session:
        found = guard.watch(house.desk(session))
    return tell(house) > 0 or found > 0


def tell(house: House) -> int:
    """Send the notices that are due; count the people told."""
    courier = Courier(house.database, house.postman, house.settings)
    now = house.clock()
    return courier.urgent(now) + courier.digest(now)
