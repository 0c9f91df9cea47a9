"""The files of `pages/`, held in memory: nothing of a request is ever used as a path on the disk."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec
from starlette.requests import Request
from starlette.responses import Response

FOLDER = Path(__file__).parent / "pages"
MAX_FILE = 4 << 20
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
    ".map": "application/json",
}
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The policy of pages: scripts, styles and requests of this service alone, nothing inline."""


class StaticFile(msgspec.Struct, frozen=True):
    """One file, its media type and its entity tag."""

    content: bytes
    media_type: str
    tag: str


def read_pages(folder: Path = FOLDER) -> dict[str, StaticFile]:
    """The files by their path below `folder`, with "/" between; `index.html` is also the folder itself."""
    files: dict[str, StaticFile] = {}
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        kind = _TYPES.get(path.suffix.lower())
        if kind is None or not path.is_file() or path.stat().st_size > MAX_FILE:
            continue
        content = path.read_bytes()
        tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        name = path.relative_to(folder).as_posix()
        files[name] = StaticFile(content, kind, tag)
        if path.name == "index.html":
            files[name.removesuffix("index.html")] = files[name]
    return files


def answer(request: Request, file: StaticFile) -> Response:
    """The file, or 304 where the client has it."""
    headers = {"ETag": file.tag, "Cache-Control": "no-cache", "Content-Security-Policy": PAGE_POLICY}
    if file.tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(file.content, headers=headers, media_type=file.media_type)
