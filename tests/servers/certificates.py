"""A certificate for 127.0.0.1, and the authority that signed it."""

import ssl
from dataclasses import dataclass
from pathlib import Path

import trustme


@dataclass(frozen=True)
class Certificate:
    """What a server shows (chain, key), and what its clients must trust (ca)."""

    ca: Path
    chain: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        """What the server needs in Python."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.chain, self.key)
        return context


def issue(folder: Path) -> Certificate:
    """Write a new authority and a certificate for localhost into the folder."""
    issued = Certificate(folder / "ca.pem", folder / "chain.pem", folder / "key.pem")
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost", "127.0.0.1")
    authority.cert_pem.write_to_path(issued.ca)
    certificate.private_key_pem.write_to_path(issued.key)
    issued.chain.write_bytes(b"".join(pem.bytes() for pem in certificate.cert_chain_pems))
    return issued
