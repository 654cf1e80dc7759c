"""Dates as far as they are known: "March 2026" stays a month, "three weeks ago" a week around a day, with its words.

A date that nobody knows is no PartialDate at all: it is left out (None, *not recorded*). A date that was said loosely
keeps the words it was said in, so that what they mean can be asked again.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.moment import local_date
from rehab_tracker.domain.strict_json import checked_text

FIRST_YEAR = 1900
"""No date of a living patient lies before (house rule); a lower one is a slip of the pen, like 0026 for 2026."""

LAST_YEAR = 2199
"""No appointment lies after (house rule)."""

LONGEST_WORDS = 200
"""Characters of the words in which a date was said."""

WEEK_DAYS = 3
"""Days before and after: "three weeks ago" is nearer to three weeks than to two or four."""

ABOUT_DAYS = 46
"""Days before and after an estimate. "Six months after diagnosis" of the published course is any of 92 days."""

REDUCED = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2]))?", re.ASCII)
MIDDLE_OF_MONTH = 15


class Precision(StrEnum):
    """How exactly a date is known: to the day, to a week around it, to its month or year, or only estimated."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    ABOUT = "about"


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date with its precision and, where they say more, the words it was said in (at most 200 characters).

    ``day`` is the best single day for sorting and drawing; of a month or a year it becomes the first. Years 1900 to
    2199. Raises InvalidValue (``impossible-date``, ``empty-text``, ``too-long``, ``bad-text``).
    """

    day: date
    precision: Precision = Precision.DAY
    source_text: str | None = None

    def __post_init__(self) -> None:
        if not FIRST_YEAR <= self.day.year <= LAST_YEAR:
            raise impossible_date()
        if self.source_text is not None:
            _checked_words(self.source_text)
        if self.precision in (Precision.MONTH, Precision.YEAR):
            object.__setattr__(self, "day", self._bounds()[0])

    @property
    def earliest(self) -> date:
        """Return the first day that it can mean."""
        return self._bounds()[0]

    @property
    def latest(self) -> date:
        """Return the last day that it can mean."""
        return self._bounds()[1]

    def _bounds(self) -> tuple[date, date]:
        day = self.day
        match self.precision:
            case Precision.DAY:
                return day, day
            case Precision.WEEK:
                return day - timedelta(WEEK_DAYS), day + timedelta(WEEK_DAYS)
            case Precision.MONTH:
                return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
            case Precision.YEAR:
                return date(day.year, 1, 1), date(day.year, 12, 31)
            case Precision.ABOUT:
                return day - timedelta(ABOUT_DAYS), day + timedelta(ABOUT_DAYS)

    @property
    def iso(self) -> str:
        """Return the date as far as it is known: ``2026``, ``2026-03`` or ``2026-03-05``."""
        length = {Precision.YEAR: 4, Precision.MONTH: 7}.get(self.precision, 10)
        return self.day.isoformat()[:length]

    def plain(self) -> dict[str, str]:
        """Return the JSON object that ``partial_date`` reads: ``date``, ``precision`` and what was said."""
        said = {"source_text": self.source_text} if self.source_text is not None else {}
        return {"date": self.iso, "precision": str(self.precision), **said}

    def key_and_values(self) -> tuple[str, dict[str, int]]:
        """Return what a sentence needs: a key like ``date.month`` and those of ``year``, ``month``, ``day`` to say.

        An estimate says no day: "about March 2026".
        """
        shown = {Precision.YEAR: 1, Precision.MONTH: 2, Precision.ABOUT: 2}.get(self.precision, 3)
        values = {"year": self.day.year, "month": self.day.month, "day": self.day.day}
        return f"date.{self.precision}", dict(list(values.items())[:shown])


def impossible_date(pointer: str = "") -> InvalidValue:
    """Return the refusal of a date that cannot be true."""
    return InvalidValue(
        "This date cannot be right: it lies in the future, before birth, or outside the calendar. Check the year.",
        code="impossible-date",
        pointer=pointer,
    )


def unknown_key(key: str) -> InvalidValue:
    """Return the refusal of a key that does not belong here, pointing to it."""
    pointer = "/" + key.replace("~", "~0").replace("/", "~1")
    return InvalidValue("There is no key named %(key)s here.", code="unknown-key", pointer=pointer, key=key)


def partial_date(value: object, pointer: str = "") -> PartialDate:
    """Return the date of a text (``2026``, ``2026-03``, ``2026-03-05``) or of an object with one under ``date``.

    The object may name its ``precision``, otherwise the text does, and the ``source_text``; an estimate needs at least
    a month. Raises InvalidValue (``bad-date``, ``unknown-code``, ``unknown-key`` and what PartialDate raises).
    """
    try:
        return _of_object(value) if isinstance(value, dict) else _of_text(value)
    except InvalidValue as fault:
        raise fault.at(pointer) from None


def _of_object(value: dict[str, Any]) -> PartialDate:
    for key in value:
        if key not in ("date", "precision", "source_text"):
            raise unknown_key(key)
    try:
        found = _of_text(value.get("date"))
        precision = Precision(value.get("precision", found.precision))
    except InvalidValue as fault:
        raise fault.at("/date") from None
    except ValueError:
        raise InvalidValue("Choose an answer from the list.", code="unknown-code", pointer="/precision") from None
    words = value.get("source_text")
    if "source_text" in value and not isinstance(words, str):
        raise InvalidValue("Give a text.", code="wrong-type", pointer="/source_text")
    return PartialDate(_best_day(found, precision), precision, words)


def _of_text(text: object) -> PartialDate:
    reduced = REDUCED.fullmatch(text) if isinstance(text, str) else None
    if reduced is None:
        return PartialDate(local_date(text))
    if not FIRST_YEAR <= int(reduced[1]) <= LAST_YEAR:
        raise impossible_date()
    precision = Precision.MONTH if reduced[2] else Precision.YEAR
    return PartialDate(date(int(reduced[1]), int(reduced[2] or 1), 1), precision)


def _best_day(found: PartialDate, precision: Precision) -> date:
    """Return the day for this precision; raise InvalidValue where the text said less than the precision claims."""
    if precision is Precision.ABOUT and found.precision is Precision.MONTH:
        return found.day.replace(day=MIDDLE_OF_MONTH)
    enough = {
        Precision.DAY: (Precision.DAY, Precision.MONTH, Precision.YEAR, Precision.WEEK, Precision.ABOUT),
        Precision.MONTH: (Precision.MONTH, Precision.YEAR),
        Precision.YEAR: (Precision.YEAR,),
    }
    if precision not in enough[found.precision]:
        raise InvalidValue("Give the day like 2026-01-05.", code="bad-date", pointer="/date")
    return found.day


def _checked_words(words: str) -> None:
    try:
        checked_text(words, longest=LONGEST_WORDS)
    except InvalidValue as fault:
        raise fault.at("/source_text") from None
    if not words.strip():
        raise InvalidValue("Leave it out where there is nothing to say.", code="empty-text", pointer="/source_text")
