"""A private Exim: a real mail server behind which people receive, refuse or bounce our letters."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Self

from tests.servers import require, unavailable
from tests.servers.certificates import issue
from tests.servers.process import (
    Process,
    discard,
    free_port,
    greets,
    hand_over,
    logs,
    private_folder,
    wait_until,
)

OWNER = "Debian-exim"

# Exim gives up root as soon as it is told a configuration of ours: everything belongs to OWNER.
# There is no router to another host, so that no mail can leave this machine.
CONFIGURATION = """\
primary_hostname = mx.client.test
exim_user = {owner}
exim_group = {owner}
deliver_drop_privilege = true
spool_directory = {folder}/spool
log_file_path = {folder}/log/%slog
pid_file_path = {folder}/exim.pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port}
disable_ipv6 = true
keep_environment =
host_lookup =
rfc1413_query_timeout = 0s
check_spool_space = 0
check_spool_inodes = 0
ignore_bounce_errors_after = 0s
smtp_accept_queue_per_connection = 0
smtp_accept_max_per_connection = 0
delay_warning =
tls_advertise_hosts = *
tls_certificate = {folder}/chain.pem
tls_privatekey = {folder}/key.pem
acl_smtp_rcpt = known_people
acl_smtp_data = accept

begin acl
known_people:
  require verify = recipient
  accept

begin routers
bounced:
  driver = redirect
  condition = ${{if eqi{{$local_part@$domain}}{{{bouncing}}}}}
  data = :fail: 5.2.2 the mailbox is full
  allow_fail
  no_verify

known:
  driver = accept
  address_data = ${{lookup{{$local_part@$domain}}lsearch{{{folder}/people}}{{$value}}fail}}
  transport = maildir
  cannot_route_message = 5.1.1 nobody of that name here

begin transports
maildir:
  driver = appendfile
  user = {owner}
  directory = $address_data
  maildir_format
  create_directory
  delivery_date_add
  envelope_to_add
  return_path_add
"""


class Exim:
    """Delivers to ``addresses`` on ``port`` (plain and STARTTLS); clients trust ``ca_file``.

    Mail to ``bouncing`` is accepted and then bounced to its sender, who reads the bounce here too
    if he is among the addresses. Every other recipient is refused. ``only_queued``: what is taken
    lies safe on its disk, and is not delivered.
    """

    def __init__(
        self, addresses: Iterable[str], bouncing: str = "", *, only_queued: bool = False
    ) -> None:
        program = require("exim4", "exim4-daemon-light")
        if os.getuid() != 0:
            unavailable("a private Exim has to be started by root")
        self.port = free_port()
        self._folder = private_folder("exim", OWNER)
        self.ca_file = issue(self._folder).ca
        configuration = self._folder / "exim.conf"
        self._process = Process(
            (program, "-bdf", *(["-odq"] if only_queued else []), "-C", configuration),
            self._folder,
            self.port,
            "root",
        )
        (self._folder / "people").write_text(
            "".join(
                f'"{address}": {self._folder}/mail/{address}\n'
                for address in (*addresses, bouncing)
                if address
            )
        )
        for name in ("log", "mail", "spool"):
            (self._folder / name).mkdir()
        hand_over(self._folder.iterdir(), OWNER)
        # this file stays root's, or Exim would not believe it
        configuration.write_text(
            CONFIGURATION.format(
                folder=self._folder, owner=OWNER, port=self.port, bouncing=bouncing
            )
        )
        configuration.chmod(0o644)

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        self._process.start(lambda: greets(self.port, b"220"))

    def stop(self) -> None:
        """Stop listening; delivered mails stay."""
        self._process.stop()

    def kill(self) -> None:
        self._process.kill()

    def close(self) -> None:
        """End the server and throw its mails away."""
        self.kill()
        wait_until(lambda: not self._still_bounces(), "Exim does not end")
        discard(self._folder)

    @property
    def log(self) -> str:
        return logs(self._folder)

    def delivered(self, address: str) -> list[bytes]:
        """The mails of this person, oldest first: LF lines, Return-path and Envelope-to on top."""
        folder = self._folder / "mail" / address / "new"
        return [path.read_bytes() for path in sorted(folder.glob("*"))]

    def wait_for(self, address: str, mails: int = 1) -> list[bytes]:
        """The same, once there are so many: a mail is delivered a moment after it was taken."""
        wait_until(
            lambda: len(self.delivered(address)) >= mails,
            f"{address} has not received {mails} mails\n{self.log}",
        )
        return self.delivered(address)

    def _still_bounces(self) -> bool:
        """A bounce is delivered by a process that has left the group; it ends by itself."""
        for process in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):
                if os.fsencode(self._folder) in process.read_bytes():
                    return True
        return False
