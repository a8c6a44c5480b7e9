"""What may be shown of commands and addresses."""

import pytest

from toolgrade.inputs.secrets import MASK, mask_argv, mask_text, mask_url

KEY = "Zx81kQ0pLm4vT7yWn2Rb5uJd"


@pytest.mark.parametrize(
    ("argv", "shown"),
    [
        ("uvx mcp-server-time==2026.10.19", None),
        ("npx -y @modelcontextprotocol/server-filesystem /tmp/some/long-folder_2", None),
        ("server --max-tokens 100 --author me --keyword x --monkey y", None),
        ("server --port 8080 --transport stdio key", None),
        ("server --api-key --verbose", None),
        ("server --token hunter2", "server --token ***"),
        ("server --api-key=hunter2", "server --api-key=***"),
        ("server --apiKey hunter2", "server --apiKey ***"),
        ("docker run -e MY_TOKEN=hunter2 -e MODE=ro i", "docker run -e MY_TOKEN=*** -e MODE=ro i"),
        ("server --env=DB_PASSWORD=hunter2", "server --env=DB_PASSWORD=***"),
        ("server sk-abcdefgh12 ghp_abcdefgh12", "server *** ***"),
        (f"server {KEY}", "server ***"),
        (f"server --id={KEY}", "server --id=***"),
        ("server postgres://me:hunter2@db:5432/x", "server postgres://db:5432/x"),
        ("server --url=https://x.io/mcp?k=hunter2", "server --url=https://x.io/mcp?k=***"),
    ],
)  # fmt: skip
def test_argv(argv: str, shown: str | None) -> None:
    assert " ".join(mask_argv(argv.split())) == (shown or argv)


def test_a_header_keeps_its_name() -> None:
    masked = mask_argv(["npx", "mcp-remote", "--header", "Authorization: Bearer hunter2"])
    assert masked == ("npx", "mcp-remote", "--header", "Authorization: ***")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://x.io/mcp", "https://x.io/mcp"),
        ("http://localhost:8000/sse", "http://localhost:8000/sse"),
        ("https://me:hunter2@x.io:1/mcp", "https://x.io:1/mcp"),
        ("https://x.io/mcp?api_key=hunter2&a=b&flag#frag", "https://x.io/mcp?api_key=***&a=***&***"),
        (f"https://x.io/s/{KEY}/mcp", "https://x.io/s/***/mcp"),
        ("http://[broken?k=hunter2", "http://***"),
    ],
)  # fmt: skip
def test_url(url: str, shown: str) -> None:
    assert mask_url(url) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Error: GITHUB_TOKEN is not set", "Error: GITHUB_TOKEN is not set"),
        ("Error: set API_KEY=hunter2 first", "Error: set API_KEY=*** first"),
        ("password: hunter2", "password: ***"),
        ("got 401 with Bearer hunter2hunter2", "got 401 with Bearer ***"),
        ("cannot reach https://me:pw@x.io/?t=1.", "cannot reach https://x.io/?t=***"),
        ("KeyError: 'DB_URL'", "KeyError: 'DB_URL'"),
        ("auth/bearer.py:12: Warning", "auth/bearer.py:12: Warning"),
        ("said swordfish", "said ***"),
    ],
)
def test_text(text: str, shown: str) -> None:
    assert mask_text(text, ["swordfish", "is"]) == shown


def test_long_words_cost_linear_time() -> None:
    """A megabyte without a blank: quadratic searching would take minutes."""
    word = "a1" * 500_000
    assert mask_text(word) == MASK
    assert mask_text("=" * 500_000 + ":" * 500_000)
