"""What columns may hold: instants, whole numbers, codes, sites, digests; kept and checked alike on both engines.

SQLite keeps almost anything in any column, and a NaN as NULL, so each of its columns is checked by the type of what it
holds. What Python would convert silently, a bool or a float for a whole number, is refused
before it is sent.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from enum import Enum as PythonEnum
from typing import Annotated, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    Date,
    DateTime,
    Dialect,
    Enum,
    Integer,
    String,
    Text,
    TypeDecorator,
    Uuid,
    and_,
    column,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import mapped_column
from sqlalchemy.types import TypeEngine

from rehab_tracker.domain.pain import WORST_PAIN
from rehab_tracker.domain.site import Site, site


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept in UTC to the microsecond and given back in UTC; a time without a zone is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.utcoffset() is None:
            raise TypeError("An instant needs its time zone.")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        # SQLite has no time zones; what it keeps is UTC.
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Whole(TypeDecorator[int]):
    """A whole number between two bounds, both included; a bool, a float, a text or more than 31 bits is refused."""

    impl = Integer
    cache_ok = True

    def __init__(self, least: int | None = None, most: int | None = None, big: bool = False) -> None:
        super().__init__()
        self.least, self.most, self.big = least, most, big

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(BigInteger() if self.big else Integer())

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:
        if value is not None and type(value) is not int:
            raise TypeError(f"A whole number is needed, not {type(value).__name__}.")
        if value is not None and value.bit_length() > (63 if self.big else 31):
            raise ValueError("The number is too large to be kept.")
        return value


class SiteCode(TypeDecorator[Site]):
    """A place on the body, kept as its code."""

    impl = String(64)
    cache_ok = True

    def process_bind_param(self, value: Site | None, dialect: Dialect) -> str | None:
        if value is not None and not isinstance(value, Site):
            raise TypeError("A site is needed, not its code.")
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Site | None:
        return None if value is None else site(value)


CODES = Enum(
    PythonEnum,
    values_callable=lambda members: [member.value for member in members],
    native_enum=False,
    create_constraint=False,
    length=40,
)
"""How enums are kept: by value, as short text, under a CHECK that lists the domain's codes."""

JSON_TEXT = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

Score = Annotated[int, mapped_column(Whole(0, WORST_PAIN))]
Count = Annotated[int, mapped_column(Whole(0))]
Rung = Annotated[int, mapped_column(Whole(0, 3))]
ClockTime = Annotated[str, mapped_column(String(5))]
Version = Annotated[int, mapped_column(Whole(1))]
ChangeNumber = Annotated[int, mapped_column(Whole(0, big=True))]
Code = Annotated[str, mapped_column(String(64))]
Line = Annotated[str, mapped_column(String(320))]
Digest = Annotated[str, mapped_column(String(64))]
Json = Annotated[dict[str, Any], mapped_column(JSON_TEXT)]
JsonList = Annotated[list[Any], mapped_column(JSON_TEXT)]

Condition = ColumnElement[bool]


def checks(of: Column[Any]) -> Iterator[CheckConstraint]:
    """Yield the CHECKs of a column: its codes or bounds on both engines, and on SQLite the type of what it holds."""
    meant = list(_meaning(of))
    held = [*_holding(of), *meant]
    if meant:
        yield CheckConstraint(and_(*meant), name=of.name).ddl_if(dialect="postgresql")
    if held:
        yield CheckConstraint(and_(*held), name=of.name).ddl_if(dialect="sqlite")


def _meaning(of: Column[Any]) -> Iterator[Condition]:
    plain: ColumnElement[Any] = column(of.name)
    kind = of.type
    if isinstance(kind, Enum):
        yield plain.in_(kind.enums)
    if isinstance(kind, Whole) and kind.least is not None:
        yield plain >= kind.least
    if isinstance(kind, Whole) and kind.most is not None:
        yield plain <= kind.most


def _holding(of: Column[Any]) -> Iterator[Condition]:
    """Yield what must be true of anything that SQLite keeps here, or of NULL."""
    plain: ColumnElement[Any] = column(of.name)
    kind = of.type.impl_instance if isinstance(of.type, SiteCode) else of.type
    if isinstance(kind, Boolean):
        yield plain.in_((0, 1))
    elif isinstance(kind, Whole):
        yield func.typeof(plain).in_(("integer", "null"))
    elif isinstance(kind, Date):
        yield plain.is_not_distinct_from(func.date(plain))
    elif not isinstance(kind, Enum):
        yield from _holding_text(plain, kind)


def _holding_text(plain: ColumnElement[Any], kind: TypeEngine[Any]) -> Iterator[Condition]:
    yield func.typeof(plain).in_(("text", "null"))
    if isinstance(kind, Instant | Uuid):
        yield func.length(plain) == (32 if isinstance(kind, Uuid) else len("2026-01-05 20:10:00.000000"))
    elif isinstance(kind, String):
        # length() stops at a NUL, which PostgreSQL would not keep either.
        yield func.instr(plain, func.char(0)) == 0
    if isinstance(kind, String) and kind.length:
        yield func.length(plain) <= kind.length


TYPES: dict[Any, TypeEngine[Any]] = {
    int: Whole(),
    str: Text(),
    bool: Boolean(),
    datetime: Instant(),
    Site: SiteCode(),
    PythonEnum: CODES,
}
