"""How long ago the recipients of a list gave a sign of life."""

from __future__ import annotations

import msgspec

from scorer.recipients.report import Engagement

DORMANT_DAYS = 365
NEW_DAYS = 90
"""Who signed up this recently and has not reacted yet is not called inactive."""


class Dormancy(msgspec.Struct, frozen=True):
    """One recipient: inactive, never seen, dormant for over a year."""

    inactive: bool = False
    never: bool = False
    dormant: bool = False


_QUIET = Dormancy()
_STATES = {
    (inactive, never, dormant): Dormancy(inactive, never, dormant)
    for inactive in (False, True)
    for never in (False, True)
    for dormant in (False, True)
}


class EngagementCounter:
    """Takes the days of each recipient's sign-up and last sign of life (days since 1970, None where there is
    none). `engaged`, `created` say which columns the list has."""

    def __init__(self, today: int, inactive_days: int, engaged: bool, created: bool) -> None:
        self.measured = "engaged" if engaged else "created" if created else ""
        self.dormant = 0
        self._today = today
        self._days = inactive_days
        self._rows = self._inactive = self._never = 0
        self._ages: dict[int, int] = {}

    def add(self, created: int | None, engaged: int | None, counted: bool = True) -> Dormancy:
        """The state of one recipient, who is counted unless told otherwise (nobody mails who has left)."""
        if not self.measured:
            return _QUIET
        last = max((day for day in (created, engaged) if day is not None), default=None)
        age = -1 if last is None else max(0, self._today - last)
        dormant = age > DORMANT_DAYS
        never = self.measured == "engaged" and engaged is None
        inactive = False
        if never:
            inactive = created is None or self._today - created > NEW_DAYS
        elif engaged is not None:
            inactive = self._today - engaged > self._days
        if counted:
            if age >= 0:
                self._ages[age] = self._ages.get(age, 0) + 1
            self._rows += self.measured == "engaged" or age >= 0
            self._inactive += inactive
            self._never += never
            self.dormant += dormant
        return _STATES[inactive, never, dormant]

    def result(self) -> Engagement | None:
        """What was counted; None where the list has no such column, or nothing in it."""
        if not self.measured or not self._rows or not self._ages:
            return None
        by_activity = self.measured == "engaged"
        return Engagement(
            measured=self.measured,
            rows=self._rows,
            days=self._days,
            inactive=self._inactive if by_activity else -1,
            inactive_share=self._inactive / self._rows if by_activity else -1.0,
            never=self._never if by_activity else -1,
            dormant=self.dormant,
            oldest_days=max(self._ages, default=-1),
            median_days=self._median(),
        )

    def _median(self) -> int:
        half = (sum(self._ages.values()) + 1) // 2
        for age in sorted(self._ages):
            half -= self._ages[age]
            if half <= 0:
                return age
        return -1
