"""An assessment as text, HTML, Markdown or JSON. Renderings say what it says and decide nothing."""

from __future__ import annotations

from scorer.assessment import Assessment, to_json
from scorer.language import ENGLISH, Language
from scorer.message import Message

FORMATS = ("text", "html", "markdown", "json")


def render(
    assessment: Assessment,
    message: Message,
    format: str,
    *,
    width: int = 80,
    colour: bool = False,
    verbose: bool = False,
    language: Language = ENGLISH,
) -> str:
    """The report in one of `FORMATS`.

    Args:
        message: the message that was assessed: for line numbers, and in HTML for the preview.
        width, colour, verbose: of the text form; see `scorer.render.text.render_text`. `verbose` serves
            Markdown too.
        language: of the report's own words, for an assessment made in that language (`Scorer.score`).

    Raises:
        ValueError: there is no such format.
    """
    if format == "text":
        from scorer.render.text import render_text

        return render_text(
            assessment, width=width, colour=colour, verbose=verbose, message=message, language=language
        )
    if format == "html":
        from scorer.render.html import render_html

        return render_html(assessment, message, language)
    if format == "markdown":
        from scorer.render.markdown import render_markdown

        return render_markdown(assessment, verbose=verbose, message=message, language=language)
    if format == "json":
        return to_json(assessment).decode("utf-8") + "\n"
    raise ValueError(f"no such format: {format[:40]!r}; there are {', '.join(FORMATS)}")
