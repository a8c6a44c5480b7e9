"""What a failing server's words say about mending it."""

import pytest

from toolgrade.live.advice import advise, last_lines

OLD = "written for version 1 of the MCP SDK"
KEY = "asks for a key or setting: pass it with --env "


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        ("ImportError: cannot import name 'FastMCP' from 'mcp.server' (/x.py)", OLD),
        ("ModuleNotFoundError: No module named 'mcp.server.fastmcp'", OLD),
        ("AttributeError: 'Server' object has no attribute 'list_tools'", OLD),
        ("ImportError: cannot import name 'McpError' from 'mcp' (/x.py)", OLD),
        ("ImportError: cannot import name 'MCPServer' from 'mcp.server' (/x)", "needs version 2"),
        ("ValueError: ACME_API_KEY environment variable required", f"{KEY}ACME_API_KEY"),
        ("KeyError: 'DB_URL'", f"{KEY}DB_URL"),
        ("Please set ACME_TOKEN or ACME_KEY", f"{KEY}ACME_TOKEN"),
        ("Error: no API key found", f"{KEY}NAME"),
        ("usage: server [-h] folder\nserver: error: folder", "asks for arguments"),
        ("the following arguments are required: folder", "asks for arguments"),
        ("INFO: Uvicorn running on http://127.0.0.1:8000", "serves HTTP: give its address"),
        ("ModuleNotFoundError: No module named 'mcp_weather'", ""),
        ("KeyError: 'name'", ""),
        ("Segmentation fault", ""),
        ("", ""),
    ],
)
def test_advice(words: str, advice: str) -> None:
    given = advise(f"Traceback:\n{words}\n", ("server",))
    assert advice in given if advice else not given


@pytest.mark.parametrize(
    ("argv", "help_given"),
    [
        ("uvx a-server --token t", "uvx --with 'mcp<2' a-server --token '***'"),
        ("/bin/uvx --from p cmd", "/bin/uvx --with 'mcp<2' --from p cmd"),
        ("uv run server.py", "uv run --with 'mcp<2' server.py"),
        ("python -m server", "pip install 'mcp<2' where it is installed"),
    ],
)
def test_the_help_is_a_command(argv: str, help_given: str) -> None:
    words = "No module named 'mcp.server.fastmcp'"
    assert advise(words, argv.split()).endswith(f": {help_given}")


def test_hostile_words_cost_linear_time() -> None:
    words = "\n" * 16_000 + "'mcp" * 4_000 + "\n" + "_KEY" * 4_000 + "AttributeError: " * 1_000
    assert isinstance(advise(words, ("server",)), str)
    assert last_lines(words, ["secret"])
