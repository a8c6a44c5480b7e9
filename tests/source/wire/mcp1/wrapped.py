"""Functions that decorators and factories make."""

import functools
import inspect

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("wrapped")


def logged(function):
    def inner(line: str) -> str:
        """Runs one line."""
        return function(line)

    inner.__name__ = function.__name__
    return inner


def quiet(function):
    return function


def timed(label):
    def decorate(function):
        @functools.wraps(function)
        async def inner(*args, **kwargs):
            return await function(*args, **kwargs)

        return inner

    return decorate


def renamed(name):
    def decorate(function):
        def inner(word: str, times: int = 1) -> list[str]:
            return [word] * times

        setattr(inner, "__name__", name)
        inner.__doc__ = function.__doc__
        return inner

    return decorate


def dual(function):
    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def later(*args, **kwargs):
            return await function(*args, **kwargs)

        return later

    @functools.wraps(function)
    def now(*args, **kwargs):
        return function(*args, **kwargs)

    return now


def updated(function):
    def inner(*args, **kwargs):
        return function(*args, **kwargs)

    functools.update_wrapper(inner, function)
    return inner


@mcp.tool()
@logged
def run(count: int) -> list[str]:
    """Never seen."""
    return []


@mcp.tool()
@quiet
def stays(count: int) -> int:
    """Stays."""
    return 1


@mcp.tool()
@timed("x")
async def waits(count: int) -> int:
    """Waits."""
    return 1


@mcp.tool(description="Said here.")
@renamed("other")
def this() -> int:
    """Doc of this."""
    return 1


@mcp.tool()
@renamed("third")
def that() -> int:
    """Doc of that."""
    return 1


@mcp.tool()
@dual
def both(a: int) -> int:
    """Both."""
    return 1


@mcp.tool()
@updated
def new(a: int) -> int:
    """Updated."""
    return 1


def maker(word: str, says: str | None = None):
    def inner(a: int) -> str:
        """Inner."""
        return ""

    inner.__name__ = f"make_{word}"
    inner.__doc__ = says
    return inner


for word in ("a", "b"):
    mcp.tool()(maker(word, f"Make {word}."))
mcp.add_tool(maker("c"))


def bare(a: int) -> str:
    """Bare."""
    return ""


bare.__name__ = "dressed"
mcp.add_tool(bare)


@logged
def line(count: int) -> int:
    return 1


mcp.add_tool(line)

if __name__ == "__main__":
    mcp.run()
