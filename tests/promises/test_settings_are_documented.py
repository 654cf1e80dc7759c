"""Every setting of the installation and every command stands in README, and nothing stands there that is not."""

import re
from pathlib import Path

import click

from rehab_tracker.cli import main
from rehab_tracker.config import DESCRIBED, PREFIX

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def test_every_setting_has_its_row_and_its_words() -> None:
    rows = dict(re.findall(r"^\| `(REHAB_\w+)` \| (.+) \|$", README, re.MULTILINE))
    assert {name: words.replace("\\|", "|") for name, words in rows.items()} == {
        PREFIX + name: words for name, words in DESCRIBED.items()
    }


def commands(group: click.Group, path: str = "rehab-tracker") -> dict[str, click.Command]:
    found: dict[str, click.Command] = {}
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command
        if isinstance(command, click.Group):
            found |= commands(command, f"{path} {name}")
        else:
            found[f"{path} {name}"] = command
    return found


def spelled(name: str, command: click.Command) -> str:
    """A command as scripts call it: its arguments in capitals, then its options."""
    arguments = [p.human_readable_name.upper() for p in command.params if isinstance(p, click.Argument)]
    options = sorted(opt for p in command.params if isinstance(p, click.Option) for opt in p.opts)
    return " ".join([name, *arguments, *options])


def test_commands_and_settings_only_grow() -> None:
    golden = Path(__file__).parent / "golden"
    present = {name: set(spelled(name, command).split()) for name, command in commands(main).items()}
    for line in (golden / "commands.txt").read_text(encoding="utf-8").splitlines():
        name = next(name for name in present if line == name or line.startswith(f"{name} "))
        assert set(line.split()) <= present.pop(name), line
    assert not present, "new commands are promised in golden/commands.txt"
    assert (golden / "settings.txt").read_text(encoding="utf-8").split() == [PREFIX + name for name in DESCRIBED]


def test_every_command_is_named() -> None:
    table = README[README.index("## Commands") : README.index("## Settings")]
    for name, command in commands(main).items():
        assert name.removeprefix("rehab-tracker ") in table, name
        assert command.help, name


def test_every_link_to_a_file_leads_somewhere() -> None:
    root = Path(__file__).parents[2]
    links = re.findall(r"\]\((?!http|#)([^)]+)\)", README)
    assert links
    assert [link for link in links if not (root / link).exists()] == []
