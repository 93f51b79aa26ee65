"""A report says what would have happened."""

import json

from classifier.evaluate import evaluate
from classifier.labels import Label


def test_a_report_counts_every_mail(model, rest):
    report = evaluate(model, rest).as_json()
    assert report["mails"] == len(rest)
    assert report["complaints"] == sum(example.label == Label.COMPLAINT for example in rest)
    assert sum(sum(row.values()) for row in report["confusion"].values()) == len(rest)
    assert report["model"] == model.version
    assert len(report["worst"]) <= 20
    assert json.loads(json.dumps(report)) == report


def test_missed_complaints_come_first(model, rest):
    report = evaluate(model.aimed_at(0.6), rest)
    bands = [error.band == "other" and error.label == "complaint" for error in report.worst]
    assert bands == sorted(bands, reverse=True)
    assert report.figures["missed"] >= sum(bands)


def test_a_higher_target_misses_less(model, rest):
    low, high = (evaluate(model.aimed_at(target), rest).figures for target in (0.6, 0.98))
    assert high["missed"] <= low["missed"]
    assert high["filed"] <= low["filed"]


def test_no_mails_make_an_empty_report(model):
    report = evaluate(model, []).as_json()
    assert (report["mails"], report["complaints"], report["worst"]) == (0, 0, [])
