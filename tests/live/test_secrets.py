"""What may be shown of commands and addresses."""

import pytest

from toolgrade.wording.secrets import MASK, mask_argv, mask_code, mask_known, mask_text, mask_url

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


@pytest.mark.parametrize(
    "code",
    [
        "PASSWORD: str = %",
        "PASSWORD: Final[str] = %",
        "PASSWORD = %",
        "def get(query: str, api_key: str = %) -> str:",
        "const apiKey: string = %;",
        'os.environ.setdefault("API_KEY", %)',
        'headers = {"Authorization": %, "X-Api-Key": %}',
        "db.login(%, password=(%))",
        "TOKEN = (\n    %\n    %\n)",
        "String token =\n    %;",
        "secret = f%",
        "PRIVATE_KEY = 'hunter2",
        'PRIVATE_KEY = """hunter2',
    ],
)
@pytest.mark.parametrize(
    "literal",
    [
        '"hunter2"',
        "'hunter2'",
        "`hunter2`",
        '"hunter2 is hunter2"',
        '"a \\" hunter2"',
        '"""hunter2 "and" hunter2"""',
    ],
)
def test_code(code: str, literal: str) -> None:
    shown = mask_code(code.replace("%", literal).split("\n"))
    assert "hunter2" not in "".join(shown)
    assert len(shown) == code.count("\n") + 1


def test_code_without_a_secret_word_is_shown() -> None:
    lines = ['"""Finds rows."""', "if x['a'] == \"it's\":", "    return `b`  # don't"]
    assert mask_code(lines) == tuple(lines)


@pytest.mark.parametrize(("start", "end"), [(0, 9), (0, 8), (3, 13), (9, 18), (1, 18)])
def test_a_secret_that_is_cut_inside_of_a_word_is_masked(start: int, end: int) -> None:
    secret = "Zq7wKp2xVn9rTb4mLc"
    assert mask_known(f"Get {secret[start:end]}.", [secret]) == "Get ***."
