"""One message through all stages: facts, findings, risk, assessment."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from scorer.assessment import (
    Assessment,
    Because,
    FixText,
    ProviderReport,
    Remedy,
    ReportedFinding,
    RouteReport,
    SourceRef,
    Subject,
    Verdict,
)
from scorer.config import Config, ConfigError, default_config
from scorer.dns import Offline, Resolver
from scorer.draft import Draft
from scorer.facts import Blocklists, Facts, gather
from scorer.facts.audience import History
from scorer.facts.listings import load_local_blocklist
from scorer.message import Message
from scorer.mime import parse_message
from scorer.models import Models, load_models
from scorer.providers import judge
from scorer.risk import Risk, weigh
from scorer.route_text import describe_route
from scorer.rules import Rules, all_rules, run_rules
from scorer.rules.rule import Finding, NotChecked
from scorer.sending import Sending, unspecified
from scorer.sentences import Translate, because_text, fix_of, fix_text, untranslated
from scorer.spoken import spoken


class Scored(NamedTuple):
    """The stages' results for one message, before they are put into words."""

    facts: Facts
    findings: tuple[Finding, ...]
    not_checked: tuple[NotChecked, ...]
    risk: Risk
    providers: tuple[ProviderReport, ...]
    verdict: Verdict


class Scorer:
    """Scores messages under one configuration. Cheap to use often: the model and rules are loaded once.

    Args:
        config: weights, thresholds, rules and providers; the shipped ones by default.
        resolver: a function that gives each message its resolver, so that budgets are per message;
            by default DNS is off.
        models: the trained artefacts; the shipped ones by default.
        history: what happened to the sender's mail before; by default nothing is known of it.
    """

    def __init__(
        self,
        config: Config | None = None,
        resolver: Callable[[], Resolver] = Offline,
        models: Models | None = None,
        history: History | None = None,
    ) -> None:
        config = config or default_config()
        self.models = models if models is not None else load_models(config.model)
        self.config = self.models.applied_to(config)
        self.resolver = resolver
        self.history = history
        self.blocklists = _blocklists(config)
        self.rules = Rules(registered for id, registered in all_rules().items() if id not in config.disabled)
        self._by_id = {registered.rule.id: registered.rule for registered in self.rules}

    def run(
        self, message: Message, sending: Sending | None = None, resolver: Resolver | None = None
    ) -> Scored:
        """Every stage up to the verdict, for one message."""
        facts = gather(
            message, sending or unspecified(), resolver or self.resolver(), self.blocklists, self.history
        )
        findings, not_checked = run_rules(facts, self.rules)
        risk = weigh(
            findings,
            self.config.weights,
            text=self.models.text_evidence(message),
            structure=self.models.structure_evidence(message, facts.links),
            not_checked=not_checked,
        )
        return Scored(facts, findings, not_checked, risk, *self.judged(facts, findings, risk))

    def judged(
        self, facts: Facts, findings: tuple[Finding, ...], risk: Risk
    ) -> tuple[tuple[ProviderReport, ...], Verdict]:
        """What each provider's own rules say, and the verdict."""
        providers = judge(facts, self.config.providers)
        return providers, self._verdict(findings, risk, providers)

    def score(
        self,
        message: Message | Draft | bytes,
        sending: Sending | None = None,
        *,
        remedies: bool = True,
        translate: Translate = untranslated,
    ) -> Assessment:
        """Assess one mailing.

        Raises:
            scorer.mime.NotMail: the bytes are no mail message.
            scorer.draft.DraftError: a field of the draft cannot be used.
        """
        if isinstance(message, bytes):
            message = parse_message(message)
        elif isinstance(message, Draft):
            message = message.to_message()
        resolver = self.resolver()
        if not remedies:
            return self.assessment(self.run(message, sending, resolver), (), translate)
        from scorer.remedies import run_with_remedies

        scored, found = run_with_remedies(self, message, sending or unspecified(), resolver, translate)
        return self.assessment(scored, found, translate)

    def assessment(
        self, scored: Scored, remedies: tuple[Remedy, ...] = (), translate: Translate = untranslated
    ) -> Assessment:
        """What `run` found, put into words."""
        message, risk = scored.facts.message, scored.risk
        shares = {item.id: item for item in risk.contributions if item.kind in ("rule", "audience")}
        reported = []
        for finding in scored.findings:
            rule = self._by_id[finding.rule]
            share = shares.get(finding.rule)
            fix = fix_of(rule, finding)
            reported.append(
                ReportedFinding(
                    rule=rule.id,
                    group=rule.group,
                    severity=finding.severity,
                    title=translate(rule.title),
                    because=Because(
                        f"{rule.id}/{finding.message}", finding.params, because_text(rule, finding, translate)
                    ),
                    evidence=finding.evidence,
                    fix=FixText(fix_text(rule, finding, translate), fix.kind, fix.edit, finding.fix_params),
                    sources=tuple(SourceRef(s.title, s.url, s.date) for s in rule.sources),
                    count=finding.count,
                    log_odds=share.log_odds if share else 0.0,
                    points=share.points if share else 0.0,
                )
            )
        reported.sort(key=lambda item: (-item.log_odds, -_SEVERITY[item.severity], item.rule))
        answer = Assessment(
            score=risk.score,
            risk=risk.risk,
            log_odds=risk.log_odds,
            verdict=scored.verdict,
            score_range=(risk.low, risk.high),
            message=Subject(message.get("from"), message.subject, message.size),
            route=_route(scored.facts, translate),
            contributions=risk.contributions,
            findings=tuple(reported),
            not_checked=scored.not_checked,
            providers=scored.providers,
            remedies=remedies,
            defects=message.defects,
            model=self.models.info,
        )
        return answer if translate is untranslated else spoken(answer, translate)

    def _verdict(
        self, findings: tuple[Finding, ...], risk: Risk, providers: tuple[ProviderReport, ...]
    ) -> Verdict:
        blocked = any(f.severity == "blocker" or f.rule in self.config.block for f in findings)
        if blocked or any(report.verdict == "rejected" for report in providers):
            return "blocked"
        if risk.score >= self.config.thresholds.fix:
            return "fix"
        return "review" if risk.score >= self.config.thresholds.review else "send"


def _blocklists(config: Config) -> Blocklists:
    """The lists of the configuration. Raises ConfigError for a file that cannot be read."""
    try:
        local = tuple(load_local_blocklist(path) for path in config.local_blocklists)
    except (OSError, ValueError) as error:
        raise ConfigError(f"local_blocklists: {error}") from None
    return Blocklists(config.dnsbl or None, config.dnsbl_keys, local)


_SEVERITY = {"info": 0, "warning": 1, "error": 2, "blocker": 3}


def _route(facts: Facts, translate: Translate) -> RouteReport:
    route = facts.route
    sending = facts.sending
    envelope = route.envelope_domain
    domains = (
        tuple(signer.domain for signer in route.signers if isinstance(signer.domain, str))
        if isinstance(route.signers, tuple)
        else ()
    )
    return RouteReport(
        text=describe_route(facts, translate),
        profile=sending.profile,
        service=sending.service,
        mode=sending.mode,
        from_domain=facts.identity.author_domain,
        envelope_domain=envelope if isinstance(envelope, str) else None,
        dkim_domains=domains,
    )
