"""Record items in words: what was recorded line by line, what was not, and the same in one sentence."""

from collections.abc import Iterator
from dataclasses import is_dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from dashboards.pages.item_labels import LABELS
from dashboards.pages.words import NO, YES, words
from rehab_tracker.domain.dxa import DxaResult
from rehab_tracker.domain.laboratory import LabResult
from rehab_tracker.domain.partial_date import PartialDate
from rehab_tracker.domain.questionnaire import Answer, NoScore, Questionnaire, score
from rehab_tracker.domain.record_item import RecordItem
from rehab_tracker.domain.translation import N_

NOTHING_FOUND = N_("none")
ITS_SCORE = N_("%(value)s of %(out_of)s")
PRORATED = N_("%(value)s of %(out_of)s, worked out with %(missing)d answers missing")
TOO_FEW = N_("no score: %(answered)d answers, %(needed)d are needed")
SCORED = N_("Score")
A_RESULT = N_("result in this record")

Fact = tuple[str, list[str]]
"""What something is called, and what was said of it, line by line."""


def item_title(item: RecordItem) -> str:
    """Return what an item is, where and when, like "MRI, left knee, March 2026"."""
    say = words()
    when = say.partial(item.on) if item.on else ""
    return ", ".join(filter(None, (say.code(item.kind), say.place(item.site), when)))


def facts(item: RecordItem) -> list[Fact]:
    """Return everything that an item says, in the order of its form."""
    return list(_facts(item.content))


def _facts(content: Any) -> Iterator[Fact]:
    say = words()
    if isinstance(content, Questionnaire):
        yield say(SCORED), [_score(content)]
    for name, label in LABELS[type(content)].items():
        value = getattr(content, name)
        if value is not None and value != () or (value == () and name != "results"):
            yield say(label), in_words(value)


def in_words(value: Any) -> list[str]:
    """Return a value of a content in words, a list line by line."""
    if not isinstance(value, tuple):
        return [_one(value)]
    if not value:
        return [words()(NOTHING_FOUND)]
    if is_dataclass(value[0]):
        return [_row(row) for row in value]
    return [", ".join(_one(item) for item in value)]


def _one(value: Any) -> str:
    say = words()
    match value:
        case bool():
            return say(YES if value else NO)
        case PartialDate():
            return say.partial(value)
        case StrEnum():
            return say.code(value)
        case UUID():
            return say(A_RESULT)
        case int() | Decimal():
            return say.number(value)
    return str(value)


def _row(row: Any) -> str:
    say = words()
    if isinstance(row, LabResult):
        value = " ".join(filter(None, (row.value_text or (_one(row.value) if row.value is not None else ""), row.unit)))
        judged = say.code(row.interpretation) if row.interpretation else ""
        normal = f"({row.reference_range})" if row.reference_range else ""
        return f"{row.name or say.code(row.code)}: {', '.join(filter(None, (value, judged)))} {normal}".strip()
    if isinstance(row, DxaResult):
        place = ", ".join([say.code(row.region), *([say.code(row.side)] if row.side else [])])
        told = (("t_score", row.t_score), ("z_score", row.z_score), ("bmd", row.bmd))
        parts = [f"{say(LABELS[DxaResult][name])} {_one(value)}" for name, value in told if value is not None]
        return f"{place}: {', '.join(parts)}"
    assert isinstance(row, Answer)
    return f"{row.item}: {row.value}" + (f" ({row.words})" if row.words else "")


def _score(content: Questionnaire) -> str:
    say, found = words(), score(content)
    if isinstance(found, NoScore):
        return say(TOO_FEW, answered=found.answered, needed=found.needed)
    value = say.number(found.value)
    if found.prorated:
        return say(PRORATED, value=value, out_of=found.out_of, missing=found.missing)
    return say(ITS_SCORE, value=value, out_of=found.out_of)


def not_recorded(item: RecordItem) -> list[str]:
    """Return what the form asks and the item does not say."""
    say, content = words(), item.content
    return [say(label) for name, label in LABELS[type(content)].items() if getattr(content, name) is None]


def sentence(item: RecordItem) -> str:
    """Return an item in one line, for lists that must stay short."""
    return "; ".join(f"{label}: {', '.join(said)}" for label, said in facts(item))
