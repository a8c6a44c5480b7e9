"""One attempt to get a server's tools: what was found, or the message that says why not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from toolgrade.live.advice import (
    advise,
    clean_words,
    describe_exit,
    explain_connection_failure,
    explain_http_answer,
    speaks_older,
)
from toolgrade.live.bounds import Flood
from toolgrade.wording.secrets import mask_known, mask_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolgrade.configs.launch import Launch
    from toolgrade.live.child import Child
    from toolgrade.live.conversation import Conversation, Versions, Wire

NO_COMMAND = "there is no such command; install it, or give its whole path"
_GOODBYE = 2.0
_ERROR_LENGTH = 4000


@dataclass(slots=True)
class Attempt:
    """The state of one server: the answer, or the message that says why there is none.

    `seconds` is how long it may take; `tell` gets what a user should know while waiting.
    """

    launch: Launch
    seconds: float
    tell: Callable[[str], None]
    is_begun: bool = False
    found: dict[str, Any] | None = None
    failure: str = ""
    talk: Conversation | None = None
    child: Child | None = None
    noticed: set[str] = field(default_factory=set)

    def notice(self, words: str) -> None:
        """Show the user a message, once."""
        if words not in self.noticed:
            self.noticed.add(words)
            self.tell(f"{self.launch.name}: {words}")

    def stage(self) -> str:
        """Return the request that has no answer yet."""
        return self.talk.stage if self.talk else "the first request"

    def stderr(self) -> str:
        """Return the end of what a command wrote to stderr."""
        return self.child.words.decode("utf-8", "replace") if self.child else ""

    def advice(self, words: str = "") -> str:
        """Return what to do about a failure, judged by the server's `words` and its stderr."""
        said = mask_known(f"{words}\n{self.stderr()}", self.launch.secrets())
        return advise(said, () if self.launch.private else self.launch.argv)

    def mask_words(self, words: str) -> str:
        """Return a server's text as one line without secrets."""
        return clean_words(mask_text(words, self.launch.secrets()))


async def reach(attempt: Attempt) -> None:
    """Fetch the server's tools into `attempt`, or the reason why that failed."""
    await (_from_url if attempt.launch.url else _from_command)(attempt)


async def _from_command(attempt: Attempt) -> None:
    from toolgrade.live.child import running  # noqa: PLC0415 - imports what costs a second
    from toolgrade.live.conversation import Versions, read_sdk_versions  # noqa: PLC0415 - as above

    versions = read_sdk_versions()
    try:
        async with running(attempt.launch, attempt.notice) as attempt.child:
            died = await _converse(attempt, attempt.child, versions)
        if died and versions.modern and attempt.stage() in {"server/discover", "initialize"}:
            # Some old servers crash on any request before initialize.
            attempt.failure = ""
            async with running(attempt.launch, attempt.notice) as attempt.child:
                await _converse(attempt, attempt.child, Versions(versions.handshake))
    except FileNotFoundError as error:
        gone = error.filename is not None and error.filename == attempt.launch.cwd
        attempt.failure = (
            'its working folder does not exist; correct "cwd" in the config' if gone else NO_COMMAND
        )
    except OSError as error:
        attempt.failure = f"cannot be started: {error.strerror}"


async def _from_url(attempt: Attempt) -> None:
    import anyio  # noqa: PLC0415 - costs a second

    from toolgrade.live.conversation import read_sdk_versions  # noqa: PLC0415 - as above
    from toolgrade.live.remote import Seen, events, streamable  # noqa: PLC0415 - as above

    versions = read_sdk_versions()
    failures: list[str] = []
    for connect in (streamable, events):
        attempt.failure, attempt.talk = "", None
        headers = dict(attempt.launch.headers)
        goodbye = anyio.CancelScope()
        seen = Seen(goodbye.cancel)
        try:
            with goodbye:
                async with connect(attempt.launch.url, headers, attempt.seconds, seen) as wire:
                    await _converse(attempt, wire, versions)
                    goodbye.deadline = anyio.current_time() + _GOODBYE
        except Exception as error:  # noqa: BLE001 - the SDK raises its HTTP library's, in groups
            said = attempt.mask_words(explain_connection_failure(error))
            attempt.failure = attempt.failure or said
        if attempt.found is not None:
            return
        if seen.flooded:
            # The SDK hides why it stopped, or waits for an answer that will not come.
            attempt.failure = f"sent {seen.flooded}; gave up"
            attempt.failure = explain_http_answer(seen.status, "", attempt.failure)
            if not speaks_older(seen.status):
                return
        failures.append(explain_http_answer(seen.status, seen.content_type, attempt.failure))
        if not speaks_older(seen.status):
            break
    attempt.failure = failures[-1] if attempt.talk else failures[0]


async def _converse(attempt: Attempt, wire: Wire, versions: Versions) -> bool:
    """Fetch over `wire` into `attempt`. Return True if the server ended and gave no reason."""
    from toolgrade.live import conversation as said  # noqa: PLC0415 - costs a second

    attempt.talk = said.Conversation(wire, versions, attempt.notice)
    try:
        attempt.found = await attempt.talk.fetch()
    except said.Gone:
        attempt.failure = f"ended before it answered {attempt.stage()}"
        if attempt.child:
            status = await attempt.child.exit_status()
            advice = attempt.advice()
            attempt.failure = describe_exit(attempt.stage(), status) + (
                f"; {advice}" if advice else ""
            )
            return not advice
    except Flood as error:
        attempt.failure = f"answered {attempt.stage()} with {error}; gave up"
    except said.Unreadable as error:
        attempt.failure = f"answered {attempt.stage()} {error}"
    except said.Refused as error:
        words = str(error)[:_ERROR_LENGTH]
        advice = attempt.advice(words)
        attempt.failure = (
            f"answered {attempt.stage()} with an error: {attempt.mask_words(words)}"
            + (f"; {advice}" if advice else "")
        )
    return False
