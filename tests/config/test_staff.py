"""Who may do what, and who is competent (regulation §5.9, P-16, P-26, X-13)."""

from datetime import date

import pytest

from config.rights import RIGHTS, Act, Role
from config.settings import SpecialMediator
from config.staff import competent
from tests.offices import ADVISER, CLERK, MANAGER, OFFICER, STAFF, staffed

DAY = date(2026, 11, 23)
AWAY = date(2026, 12, 24)  # the officer's absence; the manager stands for her


@pytest.mark.parametrize(
    ("act", "allowed"),
    [
        (Act.ENTER, "GCRD"),
        (Act.LABEL, "GCRD"),
        (Act.ACKNOWLEDGE, "GCRD"),
        (Act.ACKNOWLEDGE_SIGNALLED, "RD"),
        (Act.INFORM, "GCRD"),
        (Act.ACCEPT, "CRD"),
        (Act.REJECT, "RD"),
        (Act.REDIRECT, "GCRD"),
        (Act.CLOSE, "CRD"),
        (Act.PROPOSE_ACTION, "GCRD"),
        (Act.DECIDE_ACTION, "RD"),
        (Act.REQUALIFY, "RD"),
        (Act.EXPORT, "RD"),
        (Act.READ_SENSITIVE, "RD"),
        (Act.APPROVE_TEMPLATE, "RD"),
        (Act.PURGE, "D"),
        (Act.ADMINISTER, "D"),
    ],
)
def test_the_table_of_rights(act, allowed):
    letters = dict(zip("GCRD", Role, strict=True))
    assert RIGHTS[act] == {letters[one] for one in allowed}


def test_every_act_is_in_the_table():
    assert set(RIGHTS) == set(Act)


@pytest.mark.parametrize(
    ("product", "day", "aimed", "who"),
    [
        ("AUTO", DAY, [], ADVISER),
        ("AUTO", DAY, [ADVISER], OFFICER),
        ("AUTO", DAY, [ADVISER, OFFICER], MANAGER),
        ("AUTO", DAY, [ADVISER, OFFICER, MANAGER], None),
        ("VIE", DAY, [], OFFICER),
        ("VIE", AWAY, [], MANAGER),
        ("VIE", AWAY, [MANAGER], None),
        ("AUTO", date(2027, 7, 1), [], OFFICER),  # the adviser's qualification has run out
        ("", DAY, [], OFFICER),  # nobody knows yet what it is about
    ],
)
def test_who_is_competent(product, day, aimed, who):
    found = competent(STAFF, product, day, aimed)
    assert (found.email if found else None) == who


def test_an_office_without_roles_is_one_person_who_may_everything(settings):
    assert settings.colleague("claire").role == Role.MANAGER
    assert settings.may("claire", Act.PURGE)


def test_where_roles_are_given_a_stranger_has_the_least(settings):
    office = staffed(settings)
    assert office.colleague("inconnu@x.example").role == Role.CLERK
    assert not office.may(CLERK, Act.REJECT)
    assert office.may(MANAGER, Act.PURGE)


def test_a_right_given_to_one_person_is_hers_alone():
    adviser = next(one for one in STAFF if one.email == ADVISER)
    assert not adviser.may(Act.REJECT)
    assert adviser.model_copy(update={"rights": ("REJECT",)}).may(Act.REJECT)


@pytest.mark.parametrize(
    ("product", "client", "name"),
    [
        ("AUTO", "PARTICULIER", "La Médiation"),
        ("CREDIT", "PARTICULIER", "ANM"),
        ("AUTO", "PROFESSIONNEL", "CMAP"),
        ("CREDIT", "PROFESSIONNEL", "ANM"),
    ],
)
def test_the_mediator_competent_for_the_product_and_the_client(settings, product, client, name):
    special = tuple(
        SpecialMediator(name=called, postal="1 rue X", url="https://x.example", **what)
        for called, what in (
            ("ANM", {"products": ("CREDIT",)}),
            ("CMAP", {"clients": ("PROFESSIONNEL", "ENTREPRISE")}),
        )
    )
    office = settings.office.model_copy(update={"mediators": special})
    assert office.mediator_for(product, client).name.startswith(name)
