"""What must not be shown of what it takes to reach a server, and what may."""

from dataclasses import replace

import pytest

from toolgrade.configs.launch import Launch


@pytest.mark.parametrize(
    ("launch", "secrets"),
    [
        (Launch("n", ("uvx", "context7-mcp", "--port", "8080", "plainly-said")), set()),
        (Launch("n", ("npx", "-y", "@up/context7-mcp@1.2", "./some/dir")), set()),
        (Launch("n", ("server", "run", "--token", "swordfish")), {"swordfish"}),
        (Launch("n", ("server", "run", "--token=swordfish")), {"swordfish"}),
        (Launch("n", ("server", "run", "--user", "me:swordfish")), {"me:swordfish", "swordfish"}),
        (Launch("n", ("server", "run", "hunter2-in-arg")), {"hunter2-in-arg"}),
        (Launch("n", ("server", "run", "hunter2")), set()),
        (Launch("n", ("s",), env=(("MODE", "prod"), ("PIN", "1234"))), {"1234"}),
        (Launch("n", url="https://x.io/some/path?k=swordfish"), {"swordfish"}),
        (
            Launch("n", headers=(("Authorization", "Bearer swordfish"),)),
            {"Bearer swordfish", "swordfish"},
        ),
    ],
)
def test_secrets(launch: Launch, secrets: set[str]) -> None:
    assert set(replace(launch, private=True).secrets()) == secrets


@pytest.mark.parametrize("private", [True, False])
def test_secrets_of_variables_and_headers_are_known(private: bool) -> None:  # noqa: FBT001 - as in Launch
    env = (("NAME", "a1b2c3d4e5"), ("TOKEN", "swordfish"))
    headers = (("Authorization", "Bearer swordfish-2"),)
    found = Launch("n", env=env, headers=headers, private=private).secrets()
    assert set(found) == {"a1b2c3d4e5", "swordfish", "Bearer swordfish-2", "swordfish-2"}


@pytest.mark.parametrize(
    "value",
    [
        *("true", "production", "localhost", "localhost:8080", "/usr/bin", "/usr/lib/python3/x2"),
        *("8080", "127.0.0.1:65535", "application/json", "https://api.example.com/v1", "short1"),
        *("./dist/index2.js", "~/work", "C:\\Users\\me", "example.com", "1,000,000"),
    ],
)
def test_settings_are_not_secrets(value: str) -> None:
    env = (("MODE", value), ("TOKEN_FILE" if value[0] in "./~" else "MODE", value))
    launch = Launch("n", ("s", "run", value), env=env, headers=(("X-Mode", value),), private=True)
    assert launch.secrets() == ()
