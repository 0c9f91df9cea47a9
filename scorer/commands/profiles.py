"""`score profiles`: the shipped sending profiles, or everything that one of them says."""

from __future__ import annotations

import argparse

import msgspec

from scorer.commands.common import OK, write_output
from scorer.sending import Audience, Sending, list_profiles, load_shipped
from scorer.unknown import Unknown

_NOT_FACTS = ("profile", "service", "mode", "audience", "stand_ins", "checked", "sources")


def run(options: argparse.Namespace) -> int:
    """List the profiles, or show one."""
    if options.profile:
        write_output(None, _page(load_shipped(options.profile)))
        return OK
    lines = [f"{summary.id:<18} {summary.service}" for summary in list_profiles()]
    write_output(None, "\n".join(lines) + "\n")
    return OK


def _page(sending: Sending) -> str:
    lines = [f"{sending.profile}: {sending.service}", f"checked {sending.checked}", ""]
    for field in Sending.__struct_fields__:
        if field in _NOT_FACTS:
            continue
        value = getattr(sending, field)
        if isinstance(value, Unknown):
            lines.append(f"{field:<24} unknown: {value.reason}")
            continue
        lines.append(f"{field:<24} {_shown(value)}")
        source = sending.source_of(field)
        if source is not None:
            lines.append(f"{'':<24} {source.url} ({source.read})")
    return "\n".join(lines) + "\n"


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(_shown(item) for item in value) or "none"
    if isinstance(value, msgspec.Struct) and not isinstance(value, Audience):
        known = {
            field: getattr(value, field)
            for field in value.__struct_fields__
            if not isinstance(getattr(value, field), Unknown)
        }
        return " ".join(f"{field}={_shown(item)}" for field, item in known.items())
    return str(value)
