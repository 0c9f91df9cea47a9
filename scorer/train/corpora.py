"""Corpora: folders, archives and mailboxes of labelled mail, read as strict drafts.

A corpus is a folder (or a `.tar.xz` of one) with a `labels.tsv` (path, label, origin), one of the public
originals (SpamAssassin, TREC 2005-2007, Enron-Spam, recognised by their file names), or any folder, mbox or
Maildir whose path says the label. Which headers a message has kept in an archive tells the archive, and with
it the label: everything but From, Reply-To, Subject and the MIME headers is taken off before anything is
measured.
"""

from __future__ import annotations

import hashlib
import mailbox
import re
import tarfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from scorer.train.written import draft_of, read_written

KEPT = frozenset(
    {
        "from",
        "reply-to",
        "subject",
        "mime-version",
        "content-type",
        "content-transfer-encoding",
        "content-disposition",
        "content-id",
        "content-description",
        "content-language",
    }
)
TO = b"To: reader@recipient.example\n"
MAX_MESSAGE = 4 << 20
_END = re.compile(rb"\r?\n\r?\n")
_FIELD = re.compile(rb"^([!-9;-~]+)[ \t]*:")
HAM = frozenset({"ham", "inbox", "legitimate", "wanted", "good", "newsletter", "newsletters", "0"})
SPAM = frozenset({"spam", "phish", "phishing", "scam", "scams", "junk", "bad", "1"})
OTHER = frozenset({"spam-folder"})


class Sample(msgspec.Struct, frozen=True):
    """One labelled message. `label` is 1 for spam, 0 for wanted mail, -1 for what is only reported on (wanted
    bulk mail that a provider put into the spam folder). `origin` is what the corpus says of where it is from;
    `tab` the Gmail tab and `language` the ISO 639-1 code, "" if not known."""

    corpus: str
    path: str
    label: int
    origin: str
    tab: str
    data: bytes
    language: str = ""

    @property
    def key(self) -> str:
        """A stable name for seeds and groups."""
        return f"{self.corpus}/{self.path}"


class CorpusError(ValueError):
    """A corpus cannot be read; one line."""


def strict_draft(data: bytes) -> bytes:
    """The message as the draft it was: only the headers that an author has when writing, and a neutral To."""
    if data.startswith(b"From "):
        data = data.partition(b"\n")[2]
    end = _END.search(data)
    head, body = (data[: end.start()], data[end.end() :]) if end else (data, b"")
    kept: list[bytes] = []
    keeping = False
    for line in head.replace(b"\r\n", b"\n").split(b"\n"):
        if line[:1] in (b" ", b"\t"):
            if keeping:
                kept.append(line + b"\n")
            continue
        field = _FIELD.match(line)
        keeping = field is not None and field[1].decode("ascii").lower() in KEPT
        if keeping:
            kept.append(line + b"\n")
    return TO + b"".join(kept) + b"\n" + body


def label_of(word: str) -> int | None:
    """1 for spam, 0 for wanted, -1 for report-only, None where `word` is no label."""
    word = word.strip().lower()
    if word in HAM:
        return 0
    if word in SPAM:
        return 1
    return -1 if word in OTHER else None


def read_corpus(path: Path) -> list[Sample]:
    """Every message of the corpus at `path`, sorted by path.

    Raises:
        CorpusError: nothing there that can be read, or no labels.
    """
    if not path.exists():
        raise CorpusError(f"{path}: no such corpus")
    if path.is_dir():
        found = list(_read_folder(path))
    elif ".tar" in path.name or path.suffix == ".tgz":
        found = list(_read_archive(path))
    else:
        label = _label_in(path.name)
        if label is None:
            raise CorpusError(
                f"{path}: a mailbox's name must say its label (ham, spam, newsletters, phishing …)"
            )
        found = list(_read_mailbox(mailbox.mbox(path, create=False), path.stem, path.name, label))
    if not found:
        raise CorpusError(f"{path}: no labelled messages")
    return sorted(found, key=lambda sample: sample.path)


def _sample(corpus: str, path: str, label: int, origin: str, data: bytes) -> Sample:
    origin, _, tab = origin.partition("|")
    return Sample(corpus, path, label, origin, tab, strict_draft(data[:MAX_MESSAGE]))


def _rows(text: str) -> Iterator[tuple[str, int, str]]:
    for line in text.splitlines()[1:]:
        cells = line.split("\t")
        label = label_of(cells[1]) if len(cells) > 1 else None
        if label is not None:
            yield cells[0], label, cells[2] if len(cells) > 2 else ""


def _read_folder(root: Path) -> Iterator[Sample]:
    written = sorted(root.glob("*.jsonl"))
    if written:
        for file in written:
            yield from _read_written(root.name, file)
        return
    table = root / "labels.tsv"
    if table.is_file():
        for path, label, origin in _rows(table.read_text("utf-8")):
            yield _sample(root.name, path, label, origin, (root / path).read_bytes())
        return
    index = root / "full" / "index"
    if index.is_file():  # TREC 2005-2007: "spam ../data/inmail.1"
        for line in index.read_text("latin-1").splitlines():
            word, _, place = line.partition(" ")
            said = label_of(word)
            file = (index.parent / place.strip()).resolve()
            if said is not None and file.is_relative_to(root.resolve()) and file.is_file():
                yield _sample(root.name, str(file.relative_to(root.resolve())), said, "", file.read_bytes())
        return
    for folder in sorted([root, *(p for p in root.rglob("*") if p.is_dir())]):
        named = _label_in(str(folder.relative_to(root.parent)))
        if named is None:
            continue
        if (folder / "cur").is_dir() and (folder / "new").is_dir():
            name = str(folder.relative_to(root))
            yield from _read_mailbox(mailbox.Maildir(folder, create=False), root.name, name, named)
            continue
        if folder.name in ("cur", "new", "tmp"):
            continue
        for file in sorted(p for p in folder.iterdir() if p.is_file() and p.name not in ("cmds", "index")):
            if file.suffix == ".mbox":
                yield from _read_mailbox(mailbox.mbox(file, create=False), root.name, file.name, named)
            elif file.suffix in ("", ".eml", ".txt") or re.fullmatch(r"\d{4,5}\.[0-9a-f]{32}", file.name):
                yield _sample(root.name, str(file.relative_to(root)), named, folder.name, file.read_bytes())


def _read_written(corpus: str, file: Path) -> Iterator[Sample]:
    try:
        mailings = read_written(file.read_bytes())
    except msgspec.DecodeError as error:
        raise CorpusError(f"{file}: {error}") from None
    for mailing in mailings:
        label = label_of(mailing.label)
        if label is None:
            raise CorpusError(f"{file}: {mailing.id}: label {mailing.label!r}")
        draft = strict_draft(draft_of(mailing))
        yield Sample(corpus, mailing.id, label, mailing.kind, "", draft, mailing.language)


def _read_archive(path: Path) -> Iterator[Sample]:
    corpus = path.name.split(".tar")[0].removesuffix(".tgz")
    table: dict[str, tuple[int, str]] = {}
    with tarfile.open(path) as archive:
        for member in archive:
            if not member.isfile():
                continue
            stream = archive.extractfile(member)
            data = stream.read() if stream else b""
            name = member.name.removeprefix("./")
            if name.rpartition("/")[2] == "labels.tsv":
                prefix = name[: -len("labels.tsv")]
                table = {prefix + p: (label, origin) for p, label, origin in _rows(data.decode("utf-8"))}
                continue
            if table:
                if name in table:
                    inner = name.removeprefix(corpus + "/")
                    yield _sample(corpus, inner, *table[name], data)
                continue
            label = _label_in(name)
            if label is not None and not name.endswith("cmds"):
                yield _sample(corpus, name, label, name.rpartition("/")[0].rpartition("/")[2], data)


def _read_mailbox(
    box: mailbox.mbox | mailbox.Maildir, corpus: str, name: str, label: int
) -> Iterator[Sample]:
    for key in sorted(box.keys()):
        data = box.get_bytes(key)
        yield _sample(corpus, f"{name}/{key}", label, "", data)


def _label_in(path: str) -> int | None:
    """The label that a path's words tell; the last one counts ("easy_ham_2/00001" is ham)."""
    label: int | None = None
    for word in re.split(r"[/_.\-\s]+", path.lower()):
        found = label_of(word) if not word.isdigit() else None
        label = label if found is None else found
    return label


def digest_of(samples: list[Sample]) -> str:
    """SHA-256 over paths, labels and messages, so that a model can name exactly what it was trained on."""
    digest = hashlib.sha256()
    for sample in samples:
        digest.update(f"{sample.path}\t{sample.label}\t".encode())
        digest.update(hashlib.sha256(sample.data).digest())
    return digest.hexdigest()
