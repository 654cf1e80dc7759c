"""Forms: what is asked, what was typed, and the fault beside its field; what was typed is always kept."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from werkzeug.datastructures import MultiDict

from dashboards.pages.words import words
from rehab_tracker.domain.errors import RehabError
from rehab_tracker.domain.translation import N_
from rehab_tracker.web.language import in_words

Said = MultiDict[str, str]
"""What stands in a form's fields, by name."""

NONE_OF_THESE = "-"
"""What a list of boxes says where somebody looked and there was none; no box at all is not recorded."""
SPARE_ROWS, MORE_ROWS = 3, 8
MOST_ROWS = 50
LONGEST_NUMBER = 9
"""Digits of a whole number that can mean anything here; Python would not even read one of thousands."""

NOT_RECORDED, CHOOSE = N_("not recorded"), N_("choose")


class Shape(StrEnum):
    """How a question is asked."""

    LINE = "line"
    AREA = "area"
    NUMBER = "number"
    DATE = "date"
    SELECT = "select"
    RADIOS = "radios"
    CHECKS = "checks"
    ROWS = "rows"


class Option(NamedTuple):
    """One answer to choose: its code, its word, and under which heading it stands in a long list."""

    code: str
    word: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a form; ``name`` is the pointer to it without the first slash, ``columns`` those of its rows.

    ``none_offered`` puts a box "none of these" behind a list of boxes.
    """

    name: str
    label: str
    shape: Shape = Shape.LINE
    options: tuple[Option, ...] = ()
    hint: str = ""
    needed: bool = False
    columns: tuple["Question", ...] = ()
    none_offered: bool = True

    @property
    def id(self) -> str:
        """Return its name as an id of the page."""
        return self.name.replace("/", "-").replace("_", "-")

    @property
    def groups(self) -> dict[str, list[Option]]:
        """Return the options under their headings, in order."""
        found: dict[str, list[Option]] = {}
        for option in self.options:
            found.setdefault(option.group, []).append(option)
        return found

    def row(self, at: int) -> list["Question"]:
        """Return the questions of one row."""
        return [
            Question(f"{self.name}/{at}/{c.name}", c.label, c.shape, c.options, c.hint, c.needed) for c in self.columns
        ]

    def rows(self, said: Said) -> int:
        """Return how many rows are shown."""
        told = said.get(f"{self.name}/rows", "")
        return min(int(told), MOST_ROWS) if is_whole(told) else SPARE_ROWS


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, in words, and the name of the field to change; empty where no field alone is at fault."""

    field: str
    text: str

    @property
    def id(self) -> str:
        """Return the id of the field on the page."""
        return self.field.replace("/", "-").replace("_", "-")


def typed(form: Said, name: str) -> str:
    """Return what was typed into a field; browsers send lines that end in two characters."""
    return form.get(name, "").replace("\r\n", "\n").strip()


def fault_of(refusal: RehabError, questions: Sequence[Question], said: Said, *more: str) -> Fault:
    """Return a refusal beside the field to which it points; ``more`` are the names of fields that are no questions."""
    known = [*_names(questions, said), *more]
    name = refusal.pointer.lstrip("/")
    while name and name not in known:
        within = next((each for each in known if each.startswith(f"{name}/")), None)
        if within:
            return Fault(within, in_words(refusal))
        name = name.rpartition("/")[0]
    return Fault(name, in_words(refusal))


def _names(questions: Iterable[Question], said: Said) -> Iterator[str]:
    for question in questions:
        if question.shape is Shape.ROWS:
            for at in range(question.rows(said)):
                yield from (column.name for column in question.row(at))
        else:
            yield question.name


def plain_answers(questions: Iterable[Question], said: Said) -> dict[str, Any]:
    """Return the answers as the plain JSON that they say, by the last part of their names; no answer is left out."""
    answers = ((question.name.rpartition("/")[2], _plain(question, said)) for question in questions)
    return {name: answer for name, answer in answers if answer is not None}


def _plain(question: Question, said: Said) -> Any:
    match question.shape:
        case Shape.DATE:
            return plain_date(said, question.name)
        case Shape.CHECKS:
            chosen = said.getlist(question.name)
            return [code for code in chosen if code != NONE_OF_THESE] if chosen else None
        case Shape.ROWS:
            rows = [plain_answers(question.row(at), said) for at in range(question.rows(said))]
            return [row for row in rows if row] or ([] if question.needed else None)
        case Shape.RADIOS if {option.code for option in question.options} == {"", "no", "yes"}:
            return {"yes": True, "no": False}.get(said.get(question.name, ""))
        case Shape.NUMBER:
            return _number(typed(said, question.name))
    return typed(said, question.name) or None


def _number(text: str) -> int | str | None:
    """Return a number as it can be read, with a point in place of a comma."""
    if is_whole(text.removeprefix("-")):
        return int(text)
    return text.replace(",", ".").replace("−", "-") or None


def is_whole(text: str) -> bool:
    """Return whether a text is a whole number without a sign, of at most 9 digits."""
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER


def seen_version(said: Said) -> int:
    """Return the version on which a form was opened; 0 for something new."""
    version = said.get("version", "")
    return int(version) if is_whole(version) else 0


def plain_date(said: Said, name: str) -> dict[str, str] | None:
    """Return a date as far as it was told, with its words; None where nothing was typed."""
    parts = {"date": name, "precision": f"{name}/precision", "source_text": f"{name}/source_text"}
    told = {key: text for key, part in parts.items() if (text := typed(said, part))}
    return told or None


def packed(questions: Iterable[Question], said: Said) -> Said:
    """Return what was typed with rows that say nothing taken out, so that faults point to the rows as they are read."""
    found = MultiDict(said)
    for question in (q for q in questions if q.shape is Shape.ROWS):
        rows = [[said.get(cell.name, "") for cell in question.row(at)] for at in range(question.rows(said))]
        told = [row for row in rows if any(text.strip() for text in row)]
        spare = MORE_ROWS if said.get("more") == question.name else SPARE_ROWS
        _put_rows(found, question, told, spare)
    return found


def _put_rows(said: Said, question: Question, rows: Sequence[Sequence[str]], spare: int) -> None:
    count = min(len(rows) + spare, MOST_ROWS)
    said[f"{question.name}/rows"] = str(count)
    for at in range(MOST_ROWS):
        cells = rows[at] if at < len(rows) else [""] * len(question.columns)
        for cell, text in zip(question.row(at), cells, strict=True):
            said[cell.name] = text


def filled(questions: Iterable[Question], content: dict[str, Any]) -> Said:
    """Return plain JSON values as they stand in the fields of a form."""
    found: Said = MultiDict()
    for question in questions:
        value = content.get(question.name.rpartition("/")[2])
        if question.shape is Shape.ROWS:
            rows = [[_text(row.get(c.name)) for c in question.columns] for row in value or ()]
            _put_rows(found, question, rows, SPARE_ROWS)
        elif value is not None:
            _fill(found, question, value)
    return found


def _fill(said: Said, question: Question, value: Any) -> None:
    if question.shape is Shape.CHECKS:
        said.setlist(question.name, [str(item) for item in value] or [NONE_OF_THESE])
    elif isinstance(value, dict):
        fill_date(said, question.name, value)
    else:
        said[question.name] = _text(value)


def fill_date(said: Said, name: str, told: dict[str, str]) -> None:
    """Put a date into its three fields."""
    said[name] = told["date"]
    said[f"{name}/precision"] = told["precision"] if told["precision"] in ("week", "about") else ""
    said[f"{name}/source_text"] = told.get("source_text", "")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def chosen_from(codes: type[StrEnum], *, needed: bool = False, without: str = "") -> tuple[Option, ...]:
    """Return the options of a code list, with one that says nothing in front."""
    say = words()
    first = Option("", say(CHOOSE) if needed else without or say(NOT_RECORDED))
    return first, *(Option(str(code), say.code(code)) for code in codes)
