"""The requests that the documentation offers for copying work as they stand, and the files for containers fit together."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scorer.cli import build_parser

from .conftest import BAD, CLIENTS, ROOT, Server

PAGES = sorted((ROOT / "docs" / "integrations").glob("*.md"))
BLOCK = re.compile(r"^```(sh|python|js)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = [
    pytest.param(language, code, id=f"{page.stem}-{language}-{number}")
    for page in PAGES
    for number, (language, code) in enumerate(BLOCK.findall(page.read_text("utf-8")))
    if not code.startswith("#!")
]


def command_for(language: str, code: str) -> list[str]:
    if language == "python":
        return [sys.executable, "-c", code]
    if language == "js":
        return ["node", *(["--input-type=module"] if "await " in code else []), "-e", code]
    return ["bash", "-euo", "pipefail", "-c", code]


@pytest.mark.parametrize(("language", "code"), BLOCKS)
def test_what_is_offered_for_copying_works(server: Server, tmp_path: Path, language: str, code: str) -> None:
    for program in ("curl", "spamc", "rspamc"):
        if re.search(rf"^{program} ", code, re.MULTILINE) and shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    if language == "js" and shutil.which("node") is None:
        pytest.skip("Node.js is not installed")
    if 'require("spamc")' in code and not (CLIENTS / "node_modules").is_dir():
        pytest.skip("the clients on npm are not installed (npm ci in tests/clients)")
    if "import aiospamc" in code:
        pytest.importorskip("aiospamc", reason="aiospamc is not installed (the extra `dev`)")
    (tmp_path / "news.eml").write_bytes(BAD)
    (tmp_path / "drafts.ndjson").write_text('{"id": 1, "draft": {"subject": "Hello"}}\n' * 3)
    own = code.replace(":8025", f":{server.http}").replace("783", str(server.spamd))
    # That a mailing is spam is an exit status of 1, which is what the page says of it.
    own = re.sub(r"^(spamc [^#\n]* -c [^#\n]*)", r"\1 || test $? = 1 ", own, flags=re.MULTILINE)
    done = subprocess.run(
        command_for(language, own),
        cwd=tmp_path,
        env={**os.environ, "NODE_PATH": str(CLIENTS / "node_modules")},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() or (tmp_path / "rows.ndjson").read_text().count("\n") == 3


def test_every_page_has_all_four_languages() -> None:
    for name in ("http", "postmark", "rspamd"):
        text = (ROOT / "docs" / "integrations" / f"{name}.md").read_text("utf-8")
        assert "curl " in text
        for language in ("sh", "python", "js", "csharp"):
            assert f"```{language}\n" in text, (name, language)


# --- containers -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def compose() -> dict:
    yaml = pytest.importorskip("yaml", reason="PyYAML is not installed (the extra `dev`)")
    return yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))


def test_compose_runs_the_service_as_the_command_line_takes_it(compose: dict) -> None:
    service = compose["services"]["score"]
    options = build_parser().parse_args(service["command"])
    assert options.listen == "0.0.0.0:8025"
    assert options.keys.startswith("/keys/") and options.history_key.startswith("/keys/")
    assert options.history.startswith("postgresql://score@postgres/")
    assert all(
        port.startswith("127.0.0.1:") for one in compose["services"].values() for port in one.get("ports", ())
    )
    # What a service mounts is declared, or lies in the checkout.
    for one in compose["services"].values():
        for secret in one.get("secrets", ()):
            assert secret in compose["secrets"]
        for volume in one.get("volumes", ()):
            source = volume.partition(":")[0]
            assert source in compose["volumes"] or (ROOT / source).is_file(), source
        for needed in one.get("depends_on", ()):
            assert "healthcheck" in compose["services"][needed]


def test_the_entry_point_hands_the_password_and_the_arguments_on(compose: dict, tmp_path: Path) -> None:
    (tmp_path / "postgres").write_text("two words\n")
    (tmp_path / "score").write_text('#!/bin/sh\necho "$PGPASSWORD|$1|$2"\n')
    (tmp_path / "score").chmod(0o755)
    entry = [
        part.replace("$$", "$").replace("/run/secrets/postgres", str(tmp_path / "postgres"))
        for part in compose["services"]["score"]["entrypoint"]
    ]
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run([*entry, "serve", "a b"], env={"PATH": path}, capture_output=True, text=True)
    assert done.stdout == "two words|serve|a b\n"


def test_prometheus_asks_what_the_service_answers(compose: dict) -> None:
    yaml = pytest.importorskip("yaml")
    (job,) = yaml.safe_load((ROOT / "examples" / "prometheus.yml").read_text("utf-8"))["scrape_configs"]
    assert job["static_configs"] == [{"targets": ["score:8025"]}]
    assert job["authorization"]["credentials_file"] == "/run/secrets/prometheus"
    assert "prometheus" in compose["services"]["prometheus"]["secrets"]


def test_the_image_installs_what_compose_asks_for(compose: dict) -> None:
    lines = (ROOT / "Dockerfile").read_text("utf-8")
    assert compose["services"]["score"]["build"]["args"] == {"EXTRAS": "[service,history]"}
    assert 'ARG EXTRAS=""' in lines and "${EXTRAS}" in lines and "/keys" in lines
    assert (ROOT / "constraints.txt").is_file()
    assert "secrets" in (ROOT / ".dockerignore").read_text("utf-8").split()


def test_compose_takes_the_file(tmp_path: Path) -> None:
    program = shutil.which("docker-compose")
    if program is None:
        pytest.skip("docker-compose is not installed (Debian: apt-get install docker-compose)")
    done = subprocess.run(
        [program, "-f", str(ROOT / "compose.yaml"), "config"], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert "8025" in done.stdout


@pytest.mark.parametrize("lock", ["examples/grapesjs/package-lock.json", "tests/clients/package-lock.json"])
def test_no_lock_file_records_where_a_package_comes_from(lock: str) -> None:
    packages = json.loads((ROOT / lock).read_text("utf-8"))["packages"]
    assert len(packages) > 2
    assert all("resolved" not in package for package in packages.values())
    assert all(package.get("integrity") for name, package in packages.items() if name)
