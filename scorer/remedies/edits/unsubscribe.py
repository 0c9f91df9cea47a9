"""The link off the list."""

from __future__ import annotations

from scorer.remedies.edits.registry import Task, edit
from scorer.remedies.mailing import Mailing
from scorer.remedies.markup import Source, Splice, apply_splices, scan

_ADDRESSES = {
    "brevo": "{{ unsubscribe }}",
    "mailchimp": "*|UNSUB|*",
    "mailgun-eu": "%unsubscribe_url%",
    "mailgun-us": "%unsubscribe_url%",
    "postmark": "{{{ pm:unsubscribe }}}",
}
"""The merge tag that a service fills in with the address of its unsubscribe page, by profile: as documented
in the sources of `merge_syntax` and `adds_footer` in `scorer/tables/profiles` (read 2026-11-24)."""

_WORDS = {
    "da": "Afmeld",
    "de": "Abmelden",
    "en": "Unsubscribe",
    "es": "Darse de baja",
    "fi": "Peruuta tilaus",
    "fr": "Se désinscrire",
    "nb": "Meld deg av",
    "nl": "Uitschrijven",
    "nn": "Meld deg av",
    "no": "Meld deg av",
    "sv": "Avregistrera",
}


@edit("add-unsubscribe-link", turn=40)
def add_unsubscribe_link(mailing: Mailing, task: Task) -> Mailing:
    """Add the link at the end, where the sending service's tag for its address is known; else say so."""
    address = _ADDRESSES.get(task.facts.sending.profile)
    if address is None:
        return mailing.with_note(
            "Add a link off the list at the end: your sending service says which address to use for it."
        )
    language = ""
    if mailing.html is not None:
        source = scan(mailing.html)
        language = next((e.value("lang") for e in source.elements if e.name == "html"), "")
    word = _WORDS.get(language.lower().partition("-")[0], _WORDS["en"])
    if mailing.html is not None:
        place = _end_of_body(source)
        link = f'<p style="font-size:12px"><a href="{address}">{word}</a></p>\n'
        mailing = mailing.with_html(apply_splices(source.html, [Splice(place, place, link)]))
    if mailing.text is not None and address not in mailing.text:
        mailing = mailing.with_text(f"{mailing.text.rstrip()}\n\n{word}: {address}\n")
    return mailing


def _end_of_body(source: Source) -> int:
    for element in source.elements:
        if element.name == "body":
            return element.inner_end
    for element in source.elements:
        if element.name == "html":
            return element.inner_end
    return len(source.html)
