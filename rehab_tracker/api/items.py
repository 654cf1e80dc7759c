"""Items of a push: read by one load per kind, so that each becomes an entry or is known to be none."""

import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from marshmallow import ValidationError

from rehab_tracker.api.call_request import CallRequestSchema, call_request
from rehab_tracker.api.entry import EntrySchema
from rehab_tracker.api.exercise import ExerciseSchema, exercise_report
from rehab_tracker.api.pain import PainSchema, pain_reading
from rehab_tracker.api.red_flag import RedFlagSchema, flags_in, red_flag_report
from rehab_tracker.api.strict import MISSING, WRONG_TYPE, first_fault
from rehab_tracker.api.weight_bearing import WeightBearingSchema, weight_bearing_report
from rehab_tracker.domain.entry import Content, Kind, Sent
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.services.entries import Item, Unreadable

LONGEST_ID_ECHOED = 64
COMMON = frozenset(EntrySchema().fields) | {"kind"}


class Reader(NamedTuple):
    """How one kind is read: its schema, the keys of its content, and what makes a value of them."""

    schema: EntrySchema
    keys: frozenset[str]
    needed: frozenset[str]
    value: Callable[[dict[str, Any]], Content]


def _reader(schema: EntrySchema, value: Callable[[dict[str, Any]], Content]) -> Reader:
    keys = frozenset(schema.fields) - COMMON
    return Reader(schema, keys, frozenset(key for key in keys if schema.fields[key].required), value)


READERS: dict[Kind, Reader] = {
    Kind.PAIN: _reader(PainSchema(many=True), pain_reading),
    Kind.RED_FLAGS: _reader(RedFlagSchema(many=True), red_flag_report),
    Kind.WEIGHT_BEARING: _reader(WeightBearingSchema(many=True), weight_bearing_report),
    Kind.EXERCISE: _reader(ExerciseSchema(many=True), exercise_report),
    Kind.CALL_REQUEST: _reader(CallRequestSchema(many=True), call_request),
}


class Group(NamedTuple):
    """Items that are read together: of one kind, and all with content or all without."""

    kind: Kind
    told: bool


def read_items(raw: Sequence[Any]) -> list[Item]:
    """Return each item as an entry, or as Unreadable with what is wrong with it, in the order they came."""
    found: list[Item | None] = [None] * len(raw)
    groups: dict[Group, list[int]] = {}
    for at, item in enumerate(raw):
        try:
            groups.setdefault(_group(item), []).append(at)
        except InvalidValue as fault:
            found[at] = _unreadable(item, fault)
    for group, places in groups.items():
        for at, read in zip(places, _read(group, [raw[at] for at in places]), strict=True):
            found[at] = read
    return [item for item in found if item is not None]


def _group(item: Any) -> Group:
    if not isinstance(item, dict):
        raise InvalidValue(WRONG_TYPE, code="wrong-type")
    if "kind" not in item:
        raise InvalidValue(MISSING, code="missing-key", pointer="/kind", key="kind")
    try:
        kind = Kind(item["kind"])
    except ValueError:
        raise InvalidValue("Choose an answer from the list.", code="unknown-code", pointer="/kind") from None
    return Group(kind, item.get("withdrawn") is not True or not READERS[kind].needed.isdisjoint(item))


def _read(group: Group, items: list[dict[str, Any]]) -> list[Item]:
    reader = READERS[group.kind]
    errors: dict[Any, Any] = {}
    try:
        loaded: Any = reader.schema.load(items, partial=None if group.told else reader.keys)
    except ValidationError as refused:
        loaded, errors = refused.valid_data, refused.messages_dict
    return [
        _unreadable(item, first_fault(errors[at])) if at in errors else _sent(item, said, group)
        for at, (item, said) in enumerate(zip(items, loaded, strict=True))
    ]


def _sent(item: dict[str, Any], said: dict[str, Any], group: Group) -> Item:
    reader = READERS[group.kind]
    content = {key: value for key, value in said.items() if key in reader.keys}
    try:
        return Sent(
            id=said["id"],
            kind=group.kind,
            rev=said["rev"],
            recorded_at=said["recorded_at"],
            time_zone=said["time_zone"],
            for_date=said.get("for_date"),
            withdrawn=said.get("withdrawn", False),
            content=reader.value(content) if group.told else None,
        )
    except InvalidValue as fault:
        return _unreadable(item, fault)


def _unreadable(item: Any, fault: InvalidValue) -> Unreadable:
    named = item.get("id") if isinstance(item, dict) else None
    return Unreadable(
        raw=json.dumps(item, ensure_ascii=False),
        fault=fault,
        id=named if isinstance(named, str) and len(named) <= LONGEST_ID_ECHOED else None,
        flags=flags_in(item) if isinstance(item, dict) else (),
    )
