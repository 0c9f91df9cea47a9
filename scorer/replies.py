"""How mail programs mark replies and forwarded messages at the beginning of a subject."""

from __future__ import annotations

import re

from scorer.lazyre import lazy

# Of some twenty languages, with a count as in "Re[2]:".
PREFIX = lazy(
    r"\s*((?:re|fwd?|sv|vs|vb|vl|aw|wg|antw|doorst|tr|rv|res|enc|odp|pd|ynt|i̇lt|ilt|ats|továbbítás|"
    r"vá|bls|trs|atb|απ|σχετ|πρθ|回复|回覆|转发|轉寄|答复|答覆|返信|転送|회신|전달|отв|пересл|переслать|"
    r"ответ|השב|הועבר|رد|إعادة توجيه)(?:\s?[\[(]\d{1,3}[\])])?\s?[:：])",
    re.IGNORECASE,
)
MOST = 10
"""Marks that are looked for in one subject."""


def without_marks(subject: str) -> str:
    """`subject` with its marks ("Re: Fwd:") overwritten by spaces; offsets stay."""
    end = 0
    for _ in range(MOST):
        match = PREFIX.match(subject, end)
        if match is None:
            break
        end = match.end()
    return " " * end + subject[end:]
