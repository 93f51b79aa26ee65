"""What is said of a mail without the model: its fields, its signs and its terms. Apart, since it can be done
in another process, which need not load what models are made of.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from classifier.fields import propose
from classifier.gate import Signs, signs_of
from classifier.terms import Apart, take_apart
from classifier.triage import Fields, Judged


@dataclass(frozen=True)
class Prepared:
    """A mail that only waits for the model's word."""

    judged: Judged
    fields: Fields
    signs: Signs
    apart: Apart


def prepare(judged: Judged, staff: Sequence[str] = (), office: str = "") -> Prepared:
    """``staff`` and ``office`` are names: who may be aimed at, and who is no third party."""
    fields = propose(judged, staff=staff, office=office)
    return Prepared(judged, fields, signs_of(judged), take_apart(judged))
