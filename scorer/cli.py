"""`score`: the command line. Parses, hands over to `scorer.commands`, turns errors into one line."""

from __future__ import annotations

import argparse
import gc
import importlib
import os
import sys
from collections.abc import Sequence

COMMANDS = (
    "check",
    "fix",
    "batch",
    "domain",
    "recipients",
    "rules",
    "explain",
    "profiles",
    "train",
    "learn",
    "ingest",
    "history",
    "serve",
    "completion",
)
LASTING = ("batch", "recipients", "train", "learn", "ingest", "history", "serve")
"""Commands that work for longer than it takes to load them."""


def _sending_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("how it will be sent")
    group.add_argument(
        "--sending", metavar="NAME|FILE", help="a shipped profile (score profiles) or your own TOML file"
    )
    group.add_argument("--customer", metavar="NAME", help="your account's name at the sending service")
    group.add_argument("--envelope-domain", metavar="DOMAIN", help="the domain of the Return-Path")
    group.add_argument(
        "--dkim-selector", metavar="SELECTOR", action="append", help="selector of your own DKIM key"
    )
    group.add_argument("--dkim-domain", metavar="DOMAIN", help="d= of your own DKIM key (the From domain)")
    group.add_argument("--ip", metavar="ADDRESS", action="append", help="an address that it is sent from")
    group.add_argument(
        "--set-up", choices=("yes", "no"), help="whether your DNS records for the service are in use"
    )
    group.add_argument("--volume", metavar="N", type=int, help="messages a day from your domain")
    group.add_argument("--category", choices=("marketing", "transactional"))
    group.add_argument(
        "--dns",
        metavar="live|offline|FILE",
        default="offline",
        help="live answers, none, or a snapshot (zone file)",
    )


def _history_options(parser: argparse.ArgumentParser, *, database: bool = True) -> None:
    group = parser.add_argument_group("what happened before (needs the extra `history`)")
    if database:
        group.add_argument(
            "--history",
            metavar="FILE|URL",
            help="a history made by `score ingest` (the default one: default)",
        )
    group.add_argument("--tenant", metavar="NAME", default="default", help="whose history (default)")


def _store_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--history", metavar="FILE|URL", default="", help="the database (a file in your data directory)"
    )
    parser.add_argument("--key", metavar="FILE", default="", help="the key of the recipients' hashes")
    _history_options(parser, database=False)


def _ingest_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths", nargs="+", metavar="PATH", help="folders, mails, mbox, .xml, .gz, .zip, .json, .jsonl, .csv"
    )
    _store_options(parser)
    parser.add_argument(
        "--domain", metavar="DOMAIN", default="", help="the sender, for feeds that do not name it"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--quiet", "-q", action="store_true", help="name broken items only")


def _history_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    history = commands.add_parser("history", help="rates, DMARC, blocklists; erasing, forgetting, new key")
    ask = history.add_subparsers(dest="question", metavar="QUESTION", required=True)

    def question(name: str, text: str, *, domain: bool = False, days: int = 0) -> argparse.ArgumentParser:
        parser = ask.add_parser(name, help=text)
        if domain:
            parser.add_argument("domain", metavar="DOMAIN")
        _store_options(parser)
        if days:
            parser.add_argument(
                "--days", metavar="N", type=int, default=days, help=f"of the last N days ({days})"
            )
            parser.add_argument("--until", metavar="DATE", help="the last day (today)")
            parser.add_argument("--output", "-o", metavar="FILE")
            _language_option(parser)
        return parser

    rates = question("rates", "complaints, bounces and unsubscribes with their certainty", days=30)
    rates.add_argument("--domain", metavar="DOMAIN", default="", help="of one sender domain")
    rates.add_argument("--by", choices=("campaign", "domain", "provider"), default="domain")
    rates.add_argument("--format", choices=("text", "json"), default="text")
    trend = question("trend", "changes of the rates and jumps of the volume", domain=True, days=90)
    trend.add_argument("--format", choices=("text", "json"), default="text")
    blocks = question("blocks", "blocklists that rejections named, and what to do", days=30)
    blocks.add_argument("--domain", metavar="DOMAIN", default="", help="of one sender domain")
    blocks.add_argument("--format", choices=("text", "json"), default="text")
    dmarc = question("dmarc", "who sends as a domain; is it safe to move to quarantine", domain=True, days=7)
    dmarc.add_argument(
        "--not-mine", metavar="SOURCE", action="append", help="a source that is known to be somebody else's"
    )
    dmarc.add_argument("--format", choices=("text", "html", "json"), default="text")
    erase = question("erase", "remove all that is kept of one recipient")
    erase.add_argument("address", metavar="ADDRESS")
    forget = question("forget", "remove what is older than so many days")
    forget.add_argument("--older-than", metavar="DAYS", type=int, required=True)
    question("rotate-key", "hash the recipients anew with a new key")
    question("tenants", "whose histories there are")


def _scoring_options(parser: argparse.ArgumentParser, *, remedies: bool) -> None:
    _sending_options(parser)
    parser.add_argument(
        "--config", metavar="FILE", help="your own weights, thresholds, rules and providers (TOML)"
    )
    parser.add_argument("--model", metavar="FOLDER", help="a model of your own (see `score learn`)")
    parser.add_argument(
        "--remedies",
        action=argparse.BooleanOptionalAction,
        default=remedies,
        help="compute what mending would change",
    )


def _language_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--language", metavar="TAG", default="en", help="of the answer: en (default), nb, sv, da, nl, de"
    )


def _serve_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--listen", metavar="HOST:PORT", default="127.0.0.1:8025", help="where (127.0.0.1:8025)"
    )
    parser.add_argument("--spamd", metavar="HOST:PORT", help="speak the SPAMC protocol there as well")
    parser.add_argument("--workers", metavar="N", type=int, default=0, help="processes (all cores)")
    parser.add_argument("--config", metavar="FILE", help="your own weights, thresholds, rules and providers")
    _sending_options(parser)
    _history_options(parser)
    parser.add_argument(
        "--history-key", metavar="FILE", help="the key of the recipients' hashes (beside the history)"
    )
    keys = parser.add_argument_group("who may ask")
    keys.add_argument("--keys", metavar="FILE", help="the API keys; needed to listen beyond this machine")
    keys.add_argument("--new-key", metavar="TENANT", help="add a key to the file, print it and end")
    keys.add_argument("--list-keys", action="store_true", help="list the file's keys and end")
    keys.add_argument("--revoke-key", metavar="ID", help="take a key out of the file and end")
    keys.add_argument(
        "--rate", metavar="N", type=float, help="requests a second for each key (50; 0: no limit)"
    )
    keys.add_argument("--burst", metavar="N", type=float, help="requests at once (twice the rate)")
    keys.add_argument("--allow-host", metavar="NAME", action="append", help="a further Host to answer for")
    keys.add_argument("--allow-origin", metavar="URL", action="append", help="a page's origin that may call")
    keys.add_argument("--spamd-from", metavar="NETWORK", action="append", help="who may use the SPAMC port")
    limits = parser.add_argument_group("limits")
    limits.add_argument("--max-body", metavar="BYTES", type=int, help="size of a request (10 MiB)")
    limits.add_argument("--body-timeout", metavar="SECONDS", type=float, help="for a body to arrive (30)")
    limits.add_argument("--work-timeout", metavar="SECONDS", type=float, help="for an answer (60)")


def _recipients_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    recipients = commands.add_parser("recipients", help="quality of a list of recipients, before a send")
    recipients.add_argument(
        "path", metavar="LIST", help="CSV, TSV or one address a line; - for standard input"
    )
    recipients.add_argument("--clean", metavar="FILE", help="write the rows that can be mailed")
    recipients.add_argument(
        "--rejects", metavar="FILE", help="write the rows that are left out, with reasons"
    )
    recipients.add_argument(
        "--suppress", metavar="FILE", action="append", help="addresses or domains that must not be mailed"
    )
    _history_options(recipients)
    recipients.add_argument(
        "--history-key", metavar="FILE", help="the key of the recipients' hashes (beside the history)"
    )
    recipients.add_argument(
        "--leave-out",
        metavar="REASON,…",
        action="append",
        help="leave these out too: disposable, role, same, inactive, smtputf8, parked",
    )
    recipients.add_argument(
        "--keep",
        metavar="REASON,…",
        action="append",
        help="do not leave these out: typo, duplicate, bounced …",
    )
    recipients.add_argument(
        "--column",
        metavar="MEANING=COLUMN",
        action="append",
        help="a column by header or number, as in email=E-post or created=4",
    )
    recipients.add_argument(
        "--dates", choices=("dmy", "mdy"), help="what 05/06/2025 means (told from the list)"
    )
    recipients.add_argument(
        "--inactive-days", metavar="N", type=int, default=365, help="inactive after N days (365)"
    )
    recipients.add_argument(
        "--dns", metavar="live|offline|FILE", default="offline", help="ask whether the domains take mail"
    )
    recipients.add_argument(
        "--dns-domains", metavar="N", type=int, default=20_000, help="ask about N domains at most (20000)"
    )
    recipients.add_argument("--format", choices=("text", "json"), default="text")
    recipients.add_argument("--output", "-o", metavar="FILE")
    _language_option(recipients)
    recipients.add_argument(
        "--fail-above", metavar="PERCENT", type=float, help="exit with 1 where so much or more is left out"
    )


def _check_options(check: argparse.ArgumentParser) -> None:
    check.add_argument(
        "paths", nargs="+", metavar="MESSAGE", help="a raw message, a draft in JSON, or - for standard input"
    )
    _scoring_options(check, remedies=True)
    _history_options(check)
    check.add_argument("--format", choices=("text", "json", "html", "markdown"), default="text")
    check.add_argument("--output", "-o", metavar="FILE")
    _language_option(check)
    check.add_argument(
        "--recipients", metavar="LIST", help="the list that it goes to (see `score recipients`)"
    )
    check.add_argument("--fail-above", metavar="SCORE", type=float, help="exit with 1 at this score or above")
    check.add_argument(
        "--verbose", "-v", action="store_true", help="show sources, limits and everything not checked"
    )


def _version() -> str:
    """What this is, and how it runs: compiled modules take less than half of the time of pure Python."""
    from scorer import __version__
    from scorer.native import compiled

    return f"score {__version__} ({'compiled: ' + ', '.join(compiled()) if compiled() else 'pure Python'})"


def build_parser(only_check: bool = False) -> argparse.ArgumentParser:
    """The parser of the whole command line, or of the command `check` alone: describing the others would take a
    twentieth of a cold start."""
    parser = argparse.ArgumentParser(
        prog="score",
        description="Says before a mailing is sent how risky it is, why, and what to change.",
        epilog="`score message.eml` is short for `score check message.eml`.",
    )
    if not only_check:
        parser.add_argument("--version", action="version", version=_version())
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    _check_options(commands.add_parser("check", help="score one message, or several"))
    if only_check:
        return parser

    fix = commands.add_parser("fix", help="mend what can be mended in the message")
    fix.add_argument("path", metavar="MESSAGE")
    fix.add_argument("--output", "-o", metavar="FILE", help="where the mended message goes (standard output)")
    fix.add_argument("--only", metavar="RULE", action="append", help="mend the findings of this rule alone")
    _scoring_options(fix, remedies=True)
    _language_option(fix)
    _history_options(fix)

    batch = commands.add_parser("batch", help="score past campaigns, a JSON row each")
    batch.add_argument(
        "paths", nargs="+", metavar="PATH", help="folders, messages, mbox, Maildir, .zip, .tar, CSV, Parquet"
    )
    _scoring_options(batch, remedies=False)
    _history_options(batch)
    batch.add_argument("--output", "-o", metavar="FILE", help="rows as .jsonl, .csv or .parquet")
    batch.add_argument(
        "--resume", action="store_true", help="continue the output of a run that was broken off"
    )
    batch.add_argument("--jobs", "-j", metavar="N", type=int, default=0, help="processes (all cores)")
    batch.add_argument("--engine", choices=("local", "dask"), default="local", help="where it is scored")
    batch.add_argument(
        "--scheduler", metavar="ADDRESS", help="of a Dask cluster, tcp://… (one is started here)"
    )
    batch.add_argument(
        "--outcomes",
        metavar="FILE|history",
        action="append",
        help="what happened: counts by campaign, Message-ID or path",
    )
    batch.add_argument("--report", metavar="FILE.html", help="write a page about the whole archive")
    batch.add_argument(
        "--compare", metavar="ROWS.jsonl", help="say what changed against an earlier run, and why"
    )

    learn = commands.add_parser("learn", help="adjust the model to what happened to your own campaigns")
    learn.add_argument("rows", metavar="ROWS.jsonl", help="what `score batch` wrote")
    learn.add_argument(
        "--outcomes", metavar="FILE|history", action="append", required=True, help="as for `score batch`"
    )
    _history_options(learn, database=False)
    learn.add_argument("--output", "-o", metavar="FOLDER", required=True, help="where the model goes")
    learn.add_argument("--format", choices=("text", "json"), default="text")

    domain = commands.add_parser("domain", help="authentication readiness of a domain, without a message")
    domain.add_argument("domain", metavar="DOMAIN")
    _sending_options(domain)
    domain.set_defaults(dns="live")
    domain.add_argument("--save-dns", metavar="FILE", help="record the answers as a snapshot")
    domain.add_argument("--format", choices=("text", "json", "markdown"), default="text")
    domain.add_argument("--output", "-o", metavar="FILE")
    _language_option(domain)
    domain.add_argument("--config", metavar="FILE", help=argparse.SUPPRESS)

    _recipients_parser(commands)

    rules = commands.add_parser("rules", help="what is checked")
    rules.add_argument("--format", choices=("text", "json"), default="text")
    _language_option(rules)
    explain = commands.add_parser("explain", help="one rule's page")
    explain.add_argument("rule", metavar="RULE")
    _language_option(explain)
    profiles = commands.add_parser("profiles", help="the shipped sending profiles, or all that one says")
    profiles.add_argument("profile", metavar="NAME", nargs="?")

    train = commands.add_parser(
        "train", help="retrain the model from corpora (needs the extra `train`)", add_help=False
    )
    train.add_argument("arguments", nargs=argparse.REMAINDER)

    _ingest_options(
        commands.add_parser("ingest", help="take bounces, complaints and reports into the history")
    )
    _history_parser(commands)

    _serve_options(commands.add_parser("serve", help="the preflight service (needs the extra `service`)"))

    completion = commands.add_parser("completion", help="print a completion script for your shell")
    completion.add_argument("shell", choices=("bash", "zsh", "tcsh"))
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run `score`. Returns the exit status: 0 below the threshold, 1 not, 2 wrong usage or nothing read."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments and arguments[0] not in COMMANDS and arguments[0] not in ("-h", "--help", "--version"):
        arguments.insert(0, "check")
    if arguments[:1] == ["train"]:
        # Training parses its own arguments; argparse would take its options for those of `score`.
        options = argparse.Namespace(command="train", arguments=arguments[1:])
    else:
        options = build_parser(only_check=arguments[:1] == ["check"]).parse_args(arguments)
    from scorer.commands.common import USAGE, CommandError

    module = importlib.import_module(f"scorer.commands.{options.command}")
    try:
        status: int = module.run(options)
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        # The reader went away (`score … | head`): no traceback, and no second one at exit.
        _discard_output()
        return USAGE
    except (CommandError, ValueError) as error:
        print(f"score: {_one_line(error)}", file=sys.stderr)
        return USAGE
    except OSError as error:
        # What commands read and write by name they report themselves; a full disk may meet any line of output.
        _discard_output()
        print(f"score: {error.filename or 'standard output'}: {error.strerror or error}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        print("score: interrupted", file=sys.stderr)
        return 130


def _discard_output() -> None:
    """What is still to be written to standard output goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def entry() -> None:
    """The console script. What gives one answer ends as soon as that is written: looking for cycles among the
    modules and taking them down one by one would cost a fifth of a cold start."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            # Closed by the caller (`score … >&-`): a file opened later must not take its place.
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w"))  # noqa: PTH123, SIM115
    if sys.argv[1:2] and sys.argv[1] in LASTING:
        sys.exit(main())
    gc.disable()
    _load_msgspec()
    status = main()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        pass
    os._exit(status)


def _load_msgspec() -> None:
    """Load msgspec without `typing_extensions`, which it takes names from that Python has had since 3.11 and which
    loads `inspect` and `ast`: a twentieth of a cold start. Who imports it later gets it."""
    if "typing_extensions" in sys.modules:
        return
    sys.modules["typing_extensions"] = None  # type: ignore[assignment]  # None: its import fails
    try:
        importlib.import_module("msgspec")
    finally:
        del sys.modules["typing_extensions"]


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())


if __name__ == "__main__":
    entry()
