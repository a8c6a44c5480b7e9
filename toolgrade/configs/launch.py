"""What it takes to reach one running server, wherever that was written down."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from toolgrade.wording.secrets import SHORTEST, is_plain, is_secret, is_setting, mask_argv

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True, slots=True)
class Launch:
    """A server's command (`argv`, with `env` added to the few variables that every server gets, in
    the folder `cwd`), or its `url`, which is called with `headers`.

    `name` may be shown. With `private`, what a file says, nothing else may: a key can be anywhere.
    `known` are the values of variables that the file uses, as the server may show one alone.
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

        Settings such as a port, a path or a plain word are not secrets, unless their name says so.
        """
        pairs = (*self.env, *self.headers)
        found = [value for name, value in pairs if is_secret(name, value)]
        words = [word for value in found for word in value.split() if not is_setting(word)]
        words += [*_list_credentials(pairs), *_find_secret_words(self.argv, self.private)]
        addresses = [value for _, value in pairs] + words + [self.url]
        words += [
            part
            for address in addresses
            for word in address.split()
            if "://" in word
            for part in _list_parts(word)
        ]
        long = (word for word in (*self.known, *words) if len(word) >= SHORTEST)
        return tuple(dict.fromkeys((*found, *long)))


def _list_credentials(pairs: Sequence[tuple[str, str]]) -> list[str]:
    """Return the keys of values that begin with a scheme: "Bearer KEY"."""
    return [
        key
        for name, value in pairs
        if is_secret(name, value) and (key := value.partition(" ")[2].strip())
    ]


def _find_secret_words(argv: Sequence[str], private: bool) -> Iterator[str]:  # noqa: FBT001 - as in Launch
    """Yield the arguments and the values of options that may be secrets.

    Of a command that is shown, those are what is masked there. The first word that is not an option
    names the program.
    """
    words = argv[1:]
    program = next((i for i, word in enumerate(words) if not word.startswith("-")), None)
    for index, (word, masked) in enumerate(zip(words, mask_argv(words), strict=True)):
        value = word.partition("=")[2]
        if masked == word and (
            not private or index == program or is_plain(word) or is_setting(value or word)
        ):
            continue
        if not word.startswith("-"):
            yield word
        if not is_setting(value) or masked != word:
            yield value
        if "://" not in word:
            yield from word.replace(":", " ").split()[1:]


def _list_parts(url: str) -> list[str]:
    """Return what may be a key in an address: not its scheme, its host or plain words."""
    try:
        split = urlsplit(url)
        pairs = [pair.rpartition("=") for pair in split.query.split("&")]
        values = [value for _, _, value in pairs if not _is_address(value)]
        plain = (*split.path.split("/"), split.username or "")
        parts = [part for part in plain if not is_plain(part)]
        parts += [*values, split.password or "", split.fragment]
    except ValueError:
        return [url]
    kept = [part for part in parts if part]
    return [*kept, *map(unquote, kept)]


def _is_address(value: str) -> bool:
    """Return whether the value in a query is a path, a host or a number."""
    decoded = unquote(value)
    return is_setting(decoded) and not decoded.isalpha()
