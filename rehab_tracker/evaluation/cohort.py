"""A made-up cohort with its truth: event lines as an app and a clinic would write them, and the migrations behind them.

Deterministic for seed, world and days; patient k is the same in a cohort of any size, and only one is held at a time.
"""

import json
from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Any, NamedTuple

from rehab_tracker.evaluation.diary import Diary
from rehab_tracker.evaluation.effort import moves
from rehab_tracker.evaluation.latent_pain import Bout, first_from
from rehab_tracker.evaluation.life import Life
from rehab_tracker.evaluation.place import Place
from rehab_tracker.evaluation.stamp import Watch
from rehab_tracker.evaluation.truth import Migration, PatientTruth
from rehab_tracker.evaluation.world import USUAL, World

FOLLOW_UP_DAYS = 180
"""Days of follow-up unless said otherwise."""
VISIT_AT = time(10)
WRITTEN = json.JSONEncoder(separators=(",", ":")).encode

Line = dict[str, Any]


class MadeUp(NamedTuple):
    """One made-up patient: the event lines, the patient's own first, and the truth about them."""

    lines: list[str]
    truth: PatientTruth


def cohort(patients: int, seed: int, days: int = FOLLOW_UP_DAYS, world: World = USUAL) -> Iterator[MadeUp]:
    """Yield the patients of a cohort one by one, each followed for so many days from enrolment."""
    return (made_up(Life(world, seed, number, days)) for number in range(patients))


def made_up(life: Life) -> MadeUp:
    """Return a patient's lines and truth."""
    own: Line = {"event": "patient", "time_zone": life.zone, "enrolled_on": life.enrolled_on.isoformat()}
    lines = [own, *_visits(life), *Diary(life).lines()]
    return MadeUp([_line(life.name, line) for line in lines], truth_of(life))


def _line(name: str, line: Line) -> str:
    return WRITTEN({"event": line.pop("event"), "patient": name, **line})


def truth_of(life: Life) -> PatientTruth:
    """Return the truth about a patient; who stopped logging keeps the planned end."""
    migrations = tuple(_migration(life, each) for each in life.migrations)
    return PatientTruth(life.name, life.enrolled_on, life.enrolled_on + timedelta(days=life.days - 1), migrations)


def _migration(life: Life, bout: Bout) -> Migration:
    known = {each.place.joint for each in life.known}
    place = bout.place.site if bout.place.joint in known else bout.place.joint
    onset = life.enrolled_on + timedelta(days=bout.first)
    return Migration(place, onset, _passes(2, bout, life), _passes(3, bout, life))


def _passes(level: float, bout: Bout, life: Life) -> date | None:
    """Return the first day of follow-up on which latent pain is at this level, None if there is none."""
    day = first_from(level, bout.levels[: life.days - bout.first])
    return None if day is None else life.enrolled_on + timedelta(days=bout.first + day)


def _visits(life: Life) -> list[Line]:
    """Return what staff recorded, oldest first."""
    watch, index = Watch(life), life.known[0].place
    onset = life.enrolled_on - timedelta(days=life.since_onset)
    found = [(0, _involved(each.place, "confirmed", onset if at == 0 else None)) for at, each in enumerate(life.known)]
    if life.usual and life.declared is not None:
        usual = {"site": str(life.usual.place.joint), "usual_pain": round(life.usual.levels[0])}
        found.append((life.declared, {"event": "chronic-pain", **usual}))
    for day, phase, step in moves(index):
        moved = {"site": str(index.site), "phase": phase, "step": step, "reason": "Seen at the visit."}
        found.append((day, {"event": "phase", **moved}))
    if life.resolved is not None:
        found.append((life.resolved, _involved(index, "resolved")))
    for day, bout in life.confirmed:
        found.append((day, _involved(bout.place, "confirmed", watch.date(bout.first))))
    found.sort(key=lambda each: each[0])
    return [{**line, "recorded_at": watch.at(day, VISIT_AT).isoformat()} for day, line in found if day < life.days]


def _involved(place: Place, status: str, onset: date | None = None) -> Line:
    line: Line = {"event": "involvement", "site": str(place.site), "status": status}
    return line | ({"onset": onset.isoformat()} if onset else {})
