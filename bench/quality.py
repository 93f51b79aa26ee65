"""How well the classifier knows mail of writers it has never read, one hand of the corpus after
the other left out of learning; whether its reasons are those of a reader; and its register fields
against those that a reader wrote down:
    python bench/quality.py
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from classifier.corpus import Example, load, load_frozen
from classifier.evaluate import evaluate
from classifier.fields import propose
from classifier.labels import Label
from classifier.learning import train
from classifier.model import Model
from classifier.text import fold, words

_FIELDS = Path(__file__).with_name("fields.jsonl")
_SHOWN = ("complaints", "missed", "filed_human", "sure", "precision", "average_precision")


def hands(corpus: Sequence[Example]) -> None:
    print(f"{'hand left out':<16}{'mails':>7}" + "".join(f"{name:>19}" for name in _SHOWN))
    for hand in sorted({example.id[0] for example in corpus}):
        judged = [example for example in corpus if example.id[0] == hand]
        model = train([example for example in corpus if example.id[0] != hand])
        tell(hand, model, judged)
        reasons(model, judged)


def tell(name: str, model: Model, judged: Sequence[Example]) -> None:
    figures = evaluate(model, judged).figures
    print(f"{name:<16}{len(judged):>7}" + "".join(f"{figures[one]:>19}" for one in _SHOWN))


def reasons(model: Model, judged: Sequence[Example]) -> None:
    """Whether the words shown as reasons are those where a reader found the reproach."""
    known = [e for e in judged if e.reproach and e.label == Label.COMPLAINT]
    triages = model.classify([example.judged for example in known])
    met = sum(
        any(_overlap(reason.text, said) for reason in triage.reasons for said in example.reproach)
        for example, triage in zip(known, triages, strict=True)
        if triage.reasons
    )
    if known:
        print(f"{'':<23}reasons meet the reader's reproach in {met} of {len(known)} complaints")


def _overlap(one: str, other: str) -> bool:
    return one in other or other in one or len(_words(one) & _words(other)) >= 3


def _words(text: str) -> set[str]:
    return {word for word in words(fold(text)) if len(word) > 2}


def fields(corpus: Iterable[Example]) -> None:
    by_id = {example.id: example for example in corpus}
    lines = [json.loads(line) for line in _FIELDS.read_text(encoding="utf-8").splitlines()]
    known = [line for line in lines if line["id"] in by_id]
    print(f"\nregister fields of {len(known)} mails, without a staff directory")
    print(f"{'':<20}{'said':>8}{'proposed':>10}{'right':>8}{'precision':>11}{'recall':>9}")
    for name in ("client_name", "contract_ref", "product", "motive"):
        _field(name, [(_one(line, name), _proposed(by_id, line, name)) for line in known])
    for name in ("third_parties", "persons_concerned"):
        _field(name, [pair for line in known for pair in _many(line, by_id, name)])


def _field(name: str, pairs: Sequence[tuple[str, str]]) -> None:
    """``pairs``: what the reader wrote and what was proposed, empty where nothing."""
    said, proposed = sum(bool(a) for a, _ in pairs), sum(bool(b) for _, b in pairs)
    right = sum(bool(a) and _same(name, a, b) for a, b in pairs)
    print(
        f"{name:<20}{said:>8}{proposed:>10}{right:>8}"
        f"{right / max(1, proposed):>11.1%}{right / max(1, said):>9.1%}"
    )


def _same(name: str, said: str, proposed: str) -> bool:
    if name in ("product", "motive"):
        return said == proposed
    if name == "contract_ref":
        return "".join(words(fold(said))) == "".join(words(fold(proposed)))
    a, b = _words(said), _words(proposed)
    return bool(a and b) and (a <= b or b <= a)


def _one(line: Mapping[str, str], name: str) -> str:
    return line[name]


def _proposed(by_id: Mapping[str, Example], line: Mapping[str, str], name: str) -> str:
    found = propose(by_id[line["id"]].judged)
    if name == "motive" and not line["motive"]:
        return ""  # asked for complaints only
    return str(getattr(found, name))


def _many(
    line: Mapping[str, str], by_id: Mapping[str, Example], name: str
) -> Iterable[tuple[str, str]]:
    """Each of the reader's with the proposal that fits, then the proposals that fit none."""
    left = list(getattr(propose(by_id[line["id"]].judged), name))
    for said in line[name]:
        fitting = next((one for one in left if _same(name, said, one)), "")
        if fitting:
            left.remove(fitting)
        yield said, fitting
    yield from (("", one) for one in left)


def main() -> None:
    corpus, frozen = load(), load_frozen()
    hands(corpus)
    if frozen:
        tell("frozen set", train(corpus), frozen)
    if _FIELDS.exists():
        fields([*corpus, *frozen])


if __name__ == "__main__":
    main()
