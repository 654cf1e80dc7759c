"""A command called inside the tests' own process, which saves its start: a second and a half of imports.

Each file of stories about a command also starts it for real, well and refused, with ``run`` of ``test_cli_backtest``.
"""

import os
from pathlib import Path
from subprocess import CompletedProcess

from click.testing import CliRunner

from rehab_tracker.cli import main


def called(folder: Path, *arguments: str) -> CompletedProcess[str]:
    """Calls a command on this data directory and returns what a process would; a fault of the code is raised."""
    unset = {name: None for name in os.environ if name.startswith("REHAB_")}
    env = {**unset, "REHAB_DATA_DIR": str(folder)}
    done = CliRunner().invoke(main, arguments, env=env, catch_exceptions=False)
    return CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)
