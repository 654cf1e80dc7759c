"""One line of what staff recorded as plain JSON values: a place, its usual pain, a phase, a limit, an exercise, a hold.

As ``entry_line`` for entries: here stand the keys, codes and bounds stand in the domain, and a fault is an InvalidValue
that points to its place.
"""

from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from rehab_tracker.domain.default_protocol import DEFAULT_TEMPLATE
from rehab_tracker.domain.entry import checked_rev, entry_id
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.hold import LONGEST_NOTE, Hold, HoldReason
from rehab_tracker.domain.involvement import LONGEST_WORDS, Involvement, InvolvementStatus
from rehab_tracker.domain.moment import instant, local_date, local_day
from rehab_tracker.domain.pain import UsualPain
from rehab_tracker.domain.partial_date import PartialDate, partial_date
from rehab_tracker.domain.prescription import EVERY_DAY, Days, Dose, Prescription
from rehab_tracker.domain.protocol import Phase, Rung
from rehab_tracker.domain.recorded import LimitOrder, PhaseMove, Recorded
from rehab_tracker.domain.site import Area, Limb, Site
from rehab_tracker.domain.strict_json import checked_text
from rehab_tracker.domain.weight_bearing import Aids, Grade, WeightLimit
from rehab_tracker.evaluation.entry_line import Keys, code, place, text, whole, yes_no

DOSE_KEYS = ("sets", "reps", "minutes", "seconds", "times_a_day")
LIMIT_KEYS = ("percent", "aids")
OWN_KEYS = ("id", "version")

RECORD_KEYS: dict[str, Keys] = {
    "involvement": Keys(
        frozenset(("site", "status", "recorded_at")), frozenset(("onset", "area", "words", "merged_into", "reason"))
    ),
    "chronic-pain": Keys(frozenset(("site", "usual_pain", "recorded_at"))),
    "phase": Keys(frozenset(("site", "phase", "recorded_at")), frozenset(("step", "grade", *LIMIT_KEYS, "reason"))),
    "limit": Keys(frozenset(("limb", "grade", "recorded_at")), frozenset((*LIMIT_KEYS, "reason"))),
    "prescription": Keys(
        frozenset(("exercise", "sites", "recorded_at")),
        frozenset((*DOSE_KEYS, "weekdays", "from_on", "until_on", "strengthens", "needs", *OWN_KEYS)),
    ),
    "hold": Keys(
        frozenset(("scope", "reason", "recorded_at")),
        frozenset(("from_on", "until_on", "only_strengthening", "note", *OWN_KEYS)),
    ),
}
"""The keys of what staff record; a prescription also needs one of sets, repetitions and minutes."""


def recorded(line: dict[str, Any], line_id: UUID, zone: ZoneInfo) -> Recorded:
    """Return what staff recorded; what has no id of its own has that of the line, and days are the patient's."""
    at = instant(line["recorded_at"], "/recorded_at")
    today = local_day(at, zone)
    match line["event"]:
        case "involvement":
            return Recorded(line_id, at, _involvement(line, today), today)
        case "chronic-pain":
            return Recorded(line_id, at, UsualPain(place(line), whole(line, "usual_pain") or 0), today)
        case "phase":
            return Recorded(line_id, at, _phase_move(line), today)
        case "limit":
            order = LimitOrder(code(Limb, line["limb"], "/limb"), _limit(line), _said(line, "reason"))
            return Recorded(line_id, at, order, today)
    own = entry_id(line["id"]) if "id" in line else line_id
    version = checked_rev(line.get("version", 1), "/version")
    what = _hold(line, own, today) if line["event"] == "hold" else _prescription(line, own, version, today)
    return Recorded(own, at, what, today, version)


def _involvement(line: dict[str, Any], today: date) -> Involvement:
    return Involvement(
        site=place(line),
        status=code(InvolvementStatus, line["status"], "/status"),
        recorded_on=today,
        onset=_onset(line["onset"]) if "onset" in line else None,
        area=code(Area, line["area"], "/area") if "area" in line else None,
        words=_said(line, "words"),
        merged_into=_site(line["merged_into"], "/merged_into") if "merged_into" in line else None,
        reason=_said(line, "reason"),
    )


def _phase_move(line: dict[str, Any]) -> PhaseMove:
    """Return the phase and step that a clinician chose; the shipped protocol must have the step."""
    rung = Rung(code(Phase, line["phase"], "/phase"), whole(line, "step") or 0)
    DEFAULT_TEMPLATE.height(rung)
    if "grade" not in line and any(key in line for key in LIMIT_KEYS):
        raise InvalidValue("The key %(key)s is missing.", code="missing-key", key="grade")
    return PhaseMove(place(line), rung, _limit(line) if "grade" in line else None, _said(line, "reason"))


def _prescription(line: dict[str, Any], own: UUID, version: int, today: date) -> Prescription:
    return Prescription(
        id=own,
        version=version,
        exercise=text(line, "exercise"),
        sites=_sites(line),
        dose=_dose(line),
        days=_days(line),
        from_on=_day(line, "from_on") or today,
        until_on=_day(line, "until_on"),
        strengthens=yes_no(line, "strengthens") or False,
        needs=code(Grade, line["needs"], "/needs") if "needs" in line else None,
    )


def _hold(line: dict[str, Any], own: UUID, today: date) -> Hold:
    return Hold(
        id=own,
        scope=_scope(text(line, "scope")),
        from_on=_day(line, "from_on") or today,
        until_on=_day(line, "until_on"),
        reason=code(HoldReason, line["reason"], "/reason"),
        note=_said(line, "note", LONGEST_NOTE),
        only_strengthening=yes_no(line, "only_strengthening") or False,
    )


def _onset(value: object) -> PartialDate:
    if isinstance(value, dict):
        raise InvalidValue("Give a date like 2026-01-05, 2026-01 or 2026.", code="bad-date", pointer="/onset")
    return partial_date(value, "/onset")


def _said(line: dict[str, Any], key: str, longest: int = LONGEST_WORDS) -> str:
    """Return a text that may be left out, then empty."""
    said = text(line, key) if key in line else ""
    try:
        return checked_text(said, longest)
    except InvalidValue as fault:
        raise fault.at(f"/{key}") from None


def _site(value: object, pointer: str) -> Site:
    try:
        return place({"site": value})
    except InvalidValue as fault:
        fault.pointer = pointer
        raise


def _scope(value: str) -> Limb | Site | None:
    """Return what a hold is of: None is the whole patient."""
    if value == "patient":
        return None
    return Limb(value) if value in tuple(Limb) else _site(value, "/scope")


def _limit(line: dict[str, Any]) -> WeightLimit:
    grade = code(Grade, line["grade"], "/grade")
    return WeightLimit(grade, whole(line, "percent"), code(Aids, line["aids"], "/aids") if "aids" in line else None)


def _sites(line: dict[str, Any]) -> tuple[Site, ...]:
    found = tuple(_site(value, f"/sites/{at}") for at, value in enumerate(_list(line, "sites")))
    if len(set(found)) < len(found):
        raise InvalidValue("Name each place once.", code="duplicate", pointer="/sites")
    return found


def _dose(line: dict[str, Any]) -> Dose:
    said = {key: whole(line, key) for key in DOSE_KEYS if key in line}
    try:
        return Dose(**said)  # type: ignore[arg-type]
    except InvalidValue as fault:
        fault.pointer = fault.pointer.removeprefix("/dose")
        raise


def _days(line: dict[str, Any]) -> Days:
    if "weekdays" not in line:
        return EVERY_DAY
    weekdays = _list(line, "weekdays")
    if any(type(day) is not int for day in weekdays):
        raise InvalidValue("Give a whole number.", code="wrong-type", pointer="/weekdays")
    if len(set(weekdays)) < len(weekdays):
        raise InvalidValue("Name each day once.", code="duplicate", pointer="/weekdays")
    try:
        return Days(frozenset(weekdays))
    except InvalidValue as fault:
        fault.pointer = "/weekdays"
        raise


def _day(line: dict[str, Any], key: str) -> date | None:
    return local_date(line[key], f"/{key}") if key in line else None


def _list(line: dict[str, Any], key: str) -> list[Any]:
    if type(line[key]) is not list:
        raise InvalidValue("Give a list.", code="wrong-type", pointer=f"/{key}")
    found: list[Any] = line[key]
    return found
