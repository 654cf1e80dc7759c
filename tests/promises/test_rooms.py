"""Each room keeps to what it may know, and the house stays readable."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = ("rehab_tracker", "dashboards")
FOLDERS = (*OURS, "migrations", "tests", "benchmarks")
NOT_OURS = {"node_modules", "dist", "__pycache__"}
FORBIDDEN_NAMES = re.compile(r"(utils?|helpers?|common|core|constants?|models?|schemas?|extensions?)(\.py)?")
FILE_LINES = {"tests": 400}
MOST_FILE_LINES = 250
MOST_FUNCTION_LINES = 40
# A longer function or file that reads better stays; here with the reason, as "path" or "path::function".
LONGER_AND_WHY: dict[str, str] = {
    "migrations/versions/0005_records_and_plans.py": "the columns of seven new tables and of two that change",
    "migrations/versions/0009_alert_life_and_clock.py": "the columns of eight new tables and of five that change",
}
# A revision lists the columns of its tables one by one, as they were then: cutting the list up says nothing.
LISTS_OF_COLUMNS = "migrations/versions/"

CLOCKS = {
    "date.today",
    "datetime.now",
    "datetime.today",
    "datetime.utcnow",
    "func.current_timestamp",
    "func.now",
    "time.gmtime",
    "time.localtime",
    "time.time",
    "time.time_ns",
}
CLOCKLESS = ("domain", "services", "storage", "mail")
OUTSIDE_WORLD = {
    "io",
    "logging",
    "os",
    "pathlib",
    "random",
    "shutil",
    "socket",
    "sqlite3",
    "subprocess",
    "tempfile",
    "time",
}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def files(*folders: str) -> list[Path]:
    found = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return sorted(path for path in found if not NOT_OURS & set(path.relative_to(ROOT).parts))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tree(source: str | Path) -> ast.Module:
    return ast.parse(source.read_text(encoding="utf-8") if isinstance(source, Path) else source)


def functions(module: ast.AST) -> Iterator[Function]:
    return (node for node in ast.walk(module) if isinstance(node, Function))


def imported(node: ast.AST) -> list[str]:
    """Return the modules that an import statement names; a relative one is one of our own."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return ["rehab_tracker" if node.level else str(node.module)]
    return []


def body_lines(function: Function) -> int:
    """Return the lines of a function from ``def`` to its end, its docstring not counted."""
    first = function.body[0]
    has_docstring = ast.get_docstring(function) is not None
    docstring = (first.end_lineno or 0) - first.lineno + 1 if has_docstring else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def clock_reads(module: ast.AST) -> list[str]:
    """Return the calls that read a clock, as written: ``datetime.now``, also behind ``dt.`` or ``sa.``."""
    calls = (ast.unparse(node.func) for node in ast.walk(module) if isinstance(node, ast.Call))
    reads = [call for call in calls if any(call == clock or call.endswith(f".{clock}") for clock in CLOCKS)]
    bare = (node for node in ast.walk(module) if isinstance(node, ast.ImportFrom) and node.module == "time")
    return reads + [f"time.{alias.name}" for node in bare for alias in node.names if f"time.{alias.name}" in CLOCKS]


# Imports


def lint(config: Path) -> subprocess.CompletedProcess[str]:
    call = "import sys; from importlinter.cli import lint_imports; "
    call += "sys.exit(lint_imports(config_filename=sys.argv[1], no_cache=True, no_logo=True))"
    return subprocess.run(
        [sys.executable, "-c", call, str(config)], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_imports_point_down():
    done = lint(ROOT / "pyproject.toml")
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_import_that_points_up_would_be_noticed(tmp_path):
    contract = tmp_path / "contracts.ini"
    contract.write_text(
        "[importlinter]\nroot_package = rehab_tracker\n"
        "[importlinter:contract:up]\nname = up\ntype = layers\n"
        "layers =\n    rehab_tracker.domain.site\n    rehab_tracker.domain.review\n"
    )
    done = lint(contract)
    assert done.returncode == 1
    assert "rehab_tracker.domain.review is not allowed to import rehab_tracker.domain.site" in done.stdout


def test_the_domain_needs_nothing_but_python_and_never_touches_the_outside_world():
    for path in files("rehab_tracker/domain"):
        for name in (name for node in ast.walk(tree(path)) for name in imported(node)):
            top = name.partition(".")[0]
            assert top in sys.stdlib_module_names or name.startswith("rehab_tracker.domain"), f"{named(path)}: {name}"
            assert top not in OUTSIDE_WORLD, f"{named(path)}: {name}"
        calls = {ast.unparse(node.func) for node in ast.walk(tree(path)) if isinstance(node, ast.Call)}
        assert not calls & {"open", "print", "input"}, named(path)


def test_the_rules_load_no_framework():
    heavy = ("flask", "sqlalchemy", "marshmallow", "plotly", "numpy", "apscheduler", "click")
    asked = f"import sys, rehab_tracker.domain.review; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_package_itself_imports_nothing():
    assert not [node for node in ast.walk(tree(ROOT / "rehab_tracker" / "__init__.py")) if imported(node)]


@pytest.mark.parametrize("path", files(*OURS), ids=named)
def test_nothing_of_our_own_is_imported_inside_a_function(path):
    inside = [name for function in functions(tree(path)) for node in ast.walk(function) for name in imported(node)]
    assert not [name for name in inside if name.partition(".")[0] in OURS]


# The clock


@pytest.mark.parametrize("room", CLOCKLESS)
def test_the_clock_is_read_at_the_edge_and_passed_down(room):
    reads = {named(path): found for path in files(f"rehab_tracker/{room}") if (found := clock_reads(tree(path)))}
    assert not reads


@pytest.mark.parametrize(
    "source",
    [
        "datetime.now(UTC)",
        "dt.datetime.utcnow()",
        "date.today()",
        "time.time()",
        "from time import time",
        "Column(default=func.now())",
        "sa.func.now()",
    ],
)
def test_a_clock_that_is_read_would_be_noticed(source):
    assert clock_reads(tree(source))


@pytest.mark.parametrize(
    "source", ["verb(session, viewer, now)", "now.date()", "moment.astimezone(UTC)", "from time import sleep"]
)
def test_a_moment_that_is_passed_is_no_clock(source):
    assert not clock_reads(tree(source))


# Sizes and names


@pytest.mark.parametrize("path", files(*FOLDERS), ids=named)
def test_files_and_functions_stay_short(path):
    most = FILE_LINES.get(path.relative_to(ROOT).parts[0], MOST_FILE_LINES)
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= most or named(path) in LONGER_AND_WHY, f"{lines} lines, {most} at most"
    for function in () if named(path).startswith(LISTS_OF_COLUMNS) else functions(tree(path)):
        allowed = body_lines(function) <= MOST_FUNCTION_LINES or f"{named(path)}::{function.name}" in LONGER_AND_WHY
        assert allowed, f"{function.name} has {body_lines(function)} lines"


def test_functions_are_short_as_a_rule():
    lengths = sorted(body_lines(function) for path in files(*OURS) for function in functions(tree(path)))
    assert lengths[len(lengths) // 2] < 8
    assert lengths[len(lengths) * 9 // 10] < 20


def test_a_docstring_does_not_count_as_length():
    [function] = functions(tree('def f():\n    """One.\n\n    Two.\n    """\n    a = 1\n    return a\n'))
    assert body_lines(function) == 3


def test_every_exception_is_still_needed_and_has_its_reason():
    for exception, why in LONGER_AND_WHY.items():
        path, _, name = exception.partition("::")
        assert (ROOT / path).exists() and len(why.split()) > 3
        if name:
            assert max(body_lines(f) for f in functions(tree(ROOT / path)) if f.name == name) > MOST_FUNCTION_LINES


def test_a_thing_without_a_room_is_a_missing_noun():
    paths = {path for file in files(*FOLDERS) for path in (file, *file.relative_to(ROOT).parents)}
    assert not [str(path) for path in paths if FORBIDDEN_NAMES.fullmatch(path.name)]
    assert FORBIDDEN_NAMES.fullmatch("helpers.py") and not FORBIDDEN_NAMES.fullmatch("model_of_gait.py")


def without_docstring(module: ast.Module) -> list[str]:
    """Return the public functions, methods and classes of a module that say nothing of themselves."""
    nodes: list[ast.AST] = [module, *(n for n in module.body if isinstance(n, ast.ClassDef))]
    members = [n for node in nodes for n in getattr(node, "body", []) if isinstance(n, ast.ClassDef | Function)]
    return [n.name for n in members if not n.name.startswith("_") and not ast.get_docstring(n)]


@pytest.mark.parametrize("path", files("rehab_tracker/domain"), ids=named)
def test_every_public_name_of_the_domain_says_what_it_is(path):
    assert ast.get_docstring(tree(path))
    assert not without_docstring(tree(path))


def test_a_missing_docstring_would_be_noticed():
    assert without_docstring(tree('class A:\n    """A."""\n    def b(self): ...\ndef _c(): ...\n')) == ["b"]
