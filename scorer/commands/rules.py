"""`score rules`: what is checked."""

from __future__ import annotations

import argparse

from scorer.commands.common import OK, write_output
from scorer.config import default_config
from scorer.language import language
from scorer.models import load_models
from scorer.render.words import GROUPS, SEVERITIES
from scorer.rules import all_rules


def run(options: argparse.Namespace) -> int:
    """List the rules with severity and weight."""
    weights = load_models().applied_to(default_config()).weights
    chosen = language(options.language)
    say = chosen.say
    rules = [registered.rule for registered in all_rules().values()]
    if options.format == "json":
        import msgspec

        rows = [
            {
                "id": rule.id,
                "group": rule.group,
                "severity": rule.severity,
                "title": say(rule.title),
                "log_odds": weights.heaviest(rule.id),
            }
            for rule in rules
        ]
        write_output(None, msgspec.json.encode(rows) + b"\n")
        return OK
    lines = []
    wide = max(8, *(len(say(word)) for word in SEVERITIES.values()))
    for group in dict.fromkeys(rule.group for rule in sorted(rules, key=lambda rule: rule.group)):
        lines.append(say(GROUPS[group]))
        for rule in rules:
            if rule.group == group:
                weight = weights.heaviest(rule.id)
                shown = chosen.format(weight, "+.2f") if weight else "   0 "
                lines.append(
                    f"  {rule.id:<36} {say(SEVERITIES[rule.severity]):<{wide}} {shown}  {say(rule.title)}"
                )
        lines.append("")
    lines.append(
        say(
            "{count} rules. The number is the log-odds that one adds; `score explain RULE` tells more.",
            count=len(rules),
        )
    )
    write_output(None, "\n".join(lines) + "\n")
    return OK
