"""Learning from what people decide: due in time, never for the worse, and never silently."""

import json
import shutil
from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner

from classifier.corpus import judged
from classifier.labels import Label
from classifier.learning import train
from classifier.model import Model
from classifier.shelf import Shelf
from classifier.triage import Band
from config.settings import Settings
from daemon import retraining, school
from daemon.commands.model import train as train_command
from daemon.context import Context
from daemon.house import House
from register import lessons, trainings
from register.model import Lesson, Message, Standing
from review import learning
from review.desk import Desk
from tests.arrivals import DOUBT, REQUEST, arrive, decide
from tests.builders import a_mail
from tests.conftest import NOON

REPROACH = (
    "Bonjour, cela fait quatre mois que j’attends votre réponse et personne ne me rappelle malgré "
    "mes relances. Vos services ont encore perdu mon dossier, c’est inadmissible."
)
NOTHING = "Bonjour, pouvez-vous m’envoyer une attestation d’assurance habitation ? Merci d’avance."


@pytest.fixture
def house(register, settings, model, part, monkeypatch) -> House:
    """A house whose model and corpus are small: learning takes seconds."""
    monkeypatch.setattr(retraining, "load", lambda: list(part))
    # With so few examples, one mail that stands at the gate would decide: see the test below.
    monkeypatch.setattr(retraining, "load_frozen", list)
    shelf = Shelf(settings.triage.models)
    shelf.put(model)
    opened = House(settings, lambda: NOON)
    opened.__dict__["database"] = register
    return opened


@pytest.fixture
def sure(house, rest) -> list[str]:
    """Complaints that the model is sure of, in words it has not learnt."""
    texts = [e.judged.text for e in rest if e.label == Label.COMPLAINT and not e.judged.quoted]
    triages = house.model.classify([judged(subject="Mail 1", body=text) for text in texts])
    found = [m for m, t in zip(texts, triages, strict=True) if t.band == Band.COMPLAINT]
    assert len(found) >= 15
    return found[:30]


def decided(house: House, text: str, label: Label, n: int, triage=DOUBT, at=NOON) -> int:
    """A mail of its own sender, arrived and decided."""
    data = a_mail(text, sender=f"Client {n} <client{n}@courriel.example>", subject=f"Mail {n}")
    message_id = arrive(house.database, house.settings, at, data, triage)
    with house.database.begin() as session:
        decide(session, house.settings, at, message_id, label)
    return message_id


def lesson(house: House, message_id: int) -> Lesson | None:
    with house.database.read() as session:
        return session.get(Lesson, message_id)


def is_due(house: House, settings: Settings, at=NOON) -> str | None:
    with house.database.read() as session:
        return school.due(session, settings, at)


# --- when -----------------------------------------------------------------------------------------


def test_without_decisions_there_is_nothing_to_learn(house, settings):
    assert is_due(house, settings) is None


def test_it_is_due_after_so_many_decisions(house, settings):
    few = replace_triage(settings, retrain_after=2)
    decided(house, REPROACH, Label.COMPLAINT, 1)
    assert is_due(house, few) is None
    decided(house, NOTHING, Label.SERVICE, 2)
    assert is_due(house, few) == "2 nouvelles décisions"


def test_it_is_due_at_night_even_for_one_decision(house, settings):
    decided(house, REPROACH, Label.COMPLAINT, 1)
    assert is_due(house, settings, NOON + timedelta(hours=12)) is None  # midnight in Paris is past
    assert is_due(house, settings, NOON + timedelta(hours=16)) == "chaque nuit"


def test_a_learning_is_not_repeated_without_new_decisions(house, settings):
    decided(house, REPROACH, Label.COMPLAINT, 1)
    with house.database.begin() as session:
        begun = trainings.begin(session, "chaque nuit", NOON + timedelta(hours=16))
        assert begun
        trainings.end(session, begun.id, NOON + timedelta(hours=16))
    assert is_due(house, settings, NOON + timedelta(hours=40)) is None


def test_decisions_that_no_model_knows_any_more_are_learnt_again(house, settings, model):
    decided(house, REPROACH, Label.COMPLAINT, 1)
    outcome = retraining.retrain(house, "un")
    assert outcome
    assert outcome.contest.faults == ()
    tomorrow = NOON + timedelta(days=1)
    assert is_due(house, settings, tomorrow) is None
    with house.database.begin() as session:
        learning.roll_back(session, settings, "claire", NOON)
    assert is_due(house, settings, tomorrow) is None  # gone back on purpose
    shutil.rmtree(settings.triage.models)
    Shelf(settings.triage.models).put(model)
    assert "ne connaît pas encore" in (is_due(house, settings, tomorrow) or "")


def test_two_learnings_do_not_run_at_once(house):
    with house.database.begin() as session:
        assert trainings.begin(session, "l’autre", NOON)
    assert retraining.retrain(house, "celui-ci") is None


def replace_triage(settings: Settings, **changes: object) -> Settings:
    triage = settings.triage.model_copy(update=changes)
    return settings.model_copy(update={"triage": triage})


# --- what is learnt -------------------------------------------------------------------------------


def test_a_decision_is_an_example_at_once(house):
    message_id = decided(house, REPROACH, Label.COMPLAINT, 1)
    taught = lesson(house, message_id)
    assert taught
    assert taught.standing == Standing.LEARNT
    assert taught.corrected  # the machine had said 40 %
    example = lessons.example(taught)
    assert example.judged.text == REPROACH
    assert example.label == Label.COMPLAINT
    assert example.weight > lessons.CONFIRMED_WEIGHT > 1


def test_an_undone_decision_teaches_nothing(house, settings):
    message_id = decided(house, NOTHING, Label.SERVICE, 1)
    with house.database.begin() as session:
        version = session.get_one(Message, message_id).version
        Desk(session, settings, NOON).undo(message_id, version, "claire")
    assert lesson(house, message_id) is None


def test_a_second_decision_takes_the_place_of_the_first(house, settings):
    message_id = decided(house, NOTHING, Label.SERVICE, 1)
    with house.database.begin() as session:
        decide(session, settings, NOON, message_id, Label.INFORMATION)
    taught = lesson(house, message_id)
    assert taught
    assert taught.label == Label.INFORMATION


def test_decisions_of_before_lessons_were_kept_teach_too(house):
    message_id = decided(house, REPROACH, Label.COMPLAINT, 1)
    with house.database.begin() as session:
        lessons.forget(session, message_id)
    outcome = retraining.retrain(house, "à la demande")
    assert outcome
    assert outcome.lessons == 1
    assert lesson(house, message_id)


def test_the_new_model_is_in_service_in_a_house_that_runs(house):
    before = house.model.version
    for n in range(3):
        decided(house, f"{REPROACH} Dossier {n}.", Label.COMPLAINT, n)
    outcome = retraining.retrain(house, "à la demande")
    assert outcome
    assert outcome.contest.faults == ()
    assert house.model.version == outcome.model.version != before
    with house.database.read() as session:
        [training] = trainings.history(session)
    assert training.promoted
    assert training.lessons == 3
    assert training.ended_at


def test_the_command_says_what_came_of_it(house, tmp_path):
    context = Context(tmp_path / "doleances.toml")
    context.__dict__["house"] = house
    for n in range(2):
        decided(house, f"{REPROACH} Dossier {n}.", Label.COMPLAINT, n)
    done = CliRunner().invoke(train_command, ["--json"], obj=context)
    assert done.exit_code == 0, done.output
    learnt = json.loads(done.stdout)
    assert learnt["promoted"], learnt["contest"]
    assert learnt["lessons"] == 2
    assert learnt["version"] == house.model.version
    assert "sur 1 000" in learnt["guarantee"]
    assert "Apprentissage" in done.stderr


def test_what_a_model_was_taught_is_taught_again(house):
    decided(house, REPROACH, Label.COMPLAINT, 1)
    retraining.retrain(house, "un")
    later = House(house.settings, lambda: NOON + timedelta(days=1))
    later.__dict__["database"] = house.database
    decided(house, NOTHING, Label.SERVICE, 2, at=NOON + timedelta(hours=2))
    outcome = retraining.retrain(later, "deux")
    assert outcome
    assert outcome.lessons == 2
    assert len(outcome.model.held_out.scores) == len(retraining.load()) + 2


def test_filed_mail_that_the_new_model_would_have_shown_is_listed(house):
    missed = arrive(house.database, house.settings, NOON, a_mail(REPROACH), REQUEST)
    old = arrive(
        house.database,
        house.settings,
        NOON - timedelta(days=61),
        a_mail(REPROACH, subject="Ancien"),
        REQUEST,
    )
    decided(house, NOTHING, Label.SERVICE, 1)
    outcome = retraining.retrain(house, "à la demande")
    assert outcome
    assert missed in outcome.reconsidered
    assert old not in outcome.reconsidered


def test_one_goes_back_to_the_former_model(house, settings):
    before = house.model.version
    decided(house, REPROACH, Label.COMPLAINT, 1)
    retraining.retrain(house, "à la demande")
    assert house.model.version != before
    with house.database.begin() as session:
        former = learning.roll_back(session, settings, "claire", NOON)
    assert former.version == before == house.model.version


# --- what is not ----------------------------------------------------------------------------------


def test_a_decision_against_all_that_is_known_waits_for_a_second_look(house, sure):
    message_id = decided(house, sure[0], Label.THANKS, 1)
    outcome = retraining.retrain(house, "à la demande")
    assert outcome
    assert outcome.doubted == 1
    assert outcome.lessons == 0
    taught = lesson(house, message_id)
    assert taught
    assert taught.standing == Standing.DOUBTED
    assert "remerciement" in taught.doubt


def test_the_second_look_is_the_last_word(house, sure):
    message_id = decided(house, sure[0], Label.THANKS, 1)
    retraining.retrain(house, "un")
    with house.database.begin() as session:
        learning.look_again(session, message_id, "claire", NOON, right=True)
    outcome = retraining.retrain(house, "deux")
    assert outcome
    assert (outcome.lessons, outcome.doubted) == (1, 0)


def test_what_is_set_aside_is_never_learnt(house, sure):
    message_id = decided(house, sure[0], Label.THANKS, 1)
    retraining.retrain(house, "un")
    with house.database.begin() as session:
        learning.look_again(session, message_id, "claire", NOON, right=False)
    outcome = retraining.retrain(house, "deux")
    assert outcome
    assert (outcome.lessons, outcome.doubted) == (0, 0)


def test_a_worse_model_does_not_come_into_service(house, rest, monkeypatch):
    def careless(*examples: object, **known: object) -> Model:
        return replace(train(*examples, **known), target_recall=0.6)

    before = house.model.version
    decided(house, REPROACH, Label.COMPLAINT, 1)
    monkeypatch.setattr(retraining, "load_frozen", lambda: rest)
    monkeypatch.setattr(retraining, "train", careless)
    outcome = retraining.retrain(house, "à la demande")
    assert outcome
    assert "manquées" in outcome.contest.faults[0]
    assert house.model.version == before
    with house.database.read() as session:
        [training] = trainings.history(session)
    assert not training.promoted
    assert training.contest["faults"] == list(outcome.contest.faults)


def test_a_learning_that_fails_is_said_and_changes_nothing(house, monkeypatch):
    def broken(*_: object, **__: object) -> None:
        raise ValueError("plus de mémoire")

    before = house.model.version
    decided(house, REPROACH, Label.COMPLAINT, 1)
    monkeypatch.setattr(retraining, "train", broken)
    with pytest.raises(ValueError, match="mémoire"):
        retraining.retrain(house, "à la demande")
    with house.database.read() as session:
        [training] = trainings.history(session)
    assert training.trouble == "plus de mémoire"
    assert house.model.version == before


def test_poisoned_decisions_do_not_take_over(house, sure):
    """Somebody calls every clear complaint a request: nothing of it comes into service."""
    for n, text in enumerate(sure):
        decided(house, text, Label.SERVICE, n)
    outcome = retraining.retrain(house, "à la demande")
    assert outcome
    assert outcome.doubted > len(sure) / 2
    bands = [
        triage.band for triage in house.model.classify([judged(subject="", body=t) for t in sure])
    ]
    assert Band.OTHER not in bands
