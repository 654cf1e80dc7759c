"""Assets: what browsers load, each under the hash of its folder's contents, so that it may be kept for ever."""

import json
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from flask import Blueprint, Flask, Response, current_app, send_from_directory, url_for

from rehab_tracker.domain.errors import NotFound, NotReady
from rehab_tracker.web.policy import for_everybody

DIST = Path(__file__).parents[1] / "assets" / "dist"
FOR_EVER = "public, max-age=31536000, immutable"

assets = Blueprint("assets", __name__, url_prefix="/assets")


class Folder(NamedTuple):
    """A folder that is served: the hash in its address, where it is, and the files in it."""

    content: str
    path: Path
    names: frozenset[str]


def must_be_built() -> str:
    """Return the hash of what was built of others' packages; raise NotReady where nothing was built."""
    return _built().content


@cache
def _built() -> Folder:
    try:
        manifest = json.loads((DIST / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NotReady("What browsers need was not built. Run: make install", code="not-built") from None
    return Folder(manifest["hash"], DIST / manifest["hash"], frozenset(manifest["files"]))


def set_up(app: Flask, own: list[Path]) -> None:
    """Serve what was built, and these folders of our own, and give templates ``asset(name)``."""
    app.extensions["rehab-assets"] = [_folder(path) for path in own]
    app.register_blueprint(assets)
    app.add_template_global(asset_address, "asset")


def _folder(path: Path) -> Folder:
    files = sorted(file for file in path.rglob("*") if file.is_file())
    whole = sha256()
    for file in files:
        whole.update(str(file.relative_to(path)).encode() + b"\0" + sha256(file.read_bytes()).digest())
    return Folder(whole.hexdigest()[:16], path, frozenset(str(file.relative_to(path)) for file in files))


def _folders() -> list[Folder]:
    own: list[Folder] = current_app.extensions["rehab-assets"]
    return [*own, _built()]


def asset_address(name: str) -> str:
    """Return the address of an asset; raise NotReady where there is none of this name."""
    for folder in _folders():
        if name in folder.names:
            return url_for("assets.serve", content=folder.content, name=name)
    raise NotReady("There is no asset named %(name)s. Run: make install", name=name)


@assets.get("/<content>/<path:name>")
@for_everybody("assets hold nothing of anybody")
def serve(content: str, name: str) -> Response:
    """Return a file of the folder with this hash."""
    for folder in _folders():
        if folder.content == content and name in folder.names:
            response = send_from_directory(folder.path, name)
            response.headers["Cache-Control"] = FOR_EVER
            return response
    raise NotFound()
