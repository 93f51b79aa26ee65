"""Will the office's letters be believed? What its domain says of itself in the DNS.

SPF (RFC 7208) names the servers that may send for a domain, DKIM (RFC 6376) holds the key that signs,
DMARC (RFC 7489) says what becomes of the rest. Where one is missing, acknowledgements end as junk.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import dns.exception
import dns.resolver

from config.trouble import Trouble

# The TXT records of a name, one string each; none where the name or the record does not exist.
Texts = Callable[[str], Sequence[str]]


class NoDns(Trouble):
    """The DNS does not answer: nothing can be said; in French."""


class Verdict(StrEnum):
    GOOD = "good"
    WEAK = "weak"  # letters may be held for junk
    BAD = "bad"  # letters will be


@dataclass(frozen=True)
class Remark:
    """What one record says, and what to do about it; in French."""

    about: str  # SPF, DKIM or DMARC; DNS where none of them is the office's affair
    verdict: Verdict
    says: str


def examine(domain: str, host: str, texts: Texts) -> list[Remark]:
    """Look at the records of a sender's domain that sends through a host. Raises ``NoDns``."""
    if domain.rpartition(".")[2] in _NOBODYS:
        return [Remark("DNS", Verdict.GOOD, f"{domain} n’est qu’un exemple : rien à vérifier")]
    if domain in _PUBLIC:
        says = f"{domain} est un fournisseur de messagerie : ses enregistrements ne dépendent pas de vous"
        return [Remark("DNS", Verdict.GOOD, says)]
    return [_spf(domain, host, texts), _dkim(domain, texts), _dmarc(domain, texts)]


def texts_of(resolver: dns.resolver.Resolver | None = None) -> Texts:
    """Ask the DNS of this machine, or another one, five seconds a name at most."""

    def texts(name: str) -> Sequence[str]:
        try:
            asked = resolver or dns.resolver.get_default_resolver()
            answer = asked.resolve(name, "TXT", lifetime=_SECONDS, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return ()
        except dns.exception.DNSException as error:
            raise NoDns(
                f"le DNS ne répond pas pour {name} ({type(error).__name__}) : SPF, DKIM et DMARC "
                "n’ont pas pu être vérifiés. Vérifiez le réseau de cette machine."
            ) from error
        # A record is given in pieces of 255 bytes at most, put together without a space.
        return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]

    return texts


_SECONDS = 5.0
_PUBLIC = frozenset(
    (
        *("aol.com", "bbox.fr", "free.fr", "gmail.com", "gmx.fr", "hotmail.com", "hotmail.fr"),
        *("icloud.com", "laposte.net", "live.fr", "neuf.fr", "numericable.fr", "orange.fr"),
        *("outlook.com", "outlook.fr", "sfr.fr", "wanadoo.fr", "yahoo.com", "yahoo.fr"),
    )
)
_NOBODYS = frozenset({"example", "invalid", "localhost", "test"})  # RFC 2606: the DNS has none
# What a provider asks to be put into the SPF record, by the end of its sending host's name.
_INCLUDES = (
    ("office365.com", "spf.protection.outlook.com"),
    ("outlook.com", "spf.protection.outlook.com"),
    ("gmail.com", "_spf.google.com"),
    ("google.com", "_spf.google.com"),
    ("ovh.net", "mx.ovh.com"),
    ("ovh.com", "mx.ovh.com"),
    ("gandi.net", "_mailcust.gandi.net"),
    ("ionos.fr", "_spf-eu.ionos.com"),
    ("ionos.com", "_spf-eu.ionos.com"),
    ("infomaniak.com", "spf.infomaniak.ch"),
    ("infomaniak.ch", "spf.infomaniak.ch"),
    ("brevo.com", "spf.brevo.com"),
)
# Under which names the keys of current providers lie; a domain may use any other.
_SELECTORS = (
    *("selector1", "selector2", "google", "default", "dkim", "mail", "s1", "s2", "k1", "gm1"),
    *("ovhmo1", "ovhmo-selector-1", "s1-ionos", "s2-ionos", "brevo1", "brevo2"),
)
_MOST_LOOKUPS = 10  # RFC 7208, 4.6.4: with more, every receiver gives up
_LOOKS_UP = re.compile(
    r"[+?~-]?(?:(include):(\S+)|(redirect)=(\S+)|(?:a|mx|ptr|exists)(?:[:/]\S*)?)"
)
_ALL = re.compile(r"(?:^|\s)([+?~-]?)all(?=\s|$)")


# --- SPF ------------------------------------------------------------------------------------------


def _spf(domain: str, host: str, texts: Texts) -> Remark:
    records = _spf_of(domain, texts)
    wanted = _include_for(host)
    if not records:
        put = f"v=spf1 {f'include:{wanted} ' if wanted else 'mx '}~all"
        return _bad(
            "SPF",
            f"{domain} n’en a pas : vos lettres risquent d’être refusées ou tenues pour du "
            f"courrier indésirable. Faites ajouter l’enregistrement TXT « {put} » (à faire vérifier "
            "par votre fournisseur de messagerie).",
        )
    if len(records) > 1:
        says = (
            f"{domain} en a {len(records)} : ensemble ils ne valent rien (RFC 7208). N’en gardez "
            "qu’un, avec le contenu de tous."
        )
        return _bad("SPF", says)
    includes, lookups = _walk(domain, texts)
    if lookups > _MOST_LOOKUPS:
        says = (
            f"celui de {domain} demande {lookups} recherches, dix au plus sont permises : il est "
            "ignoré. Retirez-en les services dont le cabinet ne se sert plus."
        )
        return _bad("SPF", says)
    if wanted and wanted not in includes:
        says = (
            f"celui de {domain} ne nomme pas votre serveur d’envoi {host} : ajoutez-y "
            f"« include:{wanted} »."
        )
        return _bad("SPF", says)
    return _spf_end(domain, records[0], includes)


def _spf_end(domain: str, record: str, includes: frozenset[str]) -> Remark:
    found = _ALL.search(record.lower())
    if found and found[1] in ("-", "~"):
        return Remark("SPF", Verdict.GOOD, f"celui de {domain} nomme les serveurs qui envoient")
    if found and found[1] != "?":
        says = (
            f"celui de {domain} permet à tout le monde d’envoyer en votre nom (« +all ») : "
            "remplacez-le par « ~all »."
        )
        return _bad("SPF", says)
    if "redirect=" in record.lower():
        return Remark(
            "SPF", Verdict.GOOD, f"celui de {domain} renvoie à un autre ({len(includes)})"
        )
    says = f"celui de {domain} ne conclut pas : terminez-le par « ~all », ou « -all »."
    return _weak("SPF", says)


def _spf_of(domain: str, texts: Texts) -> list[str]:
    return [one for one in texts(domain) if re.match(r"v=spf1(\s|$)", one, re.IGNORECASE)]


def _walk(domain: str, texts: Texts) -> tuple[frozenset[str], int]:
    """Every domain that a record includes, at any depth, and how many look-ups it takes; no more
    are done than it takes to know that there are too many.
    """
    seen: set[str] = set()
    waiting, lookups = [domain], 0
    while waiting and lookups <= _MOST_LOOKUPS:
        for record in _spf_of(waiting.pop(), texts)[:1]:
            for included, counts in _terms(record):
                lookups += counts
                if included and included not in seen:
                    seen.add(included)
                    waiting.append(included)
    return frozenset(seen), lookups


def _terms(record: str) -> Iterator[tuple[str, int]]:
    for term in record.lower().split()[1:]:
        if found := _LOOKS_UP.fullmatch(term):
            yield (found[2] or found[4] or "").rstrip("."), 1


def _include_for(host: str) -> str:
    name = "." + host.lower().rstrip(".")
    return next((include for end, include in _INCLUDES if name.endswith("." + end)), "")


# --- DKIM and DMARC -------------------------------------------------------------------------------


def _dkim(domain: str, texts: Texts) -> Remark:
    revoked = ""
    for selector in _SELECTORS:
        for record in texts(f"{selector}._domainkey.{domain}"):
            tags = _tags(record)
            if tags.get("p"):
                return Remark("DKIM", Verdict.GOOD, f"clé « {selector} » trouvée pour {domain}")
            if "p" in tags:  # RFC 6376, 3.6.1: an empty key is a revoked one
                revoked = selector
    if revoked:
        says = (
            f"la clé « {revoked} » de {domain} est révoquée : demandez-en une à votre fournisseur."
        )
        return _weak("DKIM", says)
    says = (
        f"aucune clé de {domain} sous les noms usuels. Si votre fournisseur signe vos envois, tout "
        "va bien ; sinon demandez-lui d’activer DKIM."
    )
    return _weak("DKIM", says)


def _dmarc(domain: str, texts: Texts) -> Remark:
    """Of the domain itself, else of the one above it (RFC 7489, 6.6.3)."""
    parent = domain.partition(".")[2]
    names = [domain, *([parent] if "." in parent else [])]
    for name in names:
        records = [one for one in texts(f"_dmarc.{name}") if one.lower().startswith("v=dmarc1")]
        if len(records) > 1:
            return _bad(
                "DMARC", f"{name} en a {len(records)} : un seul est permis. Retirez les autres."
            )
        if records:
            return _policy(name, _tags(records[0]).get("p", "").lower())
    says = (
        f"{domain} n’en a pas : ajoutez l’enregistrement TXT « v=DMARC1; p=none; "
        f"rua=mailto:postmaster@{domain} » sous le nom _dmarc.{domain}."
    )
    return _weak("DMARC", says)


def _policy(name: str, policy: str) -> Remark:
    if policy in ("none", "quarantine", "reject"):
        return Remark("DMARC", Verdict.GOOD, f"celui de {name} dit « p={policy} »")
    says = f"celui de {name} ne dit pas quoi faire (« p= » manque ou est faux) : mettez « p=none »."
    return _bad("DMARC", says)


def _tags(record: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip().lower(): "".join(value.split()) for name, sign, value in pairs if sign}


def _bad(about: str, says: str) -> Remark:
    return Remark(about, Verdict.BAD, says)


def _weak(about: str, says: str) -> Remark:
    return Remark(about, Verdict.WEAK, says)
