"""`score`: the command line. Parses, hands over to `scorer.commands`, turns errors into one line."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

COMMANDS = ("check", "fix", "batch", "domain", "rules", "explain", "profiles", "train", "completion")


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


def _scoring_options(parser: argparse.ArgumentParser, *, remedies: bool) -> None:
    _sending_options(parser)
    parser.add_argument(
        "--config", metavar="FILE", help="your own weights, thresholds, rules and providers (TOML)"
    )
    parser.add_argument(
        "--remedies",
        action=argparse.BooleanOptionalAction,
        default=remedies,
        help="compute what mending would change",
    )


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    from scorer import __version__

    parser = argparse.ArgumentParser(
        prog="score",
        description="Says before a mailing is sent how risky it is, why, and what to change.",
        epilog="`score message.eml` is short for `score check message.eml`.",
    )
    parser.add_argument("--version", action="version", version=f"score {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    check = commands.add_parser("check", help="score one message, or several")
    check.add_argument(
        "paths", nargs="+", metavar="MESSAGE", help="a raw message, a draft in JSON, or - for standard input"
    )
    _scoring_options(check, remedies=True)
    check.add_argument("--format", choices=("text", "json", "html", "markdown"), default="text")
    check.add_argument("--output", "-o", metavar="FILE")
    check.add_argument("--fail-above", metavar="SCORE", type=float, help="exit with 1 at this score or above")
    check.add_argument(
        "--verbose", "-v", action="store_true", help="show sources, limits and everything not checked"
    )

    fix = commands.add_parser("fix", help="mend what can be mended in the message")
    fix.add_argument("path", metavar="MESSAGE")
    fix.add_argument("--output", "-o", metavar="FILE", help="where the mended message goes (standard output)")
    fix.add_argument("--only", metavar="RULE", action="append", help="mend the findings of this rule alone")
    _scoring_options(fix, remedies=True)

    batch = commands.add_parser("batch", help="score many messages, a JSON row each")
    batch.add_argument("paths", nargs="+", metavar="PATH", help="folders or message files")
    _scoring_options(batch, remedies=False)
    batch.add_argument("--output", "-o", metavar="FILE.jsonl")
    batch.add_argument("--jobs", "-j", metavar="N", type=int, default=0, help="processes (all cores)")

    domain = commands.add_parser("domain", help="authentication readiness of a domain, without a message")
    domain.add_argument("domain", metavar="DOMAIN")
    _sending_options(domain)
    domain.set_defaults(dns="live")
    domain.add_argument("--save-dns", metavar="FILE", help="record the answers as a snapshot")
    domain.add_argument("--format", choices=("text", "json", "markdown"), default="text")
    domain.add_argument("--output", "-o", metavar="FILE")
    domain.add_argument("--config", metavar="FILE", help=argparse.SUPPRESS)

    rules = commands.add_parser("rules", help="what is checked")
    rules.add_argument("--format", choices=("text", "json"), default="text")
    explain = commands.add_parser("explain", help="one rule's page")
    explain.add_argument("rule", metavar="RULE")
    profiles = commands.add_parser("profiles", help="the shipped sending profiles, or all that one says")
    profiles.add_argument("profile", metavar="NAME", nargs="?")

    train = commands.add_parser(
        "train", help="retrain the model from corpora (needs the extra `train`)", add_help=False
    )
    train.add_argument("arguments", nargs=argparse.REMAINDER)

    completion = commands.add_parser("completion", help="print a completion script for your shell")
    completion.add_argument("shell", choices=("bash", "zsh", "tcsh"))
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run `score`. Returns the exit status: 0 below the threshold, 1 not, 2 wrong usage or nothing read."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments and arguments[0] not in COMMANDS and arguments[0] not in ("-h", "--help", "--version"):
        arguments.insert(0, "check")
    options = build_parser().parse_args(arguments)
    from scorer.commands.common import USAGE, CommandError

    module = importlib.import_module(f"scorer.commands.{options.command}")
    try:
        status: int = module.run(options)
        return status
    except BrokenPipeError:
        # The reader went away (`score … | head`): no traceback, and no second one at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return USAGE
    except (CommandError, ValueError) as error:
        print(f"score: {_one_line(error)}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        print("score: interrupted", file=sys.stderr)
        return 130


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())


if __name__ == "__main__":
    sys.exit(main())
