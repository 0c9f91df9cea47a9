"""Text that readers do not see."""

from __future__ import annotations

from scorer.facts.content import means_of
from scorer.lazyre import lazy
from scorer.page import HiddenText
from scorer.remedies.edits.registry import Task, edit
from scorer.remedies.mailing import Mailing
from scorer.remedies.markup import Source, Splice, apply_splices, removed, scan

_SPACE = lazy(r"[ \t\r\n\f\u00a0]+")
# An element of one of these kinds goes with the last text in it; table cells stay, the layout needs them.
_GOES = frozenset(
    (
        *("div", "span", "p", "font", "b", "i", "strong", "em", "u", "small", "a", "center", "section"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "li", "blockquote", "label"),
    )
)


@edit("remove-hidden-text", turn=30)
def remove_hidden_text(mailing: Mailing, task: Task) -> Mailing:
    """Take out the texts hidden in the way that was found, and the elements that hold nothing else."""
    if mailing.html is None:
        return mailing
    ways = {means_of(HiddenText("", reason, 0)) for reason in task.params("reason")}
    texts = {item.text for item in task.facts.content.concealed if not ways or means_of(item) in ways}
    if not texts:
        return mailing
    source = scan(mailing.html)
    gone = [
        number
        for number, text in enumerate(source.texts)
        if _SPACE.sub(" ", source.shown(text)).strip() in texts
    ]
    return mailing.with_html(apply_splices(source.html, _cuts(source, gone)))


def _cuts(source: Source, gone: list[int]) -> list[Splice]:
    """The texts by number, each with the largest element around it that says and shows nothing else."""
    cut = set(gone)
    left = [run for number, run in enumerate(source.texts) if number not in cut and source.shown(run).strip()]
    kept = sorted([run.start for run in left] + [e.start for e in source.elements if e.name in _SHOWN])
    splices = []
    for number in gone:
        run = source.texts[number]
        splice, index = Splice(run.start, run.end), run.parent
        while index >= 0:
            element = source.elements[index]
            if element.name not in _GOES or _any_between(kept, element.start, element.end):
                break
            splice, index = removed(element), element.parent
        splices.append(splice)
    return splices


_SHOWN = frozenset(("img", "input", "button", "hr", "video", "table"))


def _any_between(places: list[int], start: int, end: int) -> bool:
    from bisect import bisect_left

    at = bisect_left(places, start)
    return at < len(places) and places[at] < end
