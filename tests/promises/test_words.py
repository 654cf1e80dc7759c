"""Both languages are complete: every text of the code stands in both catalogues, translated, with the same places.

``make words`` writes new texts into the catalogues; then somebody translates them.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from rehab_tracker.domain.wording import JOINTS
from rehab_tracker.mail.language import CATALOGUES, LANGUAGES, gettext_in

ROOT = Path(__file__).parents[2]
PLACES = re.compile(r"%\(\w+\)[a-z]|%%")


def keywords() -> list[str]:
    """The names by which texts are found, as the Makefile has them."""
    listed = re.search(r"addprefix --keyword ,([\w ]+)\)", (ROOT / "Makefile").read_text(encoding="utf-8"))
    assert listed
    return [part for name in listed[1].split() for part in ("--keyword", name)]


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Every text that the code has now."""
    template = tmp_path_factory.mktemp("words") / "messages.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "--quiet", "extract", *keywords()]
    command += ["--mapping-file", "pyproject.toml", "--output-file", str(template), "rehab_tracker", "dashboards"]
    subprocess.run(command, cwd=ROOT, check=True)
    with template.open("rb") as file:
        return {key(message) for message in read_po(file) if message.id}


def key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def catalogue(language: str) -> Catalog:
    path = CATALOGUES / language.replace("-", "_") / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file)


def forms(message: Message) -> list[tuple[str, str]]:
    """Each text of a message beside its translation; of a counted one, singular and plural."""
    if isinstance(message.id, str):
        return [(message.id, str(message.string))]
    return list(zip(message.id, message.string or (), strict=True))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_there_and_no_other(language: str, texts: set[str]) -> None:
    there = {key(message) for message in catalogue(language) if message.id}
    assert there == texts, "run make words"


def test_every_text_is_translated_into_portuguese(texts: set[str]) -> None:
    assert texts
    messages = [message for message in catalogue("pt-PT") if message.id]
    assert [key(m) for m in messages if m.fuzzy or not all(said for _, said in forms(m))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_have_the_same_places(language: str) -> None:
    pairs = [pair for m in catalogue(language) if m.id for pair in forms(m) if pair[1]]
    assert [text for text, said in pairs if sorted(PLACES.findall(text)) != sorted(PLACES.findall(said))] == []


def test_sides_are_spelled_out_and_never_swapped() -> None:
    sides = {"left": "esquerd", "right": "direit"}
    portuguese = gettext_in("pt-PT")
    for name in JOINTS.values():
        said = portuguese(name)
        assert [side for side in sides if side in name] == [side for side, word in sides.items() if word in said], name


def test_the_catalogues_are_compiled_and_differ() -> None:
    english, portuguese = (gettext_in(language) for language in LANGUAGES)
    assert english("left knee") == "left knee"
    assert portuguese("left knee") == "joelho esquerdo"
