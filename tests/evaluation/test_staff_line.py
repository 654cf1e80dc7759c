"""What clinicians record beside the patient's entries, line by line: read strictly, or refused by line number."""

from datetime import date
from uuid import UUID

import pytest

from rehab_tracker.domain.hold import Hold, HoldReason
from rehab_tracker.domain.partial_date import PartialDate, Precision
from rehab_tracker.domain.prescription import EVERY_DAY, Days, Dose, Prescription
from rehab_tracker.domain.protocol import Phase, Rung
from rehab_tracker.domain.recorded import LimitOrder, PhaseMove
from rehab_tracker.domain.site import Area, Limb, site
from rehab_tracker.domain.weight_bearing import Aids, Grade, WeightLimit
from rehab_tracker.evaluation.events import EventFault, patients
from tests.evaluation.lines import PATIENT, RIGHT_KNEE, event, read, text, without

OWN_ID = "019b8e3c-7d2a-7c1e-9f00-3b6a2d9c4e16"
BEFORE_MIDNIGHT = "2026-07-05T23:30:00Z"
"""In Lisbon it is the sixth already."""


def line(name, **said):
    return {"event": name, "patient": "P1", "recorded_at": "2026-02-02T11:00:00+00:00", **said}


LIMIT = line("limit", limb="left-leg", grade="PWB", percent=30, aids="two-crutches", reason="After the MRI.")
PHASE = line("phase", site="left-knee", phase="gait-training", step=1)
ORDER = line("prescription", exercise="wall-squat", sites=["left-knee", "left-foot.forefoot"], sets=3, reps=10)
HOLD = line("hold", scope="patient", reason="illness")


def refusal(*lines):
    """Return where and why the last line after P1's own is refused."""
    with pytest.raises(EventFault) as fault:
        list(patients(text(PATIENT, *lines)))
    assert fault.value.line == len(lines) + 1
    told = str(fault.value)
    where = told.rpartition(" at ")[2].partition(" ")[0] if " at /" in told else ""
    return where, told.rpartition("(")[2].rstrip(")")


def test_a_limit_is_read():
    limit = WeightLimit(Grade.PWB, 30, Aids.TWO_CRUTCHES)
    assert event(LIMIT).what == LimitOrder(Limb.LEFT_LEG, limit, "After the MRI.")


def test_a_phase_is_read_with_its_rungs_limit_or_one_of_its_own():
    assert event(PHASE).what == PhaseMove(site("left-knee"), Rung(Phase.GAIT_TRAINING, 1))
    own = event({**PHASE, "grade": "PWB", "percent": 60, "reason": "Careful."}).what
    assert (own.limit, own.reason) == (WeightLimit(Grade.PWB, 60), "Careful.")


def test_a_prescription_is_read():
    more = {"weekdays": [0, 4], "from_on": "2026-02-09", "until_on": "2026-03-09", "strengthens": True, "needs": "WBAT"}
    found = event({**ORDER, **more, "seconds": 10, "times_a_day": 2, "id": OWN_ID, "version": 2})
    assert found.what == Prescription(
        id=UUID(OWN_ID), version=2, exercise="wall-squat", sites=(site("left-knee"), site("left-foot.forefoot")),
        dose=Dose(sets=3, reps=10, seconds=10, times_a_day=2), days=Days(frozenset((0, 4))),
        from_on=date(2026, 2, 9), until_on=date(2026, 3, 9), strengthens=True, needs=Grade.WBAT,
    )  # fmt: skip
    assert found.key == (UUID(OWN_ID), 2)


def test_a_prescription_is_for_every_day_from_the_patients_local_day_on_unless_it_says_otherwise():
    found = event({**ORDER, "recorded_at": BEFORE_MIDNIGHT})
    assert (found.what.days, found.what.from_on, found.what.until_on) == (EVERY_DAY, date(2026, 7, 6), None)
    assert (found.what.id, found.version) == (found.id, 1) and found.id.version == 5


@pytest.mark.parametrize(
    ("scope", "meant"),
    [("patient", None), ("left-leg", Limb.LEFT_LEG), ("left-knee", site("left-knee"))],
)
def test_a_hold_rests_the_patient_a_limb_or_a_place(scope, meant):
    found = event({**HOLD, "scope": scope, "recorded_at": BEFORE_MIDNIGHT, "until_on": "2026-07-09", "note": "Flu."})
    days = (date(2026, 7, 6), date(2026, 7, 9))
    assert found.what == Hold(found.id, meant, *days, HoldReason.ILLNESS, "Flu.")


def test_an_involvement_may_say_more():
    said = {"area": "inner", "words": "the inside", "reason": "Seen on the MRI."}
    found = event({**RIGHT_KNEE, **said}).what
    assert (found.area, found.words, found.reason) == (Area.INNER, "the inside", "Seen on the MRI.")


@pytest.mark.parametrize(
    ("onset", "precision"), [("2025-12-15", Precision.DAY), ("2025-12", Precision.MONTH), ("2025", Precision.YEAR)]
)
def test_an_onset_is_as_exact_as_it_was_said(onset, precision):
    found = event({**RIGHT_KNEE, "onset": onset}).what.onset
    assert isinstance(found, PartialDate) and (found.precision, found.iso) == (precision, onset)


def test_a_mistaken_record_names_the_one_it_is_read_as():
    merged = {**RIGHT_KNEE, "status": "entered-in-error", "merged_into": "right-knee.patella"}
    assert event(merged).what.merged_into == site("right-knee.patella")
    assert refusal({**merged, "merged_into": "left-knee"}) == ("/merged_into", "other-joint")
    assert refusal({**merged, "status": "confirmed"}) == ("/status", "wrong-status")


@pytest.mark.parametrize(
    ("bad", "where", "why"),
    [
        (without(LIMIT, "percent"), "/percent", "percent-needed"),
        ({**LIMIT, "percent": 100}, "/percent", "out-of-range"),
        ({**LIMIT, "percent": 30.0}, "/percent", "wrong-type"),
        ({**LIMIT, "grade": "WBAT"}, "/percent", "percent-not-allowed"),
        ({**LIMIT, "grade": "pwb"}, "/grade", "unknown-code"),
        ({**LIMIT, "aids": "stayed-in-bed"}, "/aids", "aids-not-allowed"),
        ({**LIMIT, "limb": "left-knee"}, "/limb", "unknown-code"),
        ({**LIMIT, "reason": "x" * 281}, "/reason", "too-long"),
        ({**LIMIT, "reason": None}, "/reason", "wrong-type"),
        ({**PHASE, "phase": "rest"}, "/phase", "unknown-code"),
        ({**PHASE, "step": 3}, "/step", "unknown-rung"),
        ({**PHASE, "step": -1}, "/step", "unknown-rung"),
        ({**PHASE, "step": True}, "/step", "wrong-type"),
        ({**PHASE, "site": "left-leg"}, "/site", "unknown-site"),
        ({**PHASE, "grade": "PWB"}, "/percent", "percent-needed"),
        ({**PHASE, "percent": 30}, "", "missing-key"),
        ({**PHASE, "aids": "frame"}, "", "missing-key"),
        (without(ORDER, "sets", "reps"), "", "dose-needed"),
        ({**ORDER, "sets": 0}, "/sets", "out-of-range"),
        ({**ORDER, "sets": None}, "/sets", "wrong-type"),
        ({**ORDER, "times_a_day": 7}, "/times_a_day", "out-of-range"),
        ({**ORDER, "times_a_day": None}, "/times_a_day", "wrong-type"),
        ({**ORDER, "exercise": "Squat"}, "/exercise", "unknown-exercise"),
        ({**ORDER, "sites": []}, "/sites", "site-needed"),
        ({**ORDER, "sites": "left-knee"}, "/sites", "wrong-type"),
        ({**ORDER, "sites": ["neck", "nose"]}, "/sites/1", "unknown-site"),
        ({**ORDER, "sites": ["neck", 3]}, "/sites/1", "wrong-type"),
        ({**ORDER, "sites": ["neck", "neck"]}, "/sites", "duplicate"),
        ({**ORDER, "weekdays": []}, "/weekdays", "days-needed"),
        ({**ORDER, "weekdays": [7]}, "/weekdays", "days-needed"),
        ({**ORDER, "weekdays": [0, 0]}, "/weekdays", "duplicate"),
        ({**ORDER, "weekdays": [True]}, "/weekdays", "wrong-type"),
        ({**ORDER, "weekdays": [[0]]}, "/weekdays", "wrong-type"),
        ({**ORDER, "from_on": "9 February"}, "/from_on", "bad-date"),
        ({**ORDER, "until_on": "2026-02-01"}, "/until_on", "ends-early"),
        ({**ORDER, "strengthens": 1}, "/strengthens", "wrong-type"),
        ({**ORDER, "needs": "much"}, "/needs", "unknown-code"),
        ({**ORDER, "id": "1"}, "/id", "bad-uuid"),
        ({**ORDER, "version": 0}, "/version", "out-of-range"),
        ({**HOLD, "scope": "left"}, "/scope", "unknown-site"),
        ({**HOLD, "scope": None}, "/scope", "wrong-type"),
        ({**HOLD, "reason": "tired"}, "/reason", "unknown-code"),
        ({**HOLD, "until_on": "2026-02-01"}, "/until_on", "ends-early"),
        ({**HOLD, "note": "x" * 501}, "/note", "too-long"),
        ({**RIGHT_KNEE, "onset": {"date": "2025"}}, "/onset", "bad-date"),
        ({**RIGHT_KNEE, "onset": "2025-13"}, "/onset", "bad-date"),
        ({**RIGHT_KNEE, "onset": "0025"}, "/onset", "impossible-date"),
        ({**RIGHT_KNEE, "area": "heel"}, "/area", "unknown-area"),
        ({**RIGHT_KNEE, "words": 3}, "/words", "wrong-type"),
    ],
)  # fmt: skip
def test_a_line_out_of_bounds_is_refused_where_it_is_wrong(bad, where, why):
    assert refusal(bad) == (where, why)


def test_a_changed_order_needs_the_next_version():
    first, same, next_one = {**ORDER, "id": OWN_ID}, {**ORDER, "id": OWN_ID}, {**ORDER, "id": OWN_ID, "version": 2}
    assert [e.key for e in read(first, same, next_one).events] == [(UUID(OWN_ID), 1), (UUID(OWN_ID), 2)]
    assert refusal(first, {**first, "reps": 12}) == ("/version", "version-twice")


def test_a_line_that_stands_twice_is_one():
    assert len(read(PHASE, PHASE, LIMIT, LIMIT).events) == 2
