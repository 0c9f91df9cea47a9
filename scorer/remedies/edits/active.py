"""Scripts, forms and whatever else a mail program does not run."""

from __future__ import annotations

import html as entities
import re

from scorer.lazyre import lazy
from scorer.remedies.edits.links import each_attribute
from scorer.remedies.edits.registry import Task, edit
from scorer.remedies.mailing import Mailing
from scorer.remedies.markup import Element, Splice, apply_splices, removed, scan

_DATA = lazy(r"\s*application/(?:ld\+)?json", re.IGNORECASE)
_CONTROLS = frozenset(("input", "button", "select", "textarea", "fieldset", "legend", "datalist"))
_EMBEDDED = frozenset(("iframe", "frame", "object", "embed", "applet"))


def _without(mailing: Mailing, splices: list[Splice]) -> Mailing:
    return mailing if mailing.html is None else mailing.with_html(apply_splices(mailing.html, splices))


@edit("remove-scripts", turn=31)
def remove_scripts(mailing: Mailing, task: Task) -> Mailing:
    """Take script elements out, but not those that hold data for mail programs (JSON-LD)."""
    source = scan(mailing.html or "")
    scripts = [e for e in source.elements if e.name == "script" and not _DATA.match(e.value("type"))]
    return _without(mailing, [removed(element) for element in scripts])


@edit("remove-event-handlers", turn=14)
def remove_event_handlers(mailing: Mailing, task: Task) -> Mailing:
    """Take the attributes out whose names begin with "on"."""
    return each_attribute(mailing, lambda element, attribute: attribute.name.startswith("on"))


@edit("remove-meta-refresh", turn=32)
def remove_meta_refresh(mailing: Mailing, task: Task) -> Mailing:
    """Take redirects to another page out."""
    source = scan(mailing.html or "")
    return _without(
        mailing,
        [
            removed(element)
            for element in source.elements
            if element.name == "meta" and element.value("http-equiv").strip().lower() == "refresh"
        ],
    )


@edit("remove-form", turn=33)
def remove_form(mailing: Mailing, task: Task) -> Mailing:
    """Take forms and their controls out; what else stands in them stays."""
    source = scan(mailing.html or "")
    splices: list[Splice] = []
    for number, element in enumerate(source.elements):
        if element.name == "form":
            splices += (
                Splice(element.start, element.inner),
                Splice(element.inner_end, max(element.inner_end, element.end)),
            )
        elif element.name in _CONTROLS and source.within(number, ("form",)):
            if element.name in ("fieldset", "legend"):
                splices += (
                    Splice(element.start, element.inner),
                    Splice(element.inner_end, max(element.inner_end, element.end)),
                )
            else:
                splices.append(removed(element))
    if not splices:
        return mailing
    return _without(mailing, splices).with_note("Link to a web page that has the form.")


@edit("remove-embedded-objects", turn=34)
def remove_embedded_objects(mailing: Mailing, task: Task) -> Mailing:
    """Put a link to the same address in the place of frames and embedded objects."""
    source = scan(mailing.html or "")
    splices = [
        Splice(element.start, element.end, _link(element))
        for element in source.elements
        if element.name in _EMBEDDED
    ]
    if not splices:
        return mailing
    return _without(mailing, splices).with_note(
        "A picture with a link shows better what was embedded than the plain link that stands there now."
    )


def _link(element: Element) -> str:
    address = (element.value("src") or element.value("data")).strip()
    if not address.lower().startswith(("https://", "http://")):
        return ""
    words = element.value("title").strip() or re.sub(r"^https?://(www\.)?", "", address).rstrip("/")
    return f'<a href="{entities.escape(address)}">{entities.escape(words[:100], quote=False)}</a>'
