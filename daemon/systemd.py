"""What systemd is told: that the service is ready, how it fares, that it still lives."""

import logging
import os
import socket

log = logging.getLogger(__name__)


def tell(*lines: str) -> bool:
    """Tell the service manager, if there is one (sd_notify(3)); say whether it could be told."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    if address.startswith("@"):  # Linux’s abstract names
        address = "\0" + address[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as to_manager:
            to_manager.sendto("\n".join(lines).encode(), address)
    except OSError as error:
        log.warning("systemd cannot be told: %s", error)
        return False
    return True


def watchdog_seconds() -> float | None:
    """Seconds within which systemd wants a sign of life (sd_watchdog_enabled(3))."""
    microseconds = os.environ.get("WATCHDOG_USEC", "")
    meant_for = os.environ.get("WATCHDOG_PID", "") or str(os.getpid())
    if not microseconds.isdigit() or int(microseconds) == 0 or meant_for != str(os.getpid()):
        return None
    return int(microseconds) / 1_000_000
