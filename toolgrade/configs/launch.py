"""What it takes to reach one running server, wherever that was written down."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from toolgrade.wording.secrets import is_plain, is_secret_name, mask_argv

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SHORTEST = 8
"""What is shorter is taken for a setting or a word, not for a secret, unless its name tells."""


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
        """Return what must not be shown, whole and by word ("Bearer KEY", "--token=KEY").

        A private command's own plain words may be: an error is no help without them.
        """
        pairs = (*self.env, *self.headers)
        found = [v for name, v in pairs if len(v) >= SHORTEST or is_secret_name(name)]
        words = [word for value in found for word in value.split() if not is_plain(word)]
        if self.private:
            words += [*_find_secret_words(self.argv[1:]), *_parts(self.url)]
        words += [part for word in (*found, *words) if "://" in word for part in _parts(word)]
        long = (word for word in (*self.known, *words) if len(word) >= SHORTEST)
        return tuple(dict.fromkeys((*found, *_schemeless(self.headers), *long)))

    def list_private_values(self) -> tuple[str, ...]:
        """Return the values that only this server was given, as it may repeat them in what it
        lists: those of its variables and headers, longest first.
        """
        whole = (value for _, value in (*self.env, *self.headers))
        found = {*whole, *_schemeless(self.headers)} if self.private else ()
        long = (value for value in found if len(value) >= SHORTEST)
        return tuple(sorted(long, key=lambda value: (-len(value), value)))


def _schemeless(headers: Sequence[tuple[str, str]]) -> list[str]:
    """Return the keys of headers that name a scheme before: "Bearer KEY"."""
    return [key for _, value in headers if (key := value.partition(" ")[2].strip())]


def _find_secret_words(words: Sequence[str]) -> Iterator[str]:
    """Yield the arguments and the values of options that may be secrets. The first that is no
    option names the program.
    """
    program = next((i for i, word in enumerate(words) if not word.startswith("-")), None)
    for index, (word, masked) in enumerate(zip(words, mask_argv(words), strict=True)):
        if masked == word and (index == program or is_plain(word)):
            continue
        if not word.startswith("-"):
            yield word
        yield word.partition("=")[2]
        if "://" not in word:
            yield from word.replace(":", " ").split()[1:]


def _parts(url: str) -> list[str]:
    """Return what in an address may be a key: all but its scheme and host, and the plain words of
    its path.
    """
    try:
        split = urlsplit(url)
        values = [pair.rpartition("=")[2] for pair in split.query.split("&")]
        path = [part for part in split.path.split("/") if not is_plain(part)]
        parts = [*path, *values, split.username, split.password, split.fragment]
    except ValueError:
        return [url]
    kept = [part for part in parts if part]
    return [*kept, *map(unquote, kept)]
