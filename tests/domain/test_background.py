import pytest

from rehab_tracker.domain.background import Pregnancy, PregnancyStatus
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.partial_date import partial_date


@pytest.mark.parametrize(
    ("status", "date_field", "allowed"),
    [
        ("pregnant", "due", True),
        ("pregnant", "delivered", False),
        ("post-partum", "delivered", True),
        ("post-partum", "due", False),
        ("no", "due", False),
        ("not-asked", "delivered", False),
    ],
)
def test_a_pregnancy_has_a_due_date_and_a_birth_has_its_own(status, date_field, allowed):
    said = {"status": PregnancyStatus(status), date_field: partial_date("2026-03")}
    if allowed:
        assert Pregnancy(**said)
        return
    with pytest.raises(InvalidValue) as refusal:
        Pregnancy(**said)
    assert refusal.value.pointer == f"/{date_field}"
