"""What stands in for row-level security on SQLite: a statement that does not name its session's clinic is refused.

Every statement that SQLAlchemy compiles is judged while it is compiled: each table it reads or changes must be held to
``clinic_id = :value`` in the WHERE of its own SELECT, UPDATE or DELETE, by itself or joined to one that is. What is
found, the names of those values, is kept with the compiled statement, so that a run costs one comparison: each value
must be the session's clinic. SQL given as text can't be judged and is refused. ``sqlite_triggers`` does the rest.

It guards against our own mistakes. Someone who can run code of his own can go round it.
"""

# SQLAlchemy's compilers carry no types.
# mypy: disable-error-code="no-untyped-call, no-any-return"

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, FromClause, Table, event
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import BinaryExpression, BindParameter, BooleanClauseList, ColumnClause, Grouping
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import AliasedReturnsRows, Join, ReturnsRows, SelectBase, TableClause

SHARED = frozenset(("clinic", "alembic_version", "beat", "breaker"))
"""Tables that belong to no clinic."""

CLINIC = "clinic_id"
HARMLESS_LITERAL = re.compile(r"\*|\d+")
VALUE_OF_INSERT = re.compile(r"clinic_id(_m\d+)?")


class ClinicNotNamed(RuntimeError):
    """A statement does not name the clinic of its session; nothing was run."""


class Held(NamedTuple):
    """One equality of a WHERE or ON: the table that it holds, and what holds it (a value, or another table)."""

    table: str
    by: BindParameter[Any] | str


class ClinicCompiler(SQLiteCompiler):
    """Compiles for SQLite and notes, for each statement, which values are its clinic and what can't be judged."""

    # What SQLAlchemy compiles into an attribute of the class would be shared: these are set anew for each statement.
    clinic_values: set[str]
    unjudged: list[str]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.clinic_values, self.unjudged = set(), []
        super().__init__(*arguments, **options)

    def _setup_select_stack(self, select: Any, *rest: Any) -> Any:
        # The one place that knows the FROMs of a SELECT after correlation with those around it.
        froms = super()._setup_select_stack(select, *rest)
        self._judge(froms, select._where_criteria)
        return froms

    def visit_update(self, update_stmt: Any, *rest: Any, **options: Any) -> str:
        self._judge([update_stmt.table], update_stmt._where_criteria)
        return super().visit_update(update_stmt, *rest, **options)

    def visit_delete(self, delete_stmt: Any, *rest: Any, **options: Any) -> str:
        self._judge([delete_stmt.table], delete_stmt._where_criteria)
        return super().visit_delete(delete_stmt, *rest, **options)

    def visit_insert(self, insert_stmt: Any, *rest: Any, **options: Any) -> str:
        text = super().visit_insert(insert_stmt, *rest, **options)
        values = {name for name in self.binds if VALUE_OF_INSERT.fullmatch(name)}
        if insert_stmt.table.name not in SHARED and (insert_stmt.select is not None or not values):
            self.unjudged.append(f"an insert into {insert_stmt.table.name} without the clinic's value")
        if insert_stmt.table.name not in SHARED:
            self.clinic_values |= values
        return text

    def update_from_clause(self, update_stmt: Any, *rest: Any, **options: Any) -> str:
        self.unjudged.append("an UPDATE … FROM")
        return super().update_from_clause(update_stmt, *rest, **options)

    def visit_textclause(self, textclause: Any, *rest: Any, **options: Any) -> str:
        self.unjudged.append("SQL given as text")
        return super().visit_textclause(textclause, *rest, **options)

    def visit_textual_select(self, taf: Any, *rest: Any, **options: Any) -> str:
        self.unjudged.append("SQL given as text")
        return super().visit_textual_select(taf, *rest, **options)

    def visit_column(self, column: ColumnClause[Any], *rest: Any, **options: Any) -> str:
        if column.is_literal and not HARMLESS_LITERAL.fullmatch(column.name):
            self.unjudged.append("SQL given as a literal column")
        return super().visit_column(column, *rest, **options)

    def _judge(self, froms: Iterable[FromClause], criteria: Iterable[Any]) -> None:
        froms = list(froms)
        tables = {name for each in froms for name in _tables(each)}
        equalities = [*_equalities(criteria), *(held for each in froms for held in _joined(each))]
        found = _values(tables, equalities)
        self.clinic_values |= {self._bind_name(value) for value in found.values}
        self.unjudged += (f"{name} without its clinic" for name in sorted(tables - found.held))

    def _bind_name(self, value: BindParameter[Any]) -> str:
        # Values get their names when they are compiled, which is later than their WHERE is judged.
        name: str = self._truncate_bindparam(value)
        return name


class Found(NamedTuple):
    """The tables of one SELECT, UPDATE or DELETE that are held to a clinic, and the values that hold them."""

    held: set[str]
    values: set[BindParameter[Any]]


def _values(tables: set[str], equalities: list[Held]) -> Found:
    """Follow the equalities from values, and from tables of SELECTs around, which are judged there, inwards."""
    found = Found(set(), set())
    grew = True
    while grew:
        before = len(found.held), len(found.values)
        for table, by in equalities:
            if isinstance(by, BindParameter):
                found.held.add(table)
                found.values.add(by)
            elif by in found.held or by not in tables:
                found.held.add(table)
        grew = before != (len(found.held), len(found.values))
    return found


def _tables(source: FromClause) -> Iterator[str]:
    """Yield the names under which clinic tables stand in a FROM; SELECTs in it are judged by themselves."""
    if isinstance(source, Join):
        yield from _tables(source.left)
        yield from _tables(source.right)
        return
    kept: ReturnsRows = source
    while isinstance(kept, AliasedReturnsRows):
        kept = kept.element
    if isinstance(kept, SelectBase | FunctionElement) or (isinstance(kept, Table) and kept.name in SHARED):
        return
    yield str(source.name) if isinstance(source, TableClause | AliasedReturnsRows) else "something unknown"


def _joined(source: FromClause) -> Iterator[Held]:
    """Yield the equalities in a FROM's ON clauses; an outer join holds only its right side."""
    if not isinstance(source, Join):
        return
    yield from _joined(source.left)
    yield from _joined(source.right)
    inside = set(_tables(source.right))
    for held in _equalities([source.onclause]):
        if not source.full and (not source.isouter or held.table in inside):
            yield held


def _equalities(criteria: Iterable[Any]) -> Iterator[Held]:
    """Yield what must be equal for the criteria to hold: each ``clinic_id`` with a value or another ``clinic_id``."""
    for each in criteria:
        if isinstance(each, Grouping):
            yield from _equalities([each.element])
        elif isinstance(each, BooleanClauseList) and each.operator is operators.and_:
            yield from _equalities(each.clauses)
        elif isinstance(each, BinaryExpression) and each.operator is operators.eq:
            yield from _held(each.left, each.right)
            yield from _held(each.right, each.left)


def _held(column: Any, by: Any) -> Iterator[Held]:
    if not _is_clinic(column):
        return
    if isinstance(by, BindParameter) and not by.expanding:
        yield Held(str(column.table.name), by)
    elif _is_clinic(by):
        yield Held(str(column.table.name), str(by.table.name))


def _is_clinic(column: Any) -> bool:
    """Return whether this is the clinic of a table's rows, or of a SELECT's rows that got it from a table."""
    return (
        isinstance(column, ColumnClause)
        and column.table is not None
        and all(
            getattr(base, "name", None) == CLINIC and isinstance(getattr(base, "table", None), Table)
            for base in column.base_columns
        )
    )


def guard(engine: Engine) -> None:
    """Have every statement on this engine judged, and refused unless it names its session's clinic."""
    engine.dialect.statement_compiler = ClinicCompiler
    event.listen(engine, "before_cursor_execute", _refuse_others)


def _refuse_others(
    connection: Connection,
    cursor: Any,
    statement: str,
    parameters: Any,
    context: DefaultExecutionContext | None,
    many: bool,
) -> None:
    """Raise ClinicNotNamed before a statement runs that does not name its session's clinic.

    ``across_clinics`` exempts the few statements of this room that must look over all clinics.
    """
    assert context is not None
    if context.execution_options.get("across_clinics"):
        return
    compiled = context.compiled
    if not isinstance(compiled, ClinicCompiler):
        raise ClinicNotNamed("On SQLite only statements made with SQLAlchemy's expressions may run.")
    if compiled.unjudged:
        raise ClinicNotNamed(f"This statement does not name its clinic: {', '.join(compiled.unjudged)}.")
    clinic_id = connection.get_execution_options().get(CLINIC)
    for values in context.compiled_parameters:
        if any(clinic_id is None or values[name] != clinic_id for name in compiled.clinic_values):
            raise ClinicNotNamed("This statement names another clinic than its session's.")
