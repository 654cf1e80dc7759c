"""What revisions are written with. Revisions are history: nothing here may change what one of them has done.

Add another function beside, and leave these.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects.postgresql import JSONB

from rehab_tracker.domain.errors import NotReady

Columns = Sequence[sa.Column[Any]]


def whole(
    name: str, least: int | None = None, most: int | None = None, *, big: bool = False, null: bool = False
) -> Any:
    """A whole number between two bounds."""
    meant = [f"{name} >= {least}"] if least is not None else []
    meant += [f"{name} <= {most}"] if most is not None else []
    return _column(name, sa.BigInteger() if big else sa.Integer(), null, _holds(name, "integer"), meant)


def words(name: str, longest: int | None = None, *, null: bool = False) -> Any:
    """A text."""
    held = [*_holds(name, "text"), f"instr({_quoted(name)}, char(0)) = 0"]
    held += [f"length({_quoted(name)}) <= {longest}"] if longest else []
    return _column(name, sa.String(longest) if longest else sa.Text(), null, held)


def one_of(name: str, *codes: str, null: bool = False) -> Any:
    """A code of a list."""
    listed = ", ".join(f"'{code}'" for code in codes)
    return _column(name, sa.String(40), null, [], [f"{name} IN ({listed})"])


def yes_no(name: str, *, null: bool = False) -> Any:
    """A yes or no."""
    return _column(name, sa.Boolean(), null, [f"{name} IN (0, 1)"])


def instant(name: str, *, null: bool = False) -> Any:
    """An instant, in UTC."""
    return _column(name, sa.DateTime(timezone=True), null, [*_holds(name, "text"), f"length({name}) = 26"])


def day(name: str, *, null: bool = False) -> Any:
    """A calendar day."""
    return _column(name, sa.Date(), null, [f"{name} IS date({name})"])


def ident(name: str, *, null: bool = False) -> Any:
    """A UUID."""
    return _column(name, sa.Uuid(), null, [*_holds(name, "text"), f"length({name}) = 32"])


def json(name: str) -> Any:
    """A JSON object or list."""
    return _column(name, sa.JSON().with_variant(JSONB(), "postgresql"), False, _holds(_quoted(name), "text"))


def _column(name: str, kind: Any, null: bool, on_sqlite: Sequence[str], on_both: Sequence[str] = ()) -> Any:
    checks = [*on_sqlite, *on_both] if _sqlite() else on_both
    return sa.Column(name, kind, nullable=null, info={"check": " AND ".join(checks)})


def _holds(name: str, kind: str) -> list[str]:
    return [f"typeof({_quoted(name)}) IN ('{kind}', 'null')"]


def _quoted(name: str) -> str:
    return op.get_bind().dialect.identifier_preparer.quote(name.strip('"'))


def _sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def table(name: str, columns: Columns, *rules: Any, key: Sequence[str] = ("id",)) -> None:
    """Make a table of one clinic's rows: ``clinic_id`` leads its key."""
    _make(name, [whole("clinic_id"), *columns], ["clinic_id", *key], rules)


def shared_table(name: str, columns: Columns, *rules: Any, key: Sequence[str] = ("id",)) -> None:
    """Make a table that belongs to no clinic."""
    _make(name, columns, key, rules)


def _make(name: str, columns: Columns, key: Sequence[str], rules: Iterable[Any]) -> None:
    checks = [
        sa.CheckConstraint(column.info["check"], name=op.f(f"ck_{name}_{column.name}"))
        for column in columns
        if column.info["check"]
    ]
    primary = sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{name}"))
    op.create_table(name, *columns, primary, *(rule(name) for rule in rules), *checks)


def unique(*columns: str, with_clinic: bool = True) -> Any:
    """A key of one clinic's rows."""
    whole_key = ["clinic_id", *columns] if with_clinic else columns
    return lambda table: sa.UniqueConstraint(*whole_key, name=op.f(f"uq_{table}_{columns[-1]}"))


def points_to(target: str, *columns: str, keys: Sequence[str] = ("id",)) -> Any:
    """A foreign key to a row of the same clinic."""
    there = [f"{target}.{column}" for column in ("clinic_id", *keys)]
    return lambda table: sa.ForeignKeyConstraint(["clinic_id", *columns], there, name=op.f(f"fk_{table}_{columns[-1]}"))


def of_clinic(table: str) -> sa.ForeignKeyConstraint:
    """The foreign key to the clinic itself."""
    return sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f(f"fk_{table}_clinic_id"))


def check(name: str, condition: str) -> Any:
    """A rule of several columns, or one that the kind of a column does not say."""
    return lambda table: sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def index(name: str, table: str, columns: Sequence[str], *, unique: bool = False, where: str | None = None) -> None:
    """Make an index of one clinic's rows, of some of them with ``where``."""
    some = sa.text(where) if where else None
    op.create_index(name, table, ["clinic_id", *columns], unique=unique, sqlite_where=some, postgresql_where=some)


def drop(*tables: str) -> None:
    """Drop these tables; raise NotReady (``loses-data``) when one holds rows, unless losing them was asked for."""
    count = op.get_bind().scalar
    full = [name for name in tables if count(sa.select(sa.exists(sa.select(1).select_from(sa.table(name)))))]
    if full and not context.config.attributes.get("lose_data"):
        raise NotReady(
            "This step back would lose what is kept in %(tables)s. If that is meant, add --lose-data.",
            code="loses-data",
            tables=", ".join(full),
        )
    for name in tables:
        op.drop_table(name)


def changed(
    name: str, columns: Columns, *rules: Any, key: Sequence[str] = ("id",), filled: Mapping[str, str] | None = None
) -> None:
    """Change a table of one clinic's rows, so that it has these columns, keys and checks and no others.

    ``filled`` says, in SQL, what the rows that are there hold in a new column. Indexes stay, but for those of a column
    that goes; a column that stays keeps its type.
    """
    change = _changed_on_sqlite if _sqlite() else _changed_on_postgres
    change(name, columns, rules, key, filled or {})


def _changed_on_sqlite(
    name: str, columns: Columns, rules: Iterable[Any], key: Sequence[str], filled: Mapping[str, str]
) -> None:
    """Make the table anew and take its rows along: SQLite can change neither a check nor a key."""
    run, before = op.get_bind().exec_driver_sql, f"{name}_before"
    there = [each["name"] for each in sa.inspect(op.get_bind()).get_columns(name)]
    made = run("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ?", (name,))
    indexes = {index: sql for index, sql in made}
    for index in indexes:
        run(f"DROP INDEX {index}")
    # Without this the tables that point here would point to the old table for ever.
    run("PRAGMA legacy_alter_table = ON")
    run(f"ALTER TABLE {name} RENAME TO {before}")
    run("PRAGMA legacy_alter_table = OFF")
    table(name, columns, *rules, key=key)
    stays = {"clinic_id": "clinic_id"} | {c.name: c.name for c in columns if c.name in there} | filled
    into, out_of = ", ".join(map(_quoted, stays)), ", ".join(_quoted(v) if v in there else v for v in stays.values())
    run(f"INSERT INTO {name} ({into}) SELECT {out_of} FROM {before}")
    run(f"DROP TABLE {before}")
    for sql in indexes.values():
        if all(column in stays for column in _columns_of(sql)):
            run(sql)


def _columns_of(index: str) -> list[str]:
    """Return the columns of an index, as its SQL lists them."""
    return [part.strip(' "') for part in index.partition("(")[2].partition(")")[0].split(",")]


def _changed_on_postgres(
    name: str, columns: Columns, rules: Iterable[Any], key: Sequence[str], filled: Mapping[str, str]
) -> None:
    see, wanted = sa.inspect(op.get_bind()), [whole("clinic_id"), *columns]
    there = {each["name"] for each in see.get_columns(name)}
    present = {each["name"] for each in [*see.get_foreign_keys(name), *see.get_unique_constraints(name)]}
    for each in see.get_check_constraints(name):
        op.drop_constraint(op.f(str(each["name"])), name, type_="check")
    for column in (column for column in wanted if column.name not in there):
        _add_on_postgres(name, column, filled.get(column.name))
    for gone in sorted(there - {column.name for column in wanted}):
        op.drop_column(name, gone)
    for column in (column for column in wanted if column.info["check"]):
        op.create_check_constraint(op.f(f"ck_{name}_{column.name}"), name, sa.text(column.info["check"]))
    for rule in (rule(name) for rule in rules):
        if isinstance(rule, sa.CheckConstraint):
            op.create_check_constraint(rule.name, name, rule.sqltext)
        elif isinstance(rule, sa.ForeignKeyConstraint) and rule.name not in present:
            _point_on_postgres(name, rule)


def _point_on_postgres(name: str, rule: sa.ForeignKeyConstraint) -> None:
    to = [element.target_fullname.split(".") for element in rule.elements]
    op.create_foreign_key(rule.name, name, to[0][0], rule.column_keys, [column for _, column in to])


def _add_on_postgres(name: str, column: sa.Column[Any], held: str | None) -> None:
    must, column.nullable = not column.nullable, True
    op.add_column(name, column)
    if held is not None:
        op.execute(f"UPDATE {name} SET {column.name} = {held}")
    if must:
        op.alter_column(name, column.name, nullable=False)


def must_be_nothing(name: str, condition: str, what: str) -> None:
    """Raise NotReady (``loses-data``) when rows meet a condition, unless losing what they say was asked for."""
    found = op.get_bind().scalar(
        sa.select(sa.exists(sa.select(1).select_from(sa.table(name)).where(sa.text(condition))))
    )
    if found and not context.config.attributes.get("lose_data"):
        raise NotReady(
            "This step back would lose what is kept in %(tables)s. If that is meant, add --lose-data.",
            code="loses-data",
            tables=what,
        )
