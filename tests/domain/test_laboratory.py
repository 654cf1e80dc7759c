from decimal import Decimal

import pytest

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.laboratory import Analyte, Interpretation, LabResult


def test_a_result_may_be_a_number_a_text_or_only_what_was_made_of_it():
    assert LabResult(Analyte.CRP, value=Decimal("0.4"), unit="mg/L").interpretation is None
    assert LabResult(Analyte.CRP, value_text="< 0.5").value is None
    assert LabResult(Analyte.CRP, interpretation=Interpretation.NORMAL).value is None
    assert LabResult(Analyte.OTHER, "INR", value=Decimal(1)).unit is None


@pytest.mark.parametrize(
    ("said", "code", "pointer"),
    [
        ({"code": Analyte.OTHER, "value_text": "3"}, "name-needed", "/name"),
        ({"code": Analyte.TSH, "value": Decimal(2)}, "unit-needed", "/unit"),
        ({"code": Analyte.TSH}, "result-needed", "/value"),
        ({"code": Analyte.TSH, "unit": "mU/L"}, "result-needed", "/value"),
        ({"code": Analyte.TSH, "value": Decimal(1_000_001), "unit": "mU/L"}, "out-of-range", "/value"),
        ({"code": Analyte.TSH, "value": Decimal("1.00001"), "unit": "mU/L"}, "too-precise", "/value"),
    ],
)
def test_a_result_that_says_nothing_or_too_much_is_refused(said, code, pointer):
    with pytest.raises(InvalidValue) as refusal:
        LabResult(**said)
    assert (refusal.value.code, refusal.value.pointer) == (code, pointer)
