import json
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rehab_tracker.domain.entry import ClockFault, Entry
from rehab_tracker.domain.recorded import Recorded
from rehab_tracker.evaluation.entry_line import CONTENT_KEYS, SCORE_KEYS
from rehab_tracker.evaluation.events import ENTRY_KEYS, LINE_IDS, STAFF_KEYS, EventFault, patients
from tests.evaluation.lines import PATIENT, RIGHT_KNEE, event, pain, read, red_flags, text, without

GOLDEN = Path(__file__).parent.parent / "promises" / "golden" / "event-lines.jsonl"
FULL = {}
for line in map(json.loads, GOLDEN.read_text(encoding="utf-8").splitlines()):
    FULL[line["event"]] = max(FULL.get(line["event"], {}), line, key=len)
OPTIONAL = [(name, key) for name, keys in STAFF_KEYS.items() for key in keys.optional] + [
    (str(name), key) for name, keys in CONTENT_KEYS.items() for key in keys.optional | ENTRY_KEYS
]
NEEDED = [(name, key) for name, keys in STAFF_KEYS.items() for key in keys.needed if name != "patient"] + [
    (str(name), key) for name, keys in CONTENT_KEYS.items() for key in keys.needed | {"recorded_at"}
]


GRADED = {("phase", "grade"), ("phase", "percent")}
"""What needs another key beside it: see test_staff_line.py."""


def refused(*lines, at=None):
    """Return the code of the fault in the last line (or the line ``at``) after P1's own."""
    lines = text(PATIENT, *lines)
    with pytest.raises(EventFault) as fault:
        list(patients(lines))
    assert fault.value.line == (at or len(lines))
    return str(fault.value).rpartition("(")[2].rstrip(")")


@pytest.mark.parametrize(("name", "key"), sorted(set(OPTIONAL) - GRADED))
def test_an_optional_key_may_be_left_out(name, key):
    assert key in FULL[name], "the golden line shows every key"
    event(without(FULL[name], key))


@pytest.mark.parametrize(("name", "key"), sorted(NEEDED))
def test_a_needed_key_may_not(name, key):
    assert refused(without(FULL[name], key)) == "missing-key"


@pytest.mark.parametrize("key", sorted(SCORE_KEYS.optional))
def test_an_optional_key_of_a_score_may_be_left_out(key):
    score = FULL["pain"]["scores"][0]
    found = event({**FULL["pain"], "scores": [without(score, key)]}).content.scores[0]
    assert getattr(found, key) is None


@pytest.mark.parametrize("key", ["time_zone", "enrolled_on", "patient", "event"])
def test_a_patient_line_is_complete(key):
    with pytest.raises(EventFault, match=r"line 1: The key .* is missing"):
        list(patients(text(without(PATIENT, key))))


@pytest.mark.parametrize("name", sorted(FULL))
def test_an_unknown_key_is_refused(name):
    with pytest.raises(EventFault, match="There is no key named mood here"):
        list(patients(text(PATIENT, {**FULL[name], "patient": "P1" if name != "patient" else "P2", "mood": 3})))


def test_an_unknown_key_of_a_score_is_refused_where_it_stands():
    line = pain("2026-01-06")
    line["scores"].append({"site": "neck", "at_rest": 1, "side": "left"})
    with pytest.raises(EventFault, match=r"line 2: There is no key named side here. at /scores/1 \(unknown-key\)"):
        list(patients(text(PATIENT, line)))


def changed(name, **values):
    return {**FULL[name], **values}


def score(**values):
    return changed("pain", scores=[{**FULL["pain"]["scores"][0], **values}])


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (changed("pain", event="mood"), "unknown-event"),
        (changed("pain", event=None), "wrong-type"),
        (changed("involvement", site="left-toe"), "unknown-site"),
        (changed("involvement", site="knee"), "unknown-site"),
        (changed("involvement", site=3), "wrong-type"),
        (changed("involvement", status="cured"), "unknown-code"),
        (changed("involvement", onset="15/12/2025"), "bad-date"),
        (changed("involvement", onset=None), "bad-date"),
        (changed("involvement", recorded_at="2026-01-05T09:00:00"), "bad-time"),
        (changed("chronic-pain", usual_pain=11), "out-of-range"),
        (changed("chronic-pain", usual_pain=2.0), "wrong-type"),
        (changed("chronic-pain", usual_pain=None), "wrong-type"),
        (changed("pain", no_other_pain="yes"), "wrong-type"),
        (changed("pain", no_other_pain=1), "wrong-type"),
        (changed("pain", scores={}), "wrong-type"),
        (changed("pain", scores=[3]), "wrong-type"),
        (changed("pain", scores=[{"at_rest": 1}]), "missing-key"),
        (changed("pain", scores=[{"site": "neck"}]), "score-needed"),
        (changed("pain", scores=[{"site": "neck", "at_rest": 1}] * 101), "too-many"),
        (score(on_loading=11), "out-of-range"),
        (score(on_loading=-1), "out-of-range"),
        (score(on_loading=True), "wrong-type"),
        (score(on_loading=3.0), "wrong-type"),
        (score(on_loading=None), "wrong-type"),
        (score(next_morning="3"), "wrong-type"),
        (score(area="ball"), "unknown-area"),
        (score(area="left"), "unknown-code"),
        (score(area=[]), "unknown-code"),
        (score(cause="diet"), "unknown-code"),
        (score(feel="bone"), "unknown-code"),
        (score(swollen=0), "wrong-type"),
        (score(site="left-knee.talus"), "unknown-site"),
        (changed("pain", id="1"), "bad-uuid"),
        (changed("pain", rev=0), "out-of-range"),
        (changed("pain", rev=True), "out-of-range"),
        (changed("pain", withdrawn=None), "wrong-type"),
        (changed("pain", time_zone="Lisbon"), "bad-time-zone"),
        (changed("pain", for_date="2026-01-06"), "date-in-future"),
        (changed("pain", for_date="2025-12-21"), "too-long-ago"),
        (changed("pain", received_at="soon"), "bad-time"),
        (changed("red-flags", flags=[]), "flag-needed"),
        (changed("red-flags", flags=["fever", "fever"]), "duplicate"),
        (changed("red-flags", flags=["tired"]), "unknown-code"),
        (changed("red-flags", flags="fever"), "wrong-type"),
        (changed("weight-bearing", limb="left"), "unknown-code"),
        (changed("weight-bearing", aids="stick"), "unknown-code"),
        (changed("weight-bearing", over_limit=False), "unknown-code"),
        (changed("exercise", exercise="Leg Raise"), "unknown-exercise"),
        (changed("exercise", exercise=1), "wrong-type"),
        (changed("exercise", done_sets=1001), "out-of-range"),
        (changed("exercise", pain_during=11), "out-of-range"),
        (changed("exercise", not_done="tired"), "unknown-code"),
        (changed("pain", patient="P2"), "patient-first"),
        (changed("pain", patient=""), "bad-patient"),
        (changed("pain", patient="P" * 65), "bad-patient"),
        (PATIENT, "patient-twice"),
        ({**PATIENT, "patient": "P2", "time_zone": "Atlantis"}, "bad-time-zone"),
        ({**PATIENT, "patient": "P2", "enrolled_on": "soon"}, "bad-date"),
        ("[]", "wrong-type"),
        ("not json", "invalid-json"),
        ('{"event":"pain","event":"pain"}', "invalid-json"),
        ('{"event":"pain","patient":"P1","scores":NaN}', "invalid-json"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_line_that_is_not_of_the_format_is_refused(line, code):
    assert refused(line) == code


def test_the_last_day_in_reach_is_read():
    assert event(changed("pain", for_date="2025-12-22")).for_date == date(2025, 12, 22)


def test_the_fault_names_line_place_and_reason():
    with pytest.raises(
        EventFault, match=r"^line 3: Select a number from 0 to 10. at /scores/0/on_loading \(out-of-range"
    ):
        list(patients(text(PATIENT, RIGHT_KNEE, pain("2026-01-06", worst=11))))


def test_blank_lines_are_skipped_and_still_counted():
    assert len(read("", RIGHT_KNEE, "   ", "\r\n").events) == 1
    assert refused("", "", {"event": "mood", "patient": "P1"}) == "unknown-event"


def test_bytes_are_utf_8():
    good, bad = json.dumps({**PATIENT, "patient": "José"}, ensure_ascii=False), PATIENT
    assert [p.patient for p in patients([good.encode()])] == ["José"]
    with pytest.raises(EventFault, match="line 2: .*invalid-json"):
        list(patients([json.dumps(bad).encode(), good.encode("latin-1")]))


def test_an_empty_file_has_no_patients():
    assert list(patients([])) == []
    assert list(patients(["", "\n"])) == []


def test_a_file_without_a_patient_line_is_refused():
    with pytest.raises(EventFault, match=r"line 1: .*\(patient-first\)"):
        list(patients(text(RIGHT_KNEE)))


def test_one_patients_lines_stand_together():
    other = {**PATIENT, "patient": "P2"}
    assert [p.patient for p in patients(text(PATIENT, RIGHT_KNEE, other))] == ["P1", "P2"]
    assert refused(other, RIGHT_KNEE) == "patient-first"
    assert refused(other, PATIENT) == "patient-twice"


def test_lines_are_ordered_by_their_receipt():
    late = pain("2026-01-06", received_at="2026-01-09T08:00:00+00:00")
    found = read(late, pain("2026-01-08"), pain("2026-01-07"), RIGHT_KNEE).events
    assert [getattr(e, "for_date", None) or e.on for e in found] == [date(2026, 1, n) for n in (5, 7, 8, 6)]


def test_receipt_is_compared_as_an_instant_not_as_text():
    first = pain("2026-01-07", received_at="2026-01-08T01:00:00+05:00")
    second = pain("2026-01-06", received_at="2026-01-07T22:00:00+00:00")
    assert [e.recorded_at.day for e in read(second, first).events] == [7, 6]


def test_without_receipt_a_line_came_when_it_was_recorded():
    entry = event(pain("2026-01-06"))
    assert entry.received_at == datetime(2026, 1, 6, 20, 10, tzinfo=UTC) == entry.recorded_at
    assert (entry.rev, entry.withdrawn, entry.fault, entry.time_zone) == (1, False, None, "Europe/Lisbon")


def test_the_day_is_the_local_day_of_the_entrys_own_zone():
    abroad = pain("2026-01-06", recorded_at="2026-01-06T10:30:00Z", time_zone="Pacific/Kiritimati")
    assert event(abroad).for_date == date(2026, 1, 7)
    assert event(without(abroad, "time_zone")).for_date == date(2026, 1, 6)


def test_staffs_records_hold_from_the_local_day_of_the_patient():
    just_before_midnight = {**RIGHT_KNEE, "recorded_at": "2026-07-05T23:30:00Z"}
    assert event(just_before_midnight).what.recorded_on == date(2026, 7, 6)
    usual = {**without(just_before_midnight, "status"), "event": "chronic-pain", "usual_pain": 2}
    assert event(usual).on == date(2026, 7, 6)


def test_a_line_without_an_id_always_gets_the_same_one():
    line, other = pain("2026-01-06"), pain("2026-01-06", worst=4)
    assert event(line).id == event(json.dumps(line) + "\r\n").id
    assert event(line).id != event(other).id
    assert len({e.id for e in read(line, other, line).events}) == 2
    assert event(line).id.version == 5


def test_a_lines_own_id_and_revision_are_kept():
    entry = event(FULL["pain"] | {"rev": 7})
    assert (str(entry.id), entry.rev) == ("019b8e3c-7d2a-7c1e-9f00-3b6a2d9c4e11", 7)


@pytest.mark.parametrize("name", ["pain", "red-flags", "weight-bearing", "exercise"])
def test_a_withdrawal_may_leave_out_what_it_withdraws(name):
    told = {**FULL[name], "rev": 2, "withdrawn": True}
    tombstone = without(told, *CONTENT_KEYS[name].needed, *CONTENT_KEYS[name].optional)
    assert event(tombstone).content is None
    assert event(told).content == event(FULL[name]).content
    assert event(told).withdrawn


def test_what_is_half_withdrawn_is_refused():
    assert refused(without(pain("2026-01-06", withdrawn=True), "scores")) == "missing-key"


def test_an_impossible_clock_is_marked_and_not_refused():
    early = pain("2025-11-06", received_at="2026-01-06T20:00:00Z")
    ahead = pain("2026-03-06", received_at="2026-01-06T20:00:00Z")
    assert [event(line).fault for line in (early, ahead)] == [
        ClockFault.RECORDED_BEFORE_ENROLMENT,
        ClockFault.RECORDED_IN_FUTURE,
    ]


def test_every_score_is_read_as_it_was_written():
    found = event(FULL["pain"]).content.scores[0]
    written = FULL["pain"]["scores"][0]
    assert {key: str(getattr(found, key)) for key in written} == {key: str(value) for key, value in written.items()}


JUNK = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.floats(allow_nan=False)),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(st.text(max_size=4), inner, max_size=2)),
    max_leaves=3,
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(FULL)), st.data(), JUNK)
def test_whatever_stands_under_a_key_ends_in_an_event_or_a_refusal(name, data, junk):
    line = FULL[name] | {"patient": "P1"}
    key = data.draw(st.sampled_from(sorted(line)))
    try:
        found = list(patients(text(PATIENT, {**line, key: junk})))
    except EventFault as fault:
        assert fault.line == 2
    else:
        assert all(isinstance(e, Entry | Recorded) for p in found for e in p.events)


def test_red_flags_are_read():
    assert [str(f) for f in event(red_flags("2026-01-06", "fever", "weight-loss")).content.flags] == [
        "fever",
        "weight-loss",
    ]


def test_an_entry_that_changes_its_kind_refuses_the_file():
    one = "0196a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"
    stamp = {"patient": "P1", "recorded_at": "2026-01-05T20:10:00+00:00", "id": one}
    lines = [
        {"event": "patient", "patient": "P1", "time_zone": "Europe/Lisbon", "enrolled_on": "2026-01-05"},
        {"event": "pain", **stamp, "no_other_pain": True, "scores": []},
        {"event": "red-flags", **stamp, "rev": 2, "flags": ["fever"]},
    ]
    with pytest.raises(EventFault, match="line 3: .*kind-changed"):
        list(patients(json.dumps(line) for line in lines))


@pytest.mark.parametrize("name", ["", "   ", "P1\n", "P\x07", "x" * 65])
def test_a_patient_is_named_in_printable_characters(name):
    line = {"event": "patient", "patient": name, "time_zone": "Europe/Lisbon", "enrolled_on": "2026-01-05"}
    with pytest.raises(EventFault, match="bad-(patient|text)"):
        list(patients([json.dumps(line)]))


def test_a_byte_order_mark_before_the_first_line_is_no_fault():
    line = '{"event":"patient","patient":"P1","time_zone":"Europe/Lisbon","enrolled_on":"2026-01-05"}'
    assert [p.patient for p in patients([b"\xef\xbb\xbf" + line.encode()])] == ["P1"]
    assert [p.patient for p in patients(["\ufeff" + line])] == ["P1"]


@pytest.mark.parametrize("end", ["", "\n", " \r\n"])
def test_a_line_without_an_id_has_the_uuid_that_its_name_makes(end):
    line = json.dumps(pain("2026-01-05"))
    assert event(line + end).id == uuid5(LINE_IDS, line)


@pytest.mark.parametrize(("wrong", "pointer"), [(True, "/scores/0/on_loading"), (3.0, "/scores/0/on_loading")])
def test_a_score_that_equals_one_read_before_is_still_read_by_its_type(wrong, pointer):
    right = pain("2026-01-05", worst=int(wrong))
    assert event(right).content.scores[0].on_loading == int(wrong)
    with pytest.raises(EventFault) as fault:
        event(pain("2026-01-05", worst=wrong))
    assert pointer in str(fault.value)
