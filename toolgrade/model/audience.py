"""Who reads a definition: clients, directories' reviewers, and an agent that pays by the token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from toolgrade.model.finding import Level
    from toolgrade.model.tool import Place, Pointer


Effect = Literal["renamed", "degraded", "lost", "list lost", "refused"]

EFFECTS: tuple[Effect, ...] = ("renamed", "degraded", "lost", "list lost", "refused")
"""What a client does with what it does not take, the mildest first: gives the tool another name,
cuts or misreads it, drops the tool, drops every tool of the server, fails the whole request.
"""

Basis = Literal["run", "reported", "unconfirmed"]
"""How a limit is known: the client was run, public threads or documents report it, or one does."""


class Client(NamedTuple):
    """A client by its key and title. It puts `prefix` before a tool's name and `suffix` after it,
    {server} being the server's name. `version` is the newest that was run ("" if none was), and
    `verified` (an ISO date) says when; `asked` is the version that the user named, if any;
    `is_opt_in` is whether users must switch it on.
    """

    key: str
    title: str
    prefix: str = ""
    suffix: str = ""
    is_framework: bool = False
    version: str = ""
    verified: str = ""
    asked: str = ""
    is_opt_in: bool = False


class Obstacle(NamedTuple):
    """A limit of a client that a definition passes: what happens, what to do and where, and in how
    many `more` places; `source` says who reported it, `verified` (an ISO date) when that was last
    looked up, `basis` how it is known.
    """

    client: str
    measure: str
    effect: Effect
    level: Level
    note: str
    more: int
    pointer: Pointer
    place: Place | None
    source: str
    verified: str
    basis: Basis = "reported"


@dataclass(frozen=True, slots=True)
class Compatibility:
    """The clients that were asked for, and their problems with the server as a whole.
    `uncertain` are the tools, by index, that may hold more of that, unseen.
    """

    clients: tuple[Client, ...]
    obstacles: tuple[Obstacle, ...]
    uncertain: frozenset[int] = frozenset()


class Missing(NamedTuple):
    """What a requirement lacks: the tool's name (None for the server), what to do, and where."""

    tool: str | None
    note: str
    place: Place | None


class Requirement(NamedTuple):
    """What a review asks for. `met` is None where it is unknown; `unknown` says why, or of how
    many tools it could not.
    """

    title: str
    met: bool | None
    missing: tuple[Missing, ...]
    unknown: str


@dataclass(frozen=True, slots=True)
class Profile:
    """A directory's review of one server: `ready` if something could be checked and nothing is
    missing. `source` is the page that describes the review, `verified` (an ISO date) the day on
    which it was last read.
    """

    name: str
    title: str
    source: str
    verified: str
    ready: bool
    requirements: tuple[Requirement, ...]

    @property
    def checked(self) -> int:
        """How many requirements could be answered; with 0 the review was not checked."""
        return sum(requirement.met is not None for requirement in self.requirements)


class Tokens(NamedTuple):
    """What a definition costs an agent: `total` is name, description, schema and the titles in it;
    `savable` what the schema could lose without losing information. Estimated unless `exact`;
    `least` is True where the source did not show all of it, or not every tool.
    """

    total: int
    name: int
    description: int
    schema: int
    titles: int
    savable: int
    exact: bool
    least: bool = False

    @property
    def about(self) -> str:
        """How sure the numbers are: words to write before one."""
        return ("at least " if self.least else "") + ("" if self.exact else "about ")
