"""What is said of a domain's records, and of a DNS that does not answer."""

import socket
from collections.abc import Iterator, Mapping
from threading import Thread

import dns.message
import dns.resolver
import dns.rrset
import pytest

from outbound.domain import NoDns, Verdict, examine, texts_of
from tests.servers.process import free_port

DOMAIN, HOST = "cabinet-mangin.fr", "ssl0.ovh.net"
GOOD, WEAK, BAD = Verdict.GOOD, Verdict.WEAK, Verdict.BAD
SOUND = {
    DOMAIN: ["v=spf1 include:mx.ovh.com ~all", "google-site-verification=abc"],
    "mx.ovh.com": ["v=spf1 ptr:mail-out.ovh.net ?all"],
    f"ovhmo1._domainkey.{DOMAIN}": ["v=DKIM1; k=rsa; p=MIGfMA0"],
    f"_dmarc.{DOMAIN}": ["v=DMARC1; p=none; rua=mailto:postmaster@cabinet-mangin.fr"],
}
DEEP = {f"d{n}.example": [f"v=spf1 include:d{n + 1}.example ~all"] for n in range(20)}
LOOP = {"d0.example": [f"v=spf1 include:{DOMAIN} ~all"]}


def said(records: Mapping[str, list[str]], host: str = HOST, domain: str = DOMAIN):
    return {one.about: one for one in examine(domain, host, lambda name: records.get(name, []))}


def test_a_sound_domain():
    assert {one.verdict for one in said(SOUND).values()} == {GOOD}


@pytest.mark.parametrize(
    ("spf", "verdict", "words"),
    [
        ([], BAD, "include:mx.ovh.com ~all"),
        (["v=spf10 -all"], BAD, "n’en a pas"),
        (["v=spf1 include:mx.ovh.com ~all", "v=spf1 -all"], BAD, "en a 2"),
        (["v=spf1 mx ~all"], BAD, "include:mx.ovh.com"),
        (["v=spf1 include:mx.ovh.com +all"], BAD, "tout le monde"),
        (["v=spf1 include:mx.ovh.com all"], BAD, "tout le monde"),
        (["v=spf1 include:mx.ovh.com ?all"], WEAK, "ne conclut pas"),
        (["v=spf1 include:mx.ovh.com"], WEAK, "ne conclut pas"),
        (["V=SPF1 Include:MX.OVH.com. -ALL"], GOOD, "nomme"),
        (["v=spf1 redirect=mx.ovh.com"], GOOD, "renvoie"),
        (["v=spf1 include:d0.example include:mx.ovh.com ~all"], BAD, "dix au plus"),
        (["v=spf1 include:mx.ovh.com a mx a:b mx:c ptr exists:%{i}.x a/24 a:e a:f a:g ~all"], BAD, "ignoré"),
    ],
)  # fmt: skip
def test_spf(spf, verdict, words):
    remark = said({**SOUND, **DEEP, DOMAIN: spf})["SPF"]
    assert remark.verdict == verdict
    assert words in remark.says


def test_records_that_name_each_other_come_to_an_end():
    records = {**SOUND, **LOOP, DOMAIN: ["v=spf1 include:d0.example include:mx.ovh.com ~all"]}
    assert said(records)["SPF"].verdict == GOOD


def test_included_at_any_depth():
    records = {
        **SOUND,
        DOMAIN: ["v=spf1 include:_spf.x.example ~all"],
        "_spf.x.example": ["v=spf1 include:mx.ovh.com ~all"],
    }
    assert said(records)["SPF"].verdict == GOOD


@pytest.mark.parametrize("host", ["smtp.cabinet.example", "127.0.0.1", "notovh.net"])
def test_a_host_we_know_nothing_of_is_not_missed(host):
    assert said({**SOUND, DOMAIN: ["v=spf1 mx ~all"]}, host)["SPF"].verdict == GOOD


@pytest.mark.parametrize(
    ("keys", "verdict", "words"),
    [
        ({}, WEAK, "aucune clé"),
        ({f"selector1._domainkey.{DOMAIN}": ["k=rsa; p=MIGf"]}, GOOD, "selector1"),
        ({f"default._domainkey.{DOMAIN}": ["v=DKIM1; p="]}, WEAK, "révoquée"),
        ({f"default._domainkey.{DOMAIN}": ["autre chose"]}, WEAK, "aucune clé"),
    ],
)
def test_dkim(keys, verdict, words):
    remark = said({name: SOUND[name] for name in (DOMAIN, "mx.ovh.com")} | keys)["DKIM"]
    assert (remark.verdict, words in remark.says) == (verdict, True)


@pytest.mark.parametrize(
    ("domain", "records", "verdict", "words"),
    [
        (DOMAIN, {}, WEAK, "n’en a pas"),
        (DOMAIN, {f"_dmarc.{DOMAIN}": ["v=DMARC1; p=reject"]}, GOOD, "p=reject"),
        (DOMAIN, {f"_dmarc.{DOMAIN}": ["v=DMARC1"]}, BAD, "p=none"),
        (DOMAIN, {f"_dmarc.{DOMAIN}": ["v=DMARC1; p=none", "v=DMARC1; p=none"]}, BAD, "un seul"),
        (f"mail.{DOMAIN}", {f"_dmarc.{DOMAIN}": ["v=DMARC1; p=quarantine"]}, GOOD, "quarantine"),
    ],
)
def test_dmarc(domain, records, verdict, words):
    remark = said(records, domain=domain)["DMARC"]
    assert (remark.verdict, words in remark.says) == (verdict, True)


@pytest.mark.parametrize("domain", ["orange.fr", "cabinet.example"])
def test_what_is_not_the_offices_is_not_asked_for(domain):
    def nobody(name: str) -> list[str]:
        raise AssertionError(name)

    [remark] = examine(domain, HOST, nobody)
    assert remark.verdict != BAD


# --- a real DNS, on this machine --------------------------------------------------------------------


class Dns:
    """Answers what it knows about TXT, and that there is nothing else."""

    def __init__(self, records: Mapping[str, list[str]]) -> None:
        self.records = records
        self._line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._line.bind(("127.0.0.1", 0))
        self.port: int = self._line.getsockname()[1]
        self._thread = Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            data, who = self._line.recvfrom(4096)
            if data == b"end":
                return self._line.close()
            asked = dns.message.from_wire(data)
            answer = dns.message.make_response(asked)
            name = asked.question[0].name
            known = self.records.get(name.to_text(omit_final_dot=True), [])
            if not known:
                answer.set_rcode(dns.rcode.NXDOMAIN)
            for text in known:
                pieces = " ".join(f'"{text[i : i + 200]}"' for i in range(0, len(text), 200))
                answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", pieces))
            self._line.sendto(answer.to_wire(), who)

    def close(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.sendto(b"end", ("127.0.0.1", self.port))
        self._thread.join(5)


@pytest.fixture
def resolver() -> Iterator[dns.resolver.Resolver]:
    long_key = {f"ovhmo1._domainkey.{DOMAIN}": ["v=DKIM1; k=rsa; p=" + "A" * 400]}
    server = Dns(SOUND | long_key)
    yield asking(server.port)
    server.close()


def asking(port: int) -> dns.resolver.Resolver:
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], port
    return resolver


def test_over_a_real_dialogue(resolver):
    remarks = examine(DOMAIN, HOST, texts_of(resolver))
    assert {one.verdict for one in remarks} == {GOOD}


def test_a_long_record_is_put_together(resolver):
    [key] = texts_of(resolver)(f"ovhmo1._domainkey.{DOMAIN}")
    assert key.endswith("A" * 400)


def test_nothing_is_said_where_the_dns_is_silent(monkeypatch):
    monkeypatch.setattr("outbound.domain._SECONDS", 0.5)
    with pytest.raises(NoDns, match="DNS ne répond pas"):
        examine(DOMAIN, HOST, texts_of(asking(free_port())))


@pytest.mark.parametrize("domain", ["a..fr", "é" * 80 + ".fr", "x" * 300 + ".fr"])
def test_a_name_that_is_none(resolver, domain):
    with pytest.raises(NoDns):
        examine(domain, HOST, texts_of(resolver))
