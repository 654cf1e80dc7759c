from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import pytest

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.partial_date import PartialDate
from rehab_tracker.domain.reader import MOST_ITEMS, Between, checked, plain, read
from rehab_tracker.domain.site import Side, Site, site

OWN = "0190b8c0-0000-7000-8000-000000000001"


@dataclass(frozen=True, slots=True)
class Toe:
    number: Annotated[int, Between(1, 5)]

    def __post_init__(self):
        checked(self)


@dataclass(frozen=True, slots=True)
class Shoe:
    name: str
    toes: tuple[Toe, ...] | None = None
    side: Side | None = None
    place: Site | None = None
    length: Annotated[Decimal, Between(0, 100)] | None = None
    worn: bool | None = None
    since: PartialDate | None = None
    sizes: tuple[Annotated[int, Between(1, 50)], ...] = ()
    box: UUID | None = None

    def __post_init__(self):
        checked(self)


def test_everything_that_was_said_is_read_and_written():
    said = {
        "name": "clog",
        "toes": [{"number": 1}, {"number": 5}],
        "side": "left",
        "place": "left-foot.forefoot",
        "length": 27.5,
        "worn": False,
        "since": {"date": "2026-03", "precision": "month"},
        "sizes": [41],
        "box": OWN,
    }
    shoe = read(Shoe, said)
    assert shoe.place == site("left-foot.forefoot") and shoe.length == Decimal("27.5") and shoe.box == UUID(OWN)
    assert plain(shoe) == said


def test_what_was_not_said_is_left_out_and_an_empty_list_says_none():
    assert plain(Shoe("clog")) == {"name": "clog", "sizes": []}
    assert read(Shoe, {"name": "clog"}).toes is None
    assert read(Shoe, {"name": "clog", "toes": []}).toes == ()


@pytest.mark.parametrize(
    ("said", "number"), [(-0.0, 0), (27, 27), ("27.5", Decimal("27.5")), (0.1, Decimal("0.1")), ("0.10", Decimal(".1"))]
)
def test_a_number_is_the_one_that_was_written(said, number):
    assert read(Shoe, {"name": "clog", "length": said}).length == number


def test_a_whole_number_is_written_as_one():
    assert repr(plain(Decimal("2.0"))) == "2"
    assert repr(plain(Decimal("-1.90"))) == "-1.9"


@pytest.mark.parametrize(
    ("said", "code", "pointer"),
    [
        ([], "wrong-type", ""),
        (None, "wrong-type", ""),
        ({}, "missing-key", "/name"),
        ({"name": "clog", "colour": "red"}, "unknown-key", "/colour"),
        ({"name": "clog", "a/b~c": 1}, "unknown-key", "/a~1b~0c"),
        ({"name": 3}, "wrong-type", "/name"),
        ({"name": None}, "wrong-type", "/name"),
        ({"name": ""}, "empty-text", "/name"),
        ({"name": "\n "}, "empty-text", "/name"),
        ({"name": "a" * 2_001}, "too-long", "/name"),
        ({"name": "\ud800"}, "bad-text", "/name"),
        ({"name": "clog", "toes": {}}, "wrong-type", "/toes"),
        ({"name": "clog", "toes": None}, "wrong-type", "/toes"),
        ({"name": "clog", "toes": ["big"]}, "wrong-type", "/toes/0"),
        ({"name": "clog", "toes": [{"number": 1}, {"number": 6}]}, "out-of-range", "/toes/1/number"),
        ({"name": "clog", "toes": [{"number": True}]}, "wrong-type", "/toes/0/number"),
        ({"name": "clog", "toes": [{"number": 1.0}]}, "wrong-type", "/toes/0/number"),
        ({"name": "clog", "toes": [{"number": 10**400}]}, "out-of-range", "/toes/0/number"),
        ({"name": "clog", "toes": [{"number": 1, "nail": 1}]}, "unknown-key", "/toes/0/nail"),
        ({"name": "clog", "sizes": [41, 51]}, "out-of-range", "/sizes/1"),
        ({"name": "clog", "sizes": [41] * (MOST_ITEMS + 1)}, "too-many", "/sizes"),
        ({"name": "clog", "side": "Left"}, "unknown-code", "/side"),
        ({"name": "clog", "side": ["left"]}, "wrong-type", "/side"),
        ({"name": "clog", "side": None}, "wrong-type", "/side"),
        ({"name": "clog", "place": "knee"}, "unknown-site", "/place"),
        ({"name": "clog", "length": True}, "wrong-type", "/length"),
        ({"name": "clog", "length": "27,5"}, "wrong-type", "/length"),
        ({"name": "clog", "length": "2e1"}, "wrong-type", "/length"),
        ({"name": "clog", "length": "٢٧"}, "wrong-type", "/length"),
        ({"name": "clog", "length": float("nan")}, "wrong-type", "/length"),
        ({"name": "clog", "length": float("inf")}, "wrong-type", "/length"),
        ({"name": "clog", "length": 100.1}, "out-of-range", "/length"),
        ({"name": "clog", "length": 0.1 + 0.2}, "too-precise", "/length"),
        ({"name": "clog", "length": 1e204}, "out-of-range", "/length"),
        ({"name": "clog", "length": 10**400}, "out-of-range", "/length"),
        ({"name": "clog", "worn": 1}, "wrong-type", "/worn"),
        ({"name": "clog", "worn": "false"}, "wrong-type", "/worn"),
        ({"name": "clog", "since": "March"}, "bad-date", "/since"),
        ({"name": "clog", "since": {"date": "2026", "precision": "day"}}, "bad-date", "/since/date"),
        ({"name": "clog", "box": "1"}, "bad-uuid", "/box"),
        ({"name": "clog", "box": OWN.upper()}, "bad-uuid", "/box"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_whatever_else_is_said_is_refused_by_its_place(said, code, pointer):
    with pytest.raises(InvalidValue) as refusal:
        read(Shoe, said, "/shoe")
    assert (refusal.value.code, refusal.value.pointer) == (code, "/shoe" + pointer)
    assert str(refusal.value).endswith((".", "?"))


def test_a_list_made_in_code_is_bounded_too():
    with pytest.raises(InvalidValue) as refusal:
        Shoe("clog", toes=(Toe(1),) * (MOST_ITEMS + 1))
    assert refusal.value.code == "too-many"
