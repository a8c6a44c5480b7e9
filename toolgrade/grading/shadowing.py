"""Shadowing risk: a tool whose purpose a much cheaper sibling seems to cover as well.

Which pairs to look at is TDQS 1.2's prefilter, exactly. Whether their purposes overlap a model
judges there, and rules do here: both look, or both make the same change, and each names, in its
name and its first sentence, the same things in words that few of the server's other tools use. A
doubtful pair is left out. No score depends on it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple, cast

from toolgrade.grading.arithmetic import ZERO
from toolgrade.model import SHADOWED, Finding, Shadow
from toolgrade.text import Text
from toolgrade.text.names import parse_name, singular

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from toolgrade.model import Level
    from toolgrade.view import ServerView

_RATIO, _GAP = 2, 4
_FEWEST_SHARED = 2
_COMMON = 0.3
_COMMON_AT_LEAST = 3
_SHORTEST = 3
_NAMED = 5


class Costed(NamedTuple):
    """A tool as the prefilter sees it: its place in the list, and its cost as stage 1 has it."""

    at: int
    name: str
    cost: int


def candidates(tools: Iterable[Costed]) -> Iterator[tuple[Costed, Costed]]:
    """Yield each tool with the sibling that may shadow it: of those that cost at most half and at
    least four less, the costliest, by name if several cost that. Names are ordered by UTF-16, as
    the reference does; another tool of the same name is not a sibling.
    """
    listed = list(tools)
    by_cost: dict[int, list[Costed]] = {}
    for tool in sorted(listed, key=lambda tool: tool.name.encode("utf-16-be", "surrogatepass")):
        by_cost.setdefault(tool.cost, []).append(tool)
    costs = sorted(by_cost)
    for tool in listed:
        most = min(tool.cost // _RATIO, tool.cost - _GAP)
        for cost in reversed(costs[: bisect_right(costs, most)]):
            sibling = next((s for s in by_cost[cost] if s.name != tool.name), None)
            if sibling:
                yield tool, sibling
                break


def shadows(tools: Sequence[Costed], server: ServerView) -> Iterator[Shadow]:
    """Yield the candidates whose purposes overlap, in the order of the tools."""
    pairs = list(candidates(tools))
    if not pairs:
        return
    subjects = {tool.at: _subject(tool.at, server) for tool in tools}
    spread = Counter(word for words in subjects.values() for word in words)
    common = max(_COMMON_AT_LEAST, _COMMON * len(tools))
    for tool, sibling in pairs:
        costly, cheap = (
            [word for word in subjects[each.at] if spread[word] <= common]
            for each in (tool, sibling)
        )
        shared = [word for word in cheap if word in costly]
        enough = len(shared) >= max(_FEWEST_SHARED, (len(cheap) + 1) // 2)
        if enough and _could_answer(tool.at, sibling.at, subjects[sibling.at], server):
            apart = tuple(word for word in costly if word not in cheap)
            yield Shadow(tool.at, sibling.at, tool.cost, sibling.cost, tuple(shared), apart)


def remark(shadow: Shadow, server: ServerView, words: Mapping[str, str]) -> Finding:
    """Return a shadow as a remark on the server: both names, and what would tell them apart.

    `words` are the rubric's: a title and a level.
    """
    names = [server.quote(at) for at in (shadow.tool, shadow.sibling)]
    costly, cheap = (quote.text for quote in names)
    apart = f"; only {costly} mentions {', '.join(shadow.apart[:_NAMED])}" if shadow.apart else ""
    return Finding(
        check=f"shadowing.{SHADOWED}",
        title=words["title"],
        share=ZERO,
        delta=ZERO,
        gain=ZERO,
        level=cast("Level", words["level"]),
        note=(
            f"say in {costly} (cost {shadow.cost}) what {cheap} (cost {shadow.sibling_cost}) "
            f"cannot answer: both mention {', '.join(shadow.shared[:_NAMED])}{apart}"
        ),
        quotes=tuple(names),
        place=server.place(names[0].pointer),
    )


def _could_answer(costly: int, cheap: int, mentions: Container[str], server: ServerView) -> bool:
    """Return whether the cheaper tool mentions what the other acts on, and acts the same way: both
    look, or both change something by the same verb.
    """
    verbs = server.words["action-verbs"]
    one, other = (parse_name(server.name_words[at], server.prefix, verbs) for at in (costly, cheap))
    if not all(word in mentions for word in one.thing):
        return False
    writes = server.tool(costly).mutates
    return writes == server.tool(cheap).mutates and (not writes or one.verb == other.verb)


def _subject(at: int, server: ServerView) -> dict[str, None]:
    """Return, in order and once each, the words of a tool's name and first sentence that name
    things.
    """
    empty, verbs = server.words["function-words"], server.words["action-verbs"]
    sentences = Text(server.server.tools[at].description or "").sentences
    said = sentences[0].plain.split() if sentences else []
    words = dict.fromkeys(map(singular, (*server.name_words[at], *said)))
    return dict.fromkeys(
        word for word in words if len(word) >= _SHORTEST and word not in empty and word not in verbs
    )
