"""The nearest decided cases."""

from classifier.triage import Band


def test_a_mail_that_was_learnt_is_its_own_nearest_case(model, part):
    known = [e for e in part if len(e.judged.text.split()) > 20][:60]
    triages = model.classify([example.judged for example in known])
    shown = [(e, t) for e, t in zip(known, triages, strict=True) if t.band != Band.OTHER]
    assert shown
    for example, triage in shown:
        first = triage.similar[0]
        assert (first.id, first.label) == (example.id, example.label)
        assert first.alike > 0.99


def test_at_most_three_are_shown_nearest_first_and_only_to_a_person(model, rest):
    for triage in model.classify([example.judged for example in rest]):
        alike = [case.alike for case in triage.similar]
        assert alike == sorted(alike, reverse=True)
        assert len(alike) <= (0 if triage.band == Band.OTHER else 3)


def test_cases_do_not_depend_on_company(model, rest):
    together = model.classify([example.judged for example in rest[:20]])
    alone = [model.classify([example.judged])[0] for example in rest[:20]]
    assert [t.similar for t in together] == [t.similar for t in alone]
