"""The file of truth: written as it is read, and refused where it is not what was promised."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.site import SITES, site
from rehab_tracker.evaluation.truth import Migration, PatientTruth, TruthFault, truth_file, truths

ANA = {
    "patient": "P1",
    "from": "2026-01-05",
    "to": "2026-07-03",
    "migrations": [
        {"site": "left-knee", "onset": "2026-03-01", "passes_2": "2026-03-08", "passes_3": "2026-03-11"},
        {"site": "right-knee.lateral-femoral-condyle", "onset": "2026-07-01", "passes_2": None, "passes_3": None},
    ],
}
DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))
MIGRATIONS = st.builds(Migration, st.sampled_from(list(SITES.values())), DAYS, st.none() | DAYS, st.none() | DAYS)
PATIENTS = st.builds(
    lambda name, days, found: PatientTruth(name, min(days), max(days), tuple(found)),
    st.text(min_size=1, max_size=5),
    st.tuples(DAYS, DAYS),
    st.lists(MIGRATIONS, max_size=3),
)


def read(*patients):
    return truths(json.dumps({"patients": list(patients)}))


def test_a_patient_is_read_with_her_days_and_migrations():
    assert read(ANA) == [
        PatientTruth(
            "P1",
            date(2026, 1, 5),
            date(2026, 7, 3),
            (
                Migration(site("left-knee"), date(2026, 3, 1), date(2026, 3, 8), date(2026, 3, 11)),
                Migration(site("right-knee.lateral-femoral-condyle"), date(2026, 7, 1), None, None),
            ),
        )
    ]


@given(st.lists(PATIENTS, max_size=4, unique_by=lambda truth: truth.patient))
def test_what_is_written_is_read_again(found):
    assert truths("".join(truth_file(found))) == found


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"age": 57}, r"no key named age here. at /patients/0 \(unknown-key\)"),
        ({"migrations": [{**ANA["migrations"][0], "rate": 1}]}, r"named rate here. at /patients/0/migrations/0"),
        ({"migrations": [{"site": "left-knee"}]}, r"The key onset is missing. at /patients/0/migrations/0"),
        ({"migrations": [{**ANA["migrations"][0], "site": "left-toe"}]}, r"at /patients/0/migrations/0/site"),
        ({"migrations": [{**ANA["migrations"][0], "site": 7}]}, r"Give a text. at /patients/0/migrations/0/site"),
        ({"migrations": [{**ANA["migrations"][0], "onset": None}]}, r"at /patients/0/migrations/0/onset \(bad-date\)"),
        ({"migrations": {}}, r"Give a list. at /patients/0/migrations"),
        ({"migrations": [3]}, r"at /patients/0/migrations/0 \(wrong-type\)"),
        ({"patient": 7}, r"Give a text. at /patients/0/patient"),
        ({"to": "2026-01-04"}, r"lies before the first. at /patients/0/to \(wrong-order\)"),
    ],
)
def test_a_fault_is_named_with_its_place(changed, told):
    with pytest.raises(TruthFault, match=told):
        read({**ANA, **changed})


def test_a_patient_stands_there_once():
    with pytest.raises(TruthFault, match=r"at /patients/1/patient \(patient-twice\)"):
        read(ANA, ANA)


@pytest.mark.parametrize("raw", ["", "[]", "{}", '{"patients":[],"seed":1}', b'{"patients":"\xff"}', '{"patients":3}'])
def test_another_file_is_no_truth(raw):
    with pytest.raises(TruthFault):
        truths(raw)
