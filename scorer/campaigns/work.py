"""What a worker does, on any engine: load the scorer once, score a chunk of messages, give their rows."""

from __future__ import annotations

import hashlib
import pickle
import threading
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from scorer.campaigns.items import Item
from scorer.campaigns.readers.outlook import OutlookError, is_outlook, to_mail
from scorer.campaigns.rows import error_row, full_row
from scorer.config import Config
from scorer.sending import Sending

if TYPE_CHECKING:
    from scorer.engine import Scorer


_PIECE = 1 << 16


class Job(msgspec.Struct, frozen=True):
    """Everything that decides what a message's row says. `model` is the SHA-256 of the artefact that the
    caller has, so that a worker elsewhere with another one is noticed; with `use_model` False the rules and
    the prior weights score alone. `history` is where a history is ("" for none), and `tenant` whose."""

    config: Config
    sending: Sending
    dns: str = "offline"
    remedies: bool = False
    use_model: bool = True
    model: str = ""
    history: str = ""
    tenant: str = "default"


class WrongWorker(RuntimeError):
    """A worker has another program or model than the caller: its rows would not be comparable."""


class Done(msgspec.Struct, frozen=True):
    """One finished message: its row as JSON, without a line end, and whether it was scored."""

    row: bytes
    scored: bool
    consumed: int


def packed(job: Job) -> bytes:
    """The job as a worker receives it (pickled by us, for our own workers only)."""
    return pickle.dumps(job)


@lru_cache(maxsize=4)
def run_id(job_bytes: bytes) -> str:
    """Twelve hexadecimal digits that tell runs with other settings, program or model."""
    from scorer import __version__

    job: Job = pickle.loads(job_bytes)  # noqa: S301  # made by `packed`, in this program
    settings = msgspec.json.encode(job, order="deterministic", enc_hook=_plain)
    return hashlib.sha256(__version__.encode() + settings).hexdigest()[:12]


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else repr(value)


class _Loaded:
    def __init__(self, job: Job, scorer: Scorer, run: str) -> None:
        self.job, self.scorer, self.run = job, scorer, run


_loading = threading.Lock()


@lru_cache(maxsize=2)
def _load(job_bytes: bytes) -> _Loaded:
    from scorer.commands.common import open_history, resolver_of
    from scorer.engine import Scorer
    from scorer.models import Models

    job: Job = pickle.loads(job_bytes)  # noqa: S301  # made by `packed`, in this program
    history = open_history(job.history, job.tenant) if job.history else None
    scorer = Scorer(job.config, resolver_of(job.dns), None if job.use_model else Models(), history=history)
    if scorer.models.info.sha256 != job.model:
        raise WrongWorker("a worker has another model than this program: install the same version everywhere")
    return _Loaded(job, scorer, run_id(job_bytes))


def prepare(job_bytes: bytes) -> None:
    """Load the scorer in this process. Raises what loading raises, and WrongWorker."""
    with _loading:
        _load(job_bytes)


def score_chunk(job_bytes: bytes, items: tuple[Item, ...]) -> tuple[Done, ...]:
    """The rows of a chunk, in its order.

    One at a time where threads share a process (the scorer's caches are not made for several, and two
    threads would gain nothing).
    """
    with _loading:
        loaded = _load(job_bytes)
        return tuple(_score(loaded, item) for item in items)


def _score(loaded: _Loaded, item: Item) -> Done:
    """One row; whatever goes wrong with the message is in it."""
    from scorer.draft import DraftError, read_draft
    from scorer.mime import NotMail, parse_message

    digest = ""
    try:
        if item.error:
            return failed(item, item.error, loaded.run)
        data = read_data(item)
        digest = hashlib.sha256(data).hexdigest()
        if is_outlook(data):
            data = to_mail(data)
        message = read_draft(data).to_message() if item.is_draft else parse_message(data)
        assessment = loaded.scorer.score(message, loaded.job.sending, remedies=loaded.job.remedies)
        row = full_row(item, message, assessment, digest, loaded.run)
        return Done(msgspec.json.encode(row), True, item.consumed)
    except OSError as error:
        problem = error.strerror or str(error)
    except (NotMail, DraftError, OutlookError) as error:
        problem = str(error)
    except Exception as error:  # a row must not be lost to a fault of ours
        problem = f"internal error: {type(error).__name__}: {error}"
    return failed(item, problem, loaded.run, digest)


def read_data(item: Item) -> bytes:
    """The message's bytes, no more than a message can have. Raises OSError."""
    from scorer.mime import MAX_BYTES

    if item.data is not None:
        return item.data
    # Unbuffered, a piece at a time: most messages are one piece, and a buffer of the largest size costs more.
    with open(item.path, "rb", buffering=0) as file:  # noqa: PTH123
        pieces, held = [], 0
        while held <= MAX_BYTES and (piece := file.read(_PIECE)):
            pieces.append(piece)
            held += len(piece)
    return b"".join(pieces)[: MAX_BYTES + 1] if len(pieces) > 1 else b"".join(pieces)


def failed(item: Item, problem: str, run: str, digest: str = "") -> Done:
    """An error's row."""
    text = problem.encode("utf-8", "replace").decode()
    return Done(msgspec.json.encode(error_row(item, text, run, digest)), False, item.consumed)
