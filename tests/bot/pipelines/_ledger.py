"""Who agrees to what, kept as a person who watches Slack would: an account of its own for the property test.

It hears what people press, and what Slack shows when it is asked, and knows nothing of the code that counts.
"""

from dataclasses import dataclass, field

from tests.bot.pipelines._world import ANN, BEN, CLEO

DOT = "U0DOTAPP001"
EVERYBODY = (ANN, BEN, CLEO, DOT)
Thing = tuple[str, int, int]
"""What one agrees to: commit, version of the project file, round of asking."""


@dataclass
class Ledger:
    """Who agrees to what, as a person who watches Slack would write it down."""

    approved: dict[str, Thing] = field(default_factory=dict)
    refused: set[Thing] = field(default_factory=set)
    shown: Thing | None = None
    """What the card in Slack asks."""
    read: tuple[str, Thing] | None = None
    """The card and what it asked, when its reactions were first read."""
    last: dict[str, str] = field(default_factory=dict)
    old: set[str] = field(default_factory=set)
    """People whose reaction speaks of nothing: it was there before, or they withdrew by button."""

    def pressed(self, user: str, word: str, thing: Thing | None) -> None:
        if word == "withdraw":
            self.approved.pop(user, None)
            self.old.add(user)
        elif user != ANN and thing is not None:
            if word == "approve":
                self.approved[user] = thing
            else:
                self.refused.add(thing)

    def slack_showed(self, ts: str, now: dict[str, str], holders: set[str], *, well: bool) -> None:
        if self.shown is None:
            return
        if self.read != (ts, self.shown):
            self.read, self.last, self.old = (ts, self.shown), now, set(now)
            return
        for user in EVERYBODY:
            was, says = self.last.get(user), now.get(user)
            if says is None:
                self.old.discard(user)
                if was is not None:
                    self.approved.pop(user, None)
            elif was != says:
                self.old.discard(user)
            if user == ANN or user not in holders or user in self.old:
                continue
            if says == "yes" and self.approved.get(user) != self.shown:
                self.approved[user] = self.shown
            if says == "no" and was != "no" and well:
                self.refused.add(self.shown)
        self.last = now
