"""A private Dovecot: the mailbox server that most of our users have."""

import os
import pwd
import shutil
import socket
import ssl
import time
from base64 import b64encode
from collections.abc import Iterable, Mapping
from datetime import datetime
from grp import getgrgid
from itertools import count
from typing import Self

from imapclient import IMAPClient

from tests.servers import require
from tests.servers.certificates import issue
from tests.servers.process import (
    Process,
    discard,
    free_port,
    greets,
    hand_over,
    logs,
    private_folder,
    run,
)

OWNER = "nobody" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
PLAINTES = {"plaintes": "mot-de-passe"}

# Dovecot 2.3. A later line wins over an earlier one, so that ``extra`` can change any of them.
TOKENS = """\
auth_mechanisms = {mechanisms}
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2
}}
"""

CONFIGURATION = """\
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
instance_name = doleances-{port}
default_internal_user = {owner}
default_internal_group = {group}
default_login_user = {owner}
first_valid_uid = 1
first_valid_gid = 1
mail_uid = {owner}
mail_gid = {group}
mail_home = {folder}/mail/%u
mail_location = maildir:~/mails
mail_fsync = never
mail_max_userip_connections = 100
ssl = yes
ssl_cert = <{folder}/chain.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
passdb {{
  driver = passwd-file
  args = scheme=plain username_format=%u {folder}/passwd
}}
userdb {{
  driver = static
  args = uid={owner} gid={group} home={folder}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
# without this every failed login makes the next one slower, up to 8 s
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  service_count = 0
  process_min_avail = 1
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service stats {{
  chroot =
}}
{extra}
"""


class Dovecot:
    """Mailboxes on ``port`` (plain and STARTTLS) and ``tls_port``; clients trust ``ca_file``."""

    def __init__(
        self,
        users: Mapping[str, str] = PLAINTES,
        extra: str = "",
        *,
        token_key: bytes = b"",
        token_mechanisms: str = "plain login xoauth2 oauthbearer",
    ) -> None:
        """With ``token_key`` (HS256) people may sign in by signed tokens, too (RFC 7519)."""
        program = require("dovecot", "dovecot-imapd")
        require("/usr/lib/dovecot/imap", "dovecot-imapd")
        self._doveadm = require("doveadm", "dovecot-core")
        self.users = dict(users)
        self.port = free_port()
        self.tls_port = free_port()
        self._folder = private_folder("dovecot", OWNER)
        self._dropped = count()
        self._configuration = self._folder / "dovecot.conf"
        self._process = Process(
            (program, "-F", "-c", self._configuration), self._folder, self.port, OWNER
        )
        self.ca_file = issue(self._folder).ca
        if token_key:
            extra += self._take_tokens(token_key, token_mechanisms)
        self._configure(extra)

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
        # a socket left by a killed server makes the new one wait for 5 s
        shutil.rmtree(self._folder / "run", ignore_errors=True)
        self._process.start(lambda: greets(self.port, b"* OK"))

    def stop(self) -> None:
        """Stop politely; the mails stay for the next start."""
        self._process.stop()

    def kill(self) -> None:
        """Every connection is cut at once; the mails stay for the next start."""
        self._process.kill()

    def restart(self) -> None:
        self.stop()
        self.start()

    def close(self) -> None:
        """End the server and throw its mails away."""
        self.kill()
        discard(self._folder)

    @property
    def log(self) -> str:
        return logs(self._folder)

    def connect(self, user: str) -> IMAPClient:
        """A client of this person, signed in over TLS."""
        trust = ssl.create_default_context(cafile=str(self.ca_file))
        client = IMAPClient("127.0.0.1", self.tls_port, ssl_context=trust, timeout=10)
        client.login(user, self.users[user])
        return client

    def append(
        self, user: str, folder: str, mails: Iterable[bytes], received: datetime | None = None
    ) -> None:
        """Store mails as a client does; a folder that is missing is made."""
        with self.connect(user) as client:
            if not client.folder_exists(folder):
                client.create_folder(folder)
            for mail in mails:
                client.append(folder, mail, msg_time=received)

    def drop(self, user: str, mails: Iterable[bytes]) -> None:
        """Put many mails into the INBOX at once, as a delivery does: in order, without IMAP."""
        maildir = self._folder / "mail" / user / "mails"
        folders = [maildir / name for name in ("cur", "new", "tmp")]
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)
        second = int(time.time())
        written = []
        for mail in mails:
            # the numbering of the mails follows these names
            path = maildir / "tmp" / f"{second}.M{next(self._dropped):06d}P1.{socket.gethostname()}"
            path.write_bytes(mail)
            written.append(path)
        hand_over((maildir.parent, maildir, *folders, *written), OWNER)
        for path in written:
            path.rename(maildir / "new" / path.name)

    def doveadm(self, *args: str) -> str:
        """The answer of the administrator's tool, e.g. to ``kick`` and a user."""
        return run((self._doveadm, "-c", self._configuration, *args), self._folder, OWNER)

    def new_uidvalidity(self, user: str, folder: str) -> int:
        """Declare all known UIDs of the folder void (RFC 9051, 2.3.1.1); the new UIDVALIDITY."""
        status = self.doveadm("mailbox", "status", "-u", user, "uidvalidity", folder)
        value = int(status.rpartition("=")[2]) + 1
        self.doveadm("mailbox", "update", "-u", user, "--uid-validity", str(value), folder)
        return value

    def _take_tokens(self, key: bytes, mechanisms: str) -> str:
        keys = self._folder / "keys" / "default" / "HS256"
        keys.mkdir(parents=True)
        (keys / "default").write_text(b64encode(key).decode())
        (self._folder / "oauth2").write_text(
            "introspection_mode = local\n"
            f"local_validation_key_dict = fs:posix:prefix={self._folder}/keys/\n"
            "username_attribute = sub\n"
        )
        return TOKENS.format(folder=self._folder, mechanisms=mechanisms)

    def _configure(self, extra: str) -> None:
        (self._folder / "passwd").write_text(
            "".join(f"{user}:{{PLAIN}}{password}\n" for user, password in self.users.items())
        )
        self._configuration.write_text(
            CONFIGURATION.format(
                folder=self._folder,
                owner=OWNER,
                group=getgrgid(pwd.getpwnam(OWNER).pw_gid).gr_name,
                port=self.port,
                tls_port=self.tls_port,
                extra=extra,
            )
        )
        for name in ("run", "state", "mail"):
            (self._folder / name).mkdir()
        hand_over(self._folder.iterdir(), OWNER)
