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


def test_what_is_looked_for_in_a_list_is_long_and_the_longest_first() -> None:
    env = (("TOKEN", "short"), ("NAME", "swordfish"))
    headers = (("Authorization", "Bearer swordfish-2"),)
    launch = Launch("n", env=env, headers=headers, private=True)
    assert launch.list_private_values() == ("Bearer swordfish-2", "swordfish-2", "swordfish")
    assert Launch("n", env=env, headers=headers).list_private_values() == ()
