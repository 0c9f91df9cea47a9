"""`score domain`: authentication readiness of a domain, without a message."""

from __future__ import annotations

import argparse

from scorer.commands.common import (
    BELOW_PAR,
    OK,
    CommandError,
    config_of,
    resolver_of,
    sending_of,
    write_output,
)
from scorer.domains import normalize_domain
from scorer.engine import Scorer
from scorer.language import language
from scorer.models import Models
from scorer.readiness import assess_domain
from scorer.said import plain


def run(options: argparse.Namespace) -> int:
    """Print the page. Exit status 1 where something is at fault."""
    domain = normalize_domain(options.domain)
    if domain is None or "." not in domain:
        raise CommandError(f"{options.domain}: not a domain name")
    if not options.sending and not options.envelope_domain:
        options.sending = "own-server"
    chosen = language(options.language)
    resolver = resolver_of(options.dns)()
    recorder = None
    if options.save_dns:
        from scorer.dns import Recorder

        resolver = recorder = Recorder(resolver)
    # Authentication needs no trained model.
    page = assess_domain(
        Scorer(config_of(options), models=Models()), domain, sending_of(options), resolver, chosen.translate
    )
    if recorder is not None:
        write_output(options.save_dns, recorder.to_zone())
    if options.format == "json":
        import msgspec

        write_output(options.output, msgspec.json.encode(page, enc_hook=plain) + b"\n")
    else:
        from scorer.render.readiness import readiness_markdown, readiness_text

        text = (
            readiness_markdown(page, chosen)
            if options.format == "markdown"
            else readiness_text(page, language=chosen)
        )
        write_output(options.output, text)
    return BELOW_PAR if page.faults else OK
