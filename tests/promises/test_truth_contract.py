"""The truth about a cohort is a contract for scripts outside: its keys only ever grow, and a seed keeps its patients.

``REHAB_WRITE_GOLDEN=1 .venv/bin/pytest tests/promises/test_truth_contract.py`` writes truth.json anew; every figure
published for a seed changes with it.
"""

import json
import os
from pathlib import Path

from rehab_tracker.evaluation.cohort import cohort
from rehab_tracker.evaluation.truth import FILE_KEYS, MIGRATION_KEYS, PATIENT_KEYS, truth_file, truths

GOLDEN = Path(__file__).parent / "golden" / "truth.json"
HINT = "run this file once with REHAB_WRITE_GOLDEN=1"


def test_the_truth_of_a_seed_is_the_committed_file():
    written = "".join(truth_file(patient.truth for patient in cohort(20, seed=1)))
    if os.environ.get("REHAB_WRITE_GOLDEN") == "1":
        GOLDEN.write_text(written, encoding="utf-8")
    assert GOLDEN.read_text(encoding="utf-8") == written, HINT


def test_the_committed_file_has_every_key_and_no_other():
    file = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert list(file) == ["patients"] == list(FILE_KEYS.needed)
    for patient in file["patients"]:
        assert list(patient) == ["patient", "from", "to", "migrations"]
        assert set(patient) == PATIENT_KEYS.needed
        for migration in patient["migrations"]:
            assert list(migration) == ["site", "onset", "passes_2", "passes_3"]
            assert set(migration) == MIGRATION_KEYS.needed


def test_the_committed_file_is_read_and_shows_both_kinds_of_place():
    places = [each.site for truth in truths(GOLDEN.read_bytes()) for each in truth.migrations]
    assert {place.compartment is None for place in places} == {True, False}
