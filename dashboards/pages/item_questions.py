"""The questions of each kind of record item, made from the fields of its content and what they are called."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from dashboards.pages.form import (
    Option,
    Question,
    Said,
    Shape,
    chosen_from,
    fill_date,
    filled,
    plain_answers,
    plain_date,
    typed,
)
from dashboards.pages.item_labels import LABELS
from dashboards.pages.words import words
from rehab_tracker.domain.background import Fact
from rehab_tracker.domain.dxa import Dxa
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.partial_date import PartialDate, partial_date
from rehab_tracker.domain.questionnaire import INSTRUMENTS
from rehab_tracker.domain.reader import Field, fields_of
from rehab_tracker.domain.record_item import (
    BODY_WIDE,
    CONTENT,
    NEEDS_DATE,
    NEEDS_SITE,
    ItemKind,
    RecordItem,
    content_of,
    plain_content,
)
from rehab_tracker.domain.site import SITES, Site, site

QUESTIONS_SHOWN = 20
"""Rows of a new questionnaire: the longest that is computed here has 20 questions."""

LONG = ("text", "words", "rationale", "exercises")
"""Texts that need more than a line."""


@dataclass(frozen=True, slots=True)
class Offered:
    """What a form offers of the record itself: its recorded places, and its items to point to."""

    places: tuple[Site, ...] = ()
    items: tuple[Option, ...] = ()


def questions(kind: ItemKind, offered: Offered) -> list[Question]:
    """Return the questions of a kind: when, where, and what its content holds."""
    found = [Question("on", gettext("When it was, or what day it is about"), Shape.DATE, needed=kind in NEEDS_DATE)]
    if kind not in BODY_WIDE:
        found.append(site_question("site", gettext("Place"), offered.places, needed=kind in NEEDS_SITE))
    return [*found, *content_questions(CONTENT[kind], offered)]


def content_questions(content: type[Any], offered: Offered, prefix: str = "content/") -> list[Question]:
    """Return the questions of a content, in the order of its labels."""
    fields = fields_of(content)
    labels = LABELS[content].items()
    return [_question(content, f"{prefix}{name}", fields[name], gettext(label), offered) for name, label in labels]


def _question(content: type[Any], name: str, field: Field, label: str, offered: Offered) -> Question:
    holds, last = field.holds, name.rpartition("/")[2]
    if last == "instrument":
        codes = (Option("", gettext("choose")), *(Option(code, code.upper()) for code in INSTRUMENTS))
        return Question(name, label, Shape.SELECT, codes, needed=True)
    if holds is UUID:
        return Question(name, label, Shape.SELECT, (Option("", gettext("none")), *offered.items))
    if field.many and not issubclass(holds, StrEnum):
        columns = tuple(content_questions(holds, offered, prefix=""))
        return Question(name, label, Shape.ROWS, columns=columns, needed=field.needed and content is Dxa)
    if issubclass(holds, StrEnum):
        return _of_codes(content, name, field, label)
    if holds is bool:
        return Question(name, label, Shape.RADIOS, _yes_or_no())
    if holds is PartialDate:
        return Question(name, label, Shape.DATE)
    if holds in (int, Decimal):
        return Question(name, label, Shape.NUMBER)
    return Question(name, label, Shape.AREA if last in LONG else Shape.LINE, needed=field.needed)


def _yes_or_no() -> tuple[Option, ...]:
    return Option("", gettext("not recorded")), Option("no", gettext("no")), Option("yes", gettext("yes"))


def _of_codes(content: type[Any], name: str, field: Field, label: str) -> Question:
    options = chosen_from(field.holds, needed=field.needed)
    if field.many:
        return Question(name, label, Shape.CHECKS, options[1:])
    shape = Shape.RADIOS if field.holds is Fact else Shape.SELECT
    return Question(name, label, shape, options, needed=field.needed)


def site_question(name: str, label: str, known: Iterable[Site], *, needed: bool = False) -> Question:
    """Return the question for a place: those that are recorded first, then every other one by its joint."""
    say, recorded = words(), list(known)
    first = Option("", gettext("choose") if needed else gettext("whole person"))
    own = [Option(str(place), say.place(place), gettext("Recorded places")) for place in recorded]
    rest = [
        Option(code, say.place(place), say.place(place.joint)) for code, place in SITES.items() if place not in recorded
    ]
    rest.sort(key=lambda option: (option.group, option.word))
    return Question(name, label, Shape.SELECT, (first, *own, *rest), needed=needed)


def item_told(kind: ItemKind, item_id: UUID, version: int, asked: Sequence[Question], said: Said) -> RecordItem:
    """Return the item that a form says; raise InvalidValue, pointing to the field, for what cannot be read."""
    on, place = plain_date(said, "on"), typed(said, "site")
    content = content_of(kind, plain_answers([q for q in asked if q.name.startswith("content/")], said))
    return RecordItem(
        id=item_id,
        kind=kind,
        version=version,
        site=_site(place) if place else None,
        on=partial_date(on, "/on") if on else None,
        content=content,
    )


def _site(code: str) -> Site:
    try:
        return site(code)
    except InvalidValue as fault:
        raise fault.at("/site") from None


def said_of(item: RecordItem, asked: Sequence[Question]) -> Said:
    """Return an item as it stands in the fields of its form."""
    found = filled([q for q in asked if q.name.startswith("content/")], plain_content(item.content))
    if item.on:
        fill_date(found, "on", item.on.plain())
    if item.site:
        found["site"] = str(item.site)
    return found


def nothing_said(asked: Sequence[Question]) -> Said:
    """Return an empty form; the questions of a questionnaire are numbered."""
    found: Said = MultiDict()
    if any(question.name == "content/answers" for question in asked):
        found["content/answers/rows"] = str(QUESTIONS_SHOWN)
    return found
