"""Playbooks made up by hypothesis: a tree of branches, conditions on earlier steps, every kind of step."""

from hypothesis import strategies as st

from playbooks.models import Playbook
from tests.playbooks._books import act, after, decide, do, look, never

ENDS = {
    "do": ("done", "skipped"),
    "tell": ("done", "skipped"),
    "look": ("ok", "bad", "unknown", "done", "skipped"),
    "act": ("done", "failed", "skipped"),
}
words = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=30)
times = st.integers(10, 9999).map(lambda count: f"{count}s")


def tell(name, **more):
    to = [{"kind": "roles", "roles": ["lead"]}, {"kind": "owners", "of": "database"}]
    return {"kind": "tell", "id": name, "text": "Tell.", "to": to, "template": "{headline}", **more}


class Growing:
    """Steps in reading order while they are made, so that conditions can name earlier ones."""

    def __init__(self, draw) -> None:
        self.draw = draw
        self.earlier: list[tuple[str, tuple[str, ...]]] = []
        self.branches: dict[str, list[dict]] = {}
        self.made = 0

    def steps(self, depth: int, least: int) -> list[dict]:
        return [self.step(depth) for _ in range(self.draw(st.integers(least, 4)))]

    def step(self, depth: int) -> dict:
        self.made += 1
        name = f"s{self.made}"
        makers = {"do": do, "look": look, "act": act, "tell": tell, "never": never, "decide": self.decision}
        kind = self.draw(st.sampled_from(sorted(makers)))
        condition = self.condition()
        if kind == "decide":
            return self.decision(name, depth, condition)
        more = {} if kind == "never" else self.extras()
        if kind == "look":
            more |= {"every": self.draw(times), "drill": {"said": self.draw(words), "status": "bad"}}
        if kind in ENDS:
            self.earlier.append((name, ENDS[kind]))
        return makers[kind](name, **condition, **more)

    def extras(self) -> dict:
        found = {"text": self.draw(words), "note": self.draw(words), "due": self.draw(times)}
        return {key: value for key, value in found.items() if self.draw(st.booleans())}

    def condition(self) -> dict:
        if not self.earlier or self.draw(st.integers(0, 2)):
            return {}
        step, ends = self.draw(st.sampled_from(self.earlier))
        return {"condition": after(step, *self.draw(st.sets(st.sampled_from(ends), min_size=1)))}

    def decision(self, name: str, depth: int, condition: dict) -> dict:
        ids = [f"c{number}" for number in range(self.draw(st.integers(2, 4)))]
        self.earlier.append((name, (*ids, "skipped")))
        opens = {}
        for choice in ids:
            opens[choice] = None
            if depth < 3 and self.draw(st.booleans()):
                opens[choice] = f"b{len(self.branches)}"
                self.branches[opens[choice]] = []
                self.branches[opens[choice]] += self.steps(depth + 1, least=1)
        if depth < 3 and self.draw(st.booleans()):
            opens[ids[-1]] = opens[ids[-1]] or opens[ids[0]]  # two answers may open one branch
        return decide(name, opens, **condition)


@st.composite
def playbooks(draw) -> Playbook:
    """Any playbook whose branches are each opened by one decision."""
    grown = Growing(draw)
    steps = [*grown.steps(0, least=0), do("end")]
    return Playbook.model_validate(
        {"title": draw(words), "when": draw(words), "steps": steps, "branches": grown.branches}
    )
