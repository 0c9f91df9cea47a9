from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scorer.campaigns.engine import EngineError, score_items
from scorer.campaigns.items import Item
from tests.campaigns.mail import Deadly, mail, rules_alone

ROOT = Path(__file__).resolve().parents[2]


def items(count: int, deadly: tuple[int, ...] = ()) -> list[Item]:
    return [Item("box", str(n), Deadly(mail(n)) if n in deadly else mail(n), 1) for n in range(count)]


def rows(found: Iterator[object]) -> list[bytes]:
    return [done.row for done in found]  # type: ignore[attr-defined]


def test_every_item_gets_a_row_whatever_it_is(tmp_path: Path) -> None:
    given = [
        Item("a", data=mail()),
        Item("b", data=b""),
        Item("c", data=b'{"from": "a@b.example", "text": "x"}'),
        Item("d", data=b'{"from": 3}'),
        Item(str(tmp_path / "absent.eml")),
        Item("e", error="broken"),
        Item("f\udc80", data=mail()),
    ]
    found = [json.loads(row) for row in rows(score_items(given, rules_alone(), jobs=1))]
    assert ["error" in row for row in found] == [False, True, False, True, True, True, False]
    assert found[0] | {"terms": 0} == found[0] | {"terms": 0, "date": "2026-03-03T09:00:00+00:00"}
    assert found[0]["message_id"] == "<0@shop.example>"
    assert len({row["run"] for row in found}) == 1


def test_processes_give_the_rows_of_one_process_in_its_order() -> None:
    one = rows(score_items(items(150), rules_alone(), jobs=1))
    two = rows(score_items(items(150), rules_alone(), jobs=2))
    assert one == two and len(one) == 150


def test_a_message_that_kills_its_worker_is_a_row_with_an_error() -> None:
    found = [
        json.loads(row) for row in rows(score_items(items(200, deadly=(40, 130)), rules_alone(), jobs=2))
    ]
    assert [row["member"] for row in found] == [str(n) for n in range(200)]
    assert [row["member"] for row in found if "error" in row] == ["40", "130"]
    assert "died" in found[40]["error"]


def test_items_are_not_read_far_ahead() -> None:
    taken = 0

    def source() -> Iterator[Item]:
        nonlocal taken
        for item in items(3000):
            taken += 1
            yield item

    found = score_items(source(), rules_alone(), jobs=2)
    next(iter(found))
    assert taken <= 32 * 12
    found.close()  # type: ignore[attr-defined]


def test_ctrl_c_is_one_line_even_while_the_workers_start(tmp_path: Path) -> None:
    """The terminal sends SIGINT to every process of the group."""
    for number in range(300):
        (tmp_path / f"{number:03}.eml").write_bytes(mail(number, body="Hello. " * 300))
    command = [sys.executable, "-m", "scorer.cli", "batch", str(tmp_path), "-j", "2"]
    for rows_seen in (0, 1):
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
        )
        assert process.stdout is not None
        if rows_seen:
            process.stdout.readline()
        else:
            deadline = time.monotonic() + 60
            while started_by(process.pid) < 3:
                assert time.monotonic() < deadline
                time.sleep(0.01)
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=60)
        assert (process.returncode, said) == (130, b"score: interrupted\n")


def started_by(process: int) -> int:
    """How many processes this one has started."""
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process)], capture_output=True)
    return len(listed.stdout.split())


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    where = tmp_path / "scheduler.json"
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
        "DASK_DISTRIBUTED__LOGGING__DISTRIBUTED": "critical",
    }
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": environment, "cwd": tmp_path}
    dask = [sys.executable, "-m", "dask"]
    common = ["--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(where)]
    processes = [subprocess.Popen([*dask, "scheduler", "--port", "0", *common], **quiet)]  # type: ignore[call-overload]
    try:
        for _ in range(300):
            if where.exists() and where.stat().st_size:
                break
            time.sleep(0.1)
        address = json.loads(where.read_text())["address"]
        for _ in range(2):
            command = [*dask, "worker", address, "--nthreads", "1", "--host", "127.0.0.1", "--no-dashboard"]
            # A group of its own, so that the worker can be killed together with its nanny.
            processes.append(subprocess.Popen(command, start_new_session=True, **quiet))  # type: ignore[call-overload]
        from distributed import Client

        with Client(address) as client:
            client.wait_for_workers(2, timeout=60)
        yield address, processes
    finally:
        for process in processes[1:]:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
        processes[0].kill()
        for process in processes:
            process.wait()


def test_a_cluster_gives_the_local_rows_though_a_worker_dies(
    cluster: tuple[str, list[subprocess.Popen[bytes]]],
) -> None:
    address, processes = cluster
    healthy = rows(score_items(items(600), rules_alone(), jobs=1))
    found = score_items(items(600), rules_alone(), scheduler=address)
    first = [next(found).row for _ in range(33)]
    os.killpg(processes[1].pid, signal.SIGKILL)
    assert first + rows(found) == healthy
    # One worker is left; its nanny starts it again each time.
    with_death = [
        json.loads(row) for row in rows(score_items(items(3, (1,)), rules_alone(), scheduler=address))
    ]
    assert ["error" in row for row in with_death] == [False, True, False]


def test_a_scheduler_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("scorer.campaigns.engine.CONNECT_SECONDS", 1)
    with pytest.raises(EngineError, match="no Dask cluster at tcp://127.0.0.1:9"):
        list(score_items(items(1), rules_alone(), scheduler="tcp://127.0.0.1:9"))
