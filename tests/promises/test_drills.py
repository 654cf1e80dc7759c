"""Whatever has a long form is run by `make drills`, wherever it stands."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_make_drills_runs_every_test_that_has_a_long_form():
    if shutil.which("make") is None:
        pytest.skip("no make here")
    told = subprocess.run(["make", "--dry-run", "drills"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    files = (path for path in (ROOT / "tests").rglob("test_*.py") if path != Path(__file__))
    long = {str(path.relative_to(ROOT)) for path in files if "REHAB_" + "LONG_DRILLS" in path.read_text("utf-8")}
    assert {"tests/mail/test_no_canary.py", "tests/domain/test_local_time.py"} < long
    assert long <= set(told.split())
