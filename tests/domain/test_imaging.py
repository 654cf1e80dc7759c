from decimal import Decimal

import pytest

from rehab_tracker.domain.imaging import Mri


@pytest.mark.parametrize(
    ("thickness", "length", "poor"),
    [
        ("4", "14", False),
        ("4.1", "14", True),
        ("4", "14.1", True),
        ("4.1", None, True),
        (None, "15", True),
        ("3", None, None),
        (None, "14", None),
        (None, None, None),
    ],
)
def test_the_outlook_is_poor_beyond_four_or_fourteen_millimetres_and_unknown_without_both(thickness, length, poor):
    measured = [Decimal(size) if size else None for size in (thickness, length)]
    assert Mri(low_signal_thickness_mm=measured[0], low_signal_length_mm=measured[1]).has_poor_outlook is poor
