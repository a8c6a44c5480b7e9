"""What it takes to reach one running server, wherever that was written down."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True, slots=True)
class Launch:
    """A server's command (`argv`, with `env` added to the least a child needs, in the folder `cwd`)
    or else its `url`, asked with `headers`.

    `name` may be shown. Of what a file says (`private`) nothing else may: a key stands anywhere.
    `known` are the variables' values that stand in it, as the server may show one alone.
    """

    name: str
    argv: tuple[str, ...] = field(default=(), repr=False)
    env: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    cwd: str | None = field(default=None, repr=False)
    url: str = field(default="", repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    private: bool = False
    known: tuple[str, ...] = field(default=(), repr=False)

    def secrets(self) -> tuple[str, ...]:
        """Return what must not be shown, whole and by word ("Bearer KEY", "--token=KEY")."""
        found = [value for _, value in (*self.env, *self.headers)]
        if self.private:
            words = [word for word in self.argv[1:] if not word.startswith("-")]
            options = [word.partition("=")[2] for word in self.argv[1:] if word.startswith("-")]
            found += [*self.known, *words, *options, *_parts(self.url)]
        found += [word for value in found for word in value.split()]
        found += [part for word in found if "://" in word for part in _parts(word)]
        return tuple(dict.fromkeys(filter(None, found)))


def _parts(url: str) -> list[str]:
    """Return an address and what in it may be a key: all but its scheme and host."""
    try:
        split = urlsplit(url)
        values = [pair.rpartition("=")[2] for pair in split.query.split("&")]
        parts = [*split.path.split("/"), *values, split.username, split.password, split.fragment]
    except ValueError:
        return [url]
    kept = [part for part in parts if part]
    return [url, *kept, *map(unquote, kept)] if url else []
