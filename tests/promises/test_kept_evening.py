"""A kept evening is used only while plans are walked as they were: whoever changes that raises ``VERSION``.

Nothing else would notice. Two weeks of lists would show where plans stood by the old code.
"""

import ast
from hashlib import sha256
from pathlib import Path

from rehab_tracker.domain.plan_evening import VERSION

ROOT = Path(__file__).parents[2] / "rehab_tracker"
GOLDEN = Path(__file__).parent / "golden" / "plan-evening.txt"

FIRST = "domain/plan_run.py"
SAY_HOW_PLANS_GO = {
    "domain/entry.py", "domain/history.py", "domain/involvement.py", "domain/limb.py", "domain/moment.py",
    "domain/pain.py", "domain/plan.py", "domain/plan_evening.py", "domain/plan_run.py", "domain/plan_standing.py",
    "domain/plan_walk.py", "domain/protocol.py", "domain/red_flag.py", "domain/site.py", "domain/site_day.py",
    "domain/site_log.py", "domain/traffic_light.py", "domain/weight_bearing.py",
}  # fmt: skip
"""What a walk goes by, of all that it imports, and what an evening keeps."""
SAY_NOTHING_OF_PLANS = {
    "domain/alert.py", "domain/by_day.py", "domain/call_request.py", "domain/clinic.py", "domain/criterion.py",
    "domain/diary.py", "domain/errors.py", "domain/exercise.py", "domain/joint_history.py",
    "domain/known_days.py", "domain/loads.py", "domain/over_limit.py", "domain/partial_date.py",
    "domain/prescription.py", "domain/seen.py", "domain/shadow.py", "domain/soreness.py", "domain/strict_json.py",
    "domain/topology.py", "domain/translation.py", "domain/window.py",
}  # fmt: skip
"""What it reaches only by way of these, for rules, proposals and texts."""


def imported(path: str) -> set[str]:
    """Return the files of the domain that one imports."""
    found = (node for node in ast.walk(ast.parse((ROOT / path).read_text())) if isinstance(node, ast.ImportFrom))
    names = (str(node.module).removeprefix("rehab_tracker.") for node in found)
    return {f"{name.replace('.', '/')}.py" for name in names if name.startswith("domain.")}


def reached(first: str) -> set[str]:
    found, ahead = set[str](), {first}
    while ahead:
        found |= ahead
        ahead = {other for path in ahead for other in imported(path)} - found
    return found


def code(path: str) -> str:
    """Return the code of a file without its docstrings, comments and empty lines."""
    text = (ROOT / path).read_text()
    told = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Expr)]
    words = [each for each in told if isinstance(each.value, ast.Constant)]
    silent = {number for each in words for number in range(each.lineno, (each.end_lineno or each.lineno) + 1)}
    lines = (line.strip() for number, line in enumerate(text.splitlines(), start=1) if number not in silent)
    return "\n".join(line for line in lines if line and not line.startswith("#"))


def test_each_file_that_a_walk_reaches_is_known_to_say_how_plans_go_or_not_to():
    assert reached(FIRST) == SAY_HOW_PLANS_GO | SAY_NOTHING_OF_PLANS
    assert not SAY_HOW_PLANS_GO & SAY_NOTHING_OF_PLANS


def test_code_is_told_apart_from_what_is_said_about_it():
    assert "Where it stands" not in code("domain/plan_evening.py")
    assert "A cache" not in code("domain/plan_evening.py")
    assert "KEPT_DAYS = 84" in code("domain/plan_evening.py")


def test_version_is_raised_with_the_code_that_walks_plans():
    digest = sha256("\n".join(map(code, sorted(SAY_HOW_PLANS_GO))).encode()).hexdigest()
    now = f"VERSION {VERSION}: {digest}"
    assert GOLDEN.read_text().strip() == now, (
        "The code that walks plans has changed. Raise VERSION in domain/plan_evening.py, unless every plan still goes "
        f"exactly as before and evenings are kept as before. Then write into {GOLDEN.name}: {now}"
    )
