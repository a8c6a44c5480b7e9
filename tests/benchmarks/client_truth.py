"""What MCP clients and agent frameworks do with odd tool definitions, each listed alone.

`python tests/benchmarks/client_truth.py [--only NAME ...]` installs each client at its pinned
version into a temporary folder, lets it list every definition of tests/clients/definitions.jsonl
from a server on stdio, and writes tests/clients/truth/NAME.jsonl. Models are mocks on the
loopback, so a table says what a request would hold and not what a provider makes of it. It needs
pip and npm. A client that cannot be installed is reported and its stored table stays.

A definition is one tool or two; one with `answers` or `omits` is a plain tool of a server that
answers a method oddly.

A table's first line is its header: client, versions, date, command. Every other line is a row:

id       the id of the definition
outcome  kept; lost: a tool is missing; list-lost: no tool of the server arrives; refused: the
         client raises when it makes the model's request, so no tool can be used
tools    what the model is given: the name; description and schema only where they differ from the
         definition; strict as it is sent; call: why the client rejects every call of the tool
why      the error of the client
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import venv
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parents[1]
DRIVERS = Path(__file__).with_name("client_drivers")
DEFINITIONS = TESTS / "clients" / "definitions.jsonl"
TRUTH = TESTS / "clients" / "truth"
INSTALL_SECONDS = 1200
DRIVE_SECONDS = 3600
LONG = 160
"""Characters of an error that are kept, and of a description that is shown whole."""
QUIET = {
    "CREWAI_DISABLE_TELEMETRY": "true",
    "CREWAI_TRACING_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "MCP_USE_ANONYMIZED_TELEMETRY": "false",
    "OTEL_SDK_DISABLED": "true",
    "PYTHONWARNINGS": "ignore",
}


@dataclass(frozen=True)
class Client:
    """A client, the packages it runs from, and the driver that runs it."""

    name: str
    driver: str
    pip: tuple[str, ...] = ()
    npm: tuple[str, ...] = ()
    flavour: str = ""
    shown: tuple[str, ...] = ()

    @property
    def packages(self) -> tuple[str, ...]:
        return self.pip + self.npm


def read_clients() -> list[Client]:
    """Return the clients of clients.toml, in its order."""
    table = tomllib.loads((DRIVERS / "clients.toml").read_text(encoding="utf-8"))
    return [
        Client(name, **{key: tuple(v) if isinstance(v, list) else v for key, v in one.items()})
        for name, one in table.items()
    ]


def run(argv: list[str], folder: Path, seconds: int, **env: str) -> None:
    """Run `argv` in `folder`; raise RuntimeError with its last line if it fails."""
    with (folder / "log").open("w+b") as log:
        try:
            done = subprocess.run(
                argv,
                cwd=folder,
                env={**os.environ, **env},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise RuntimeError(f"took over {seconds} s") from None
        log.seek(0)
        lines = log.read().decode(errors="replace").split("\n")
    if done.returncode:
        raise RuntimeError(next((line for line in reversed(lines) if line.strip()), "no output"))


def find_python(folder: Path) -> str:
    """Return the Python of the environment in `folder`, or this one if it has none."""
    python = folder / "venv" / "bin" / "python"
    return str(python if python.exists() else sys.executable)


def install(client: Client, folder: Path) -> None:
    """Install the client's packages into `folder`."""
    if client.pip:
        venv.create(folder / "venv", with_pip=True)
        pip = [find_python(folder), "-m", "pip", "install", "--quiet"]
        run([*pip, *client.pip], folder, INSTALL_SECONDS)
    if client.npm:
        (folder / "package.json").write_text('{"private": true}', encoding="utf-8")
        npm = ["npm", "install", "--no-audit", "--no-fund"]
        run([*npm, *client.npm], folder, INSTALL_SECONDS)


def find_versions(client: Client, folder: Path) -> dict[str, str]:
    """Return the versions of the client's packages and of those it shows."""
    if client.npm:
        names = [package.rpartition("@")[0] for package in client.npm] + [*client.shown]
        files = {name: folder / "node_modules" / name / "package.json" for name in names}
        return {name: json.loads(files[name].read_text())["version"] for name in names}
    names = [re.split(r"[\[=]", package)[0] for package in client.pip] + [*client.shown]
    code = "import sys; from importlib.metadata import version; print(*map(version, sys.argv[1:]))"
    argv = [find_python(folder), "-c", code, *names]
    printed = subprocess.run(argv, capture_output=True, text=True, check=True).stdout
    return dict(zip(names, printed.split(), strict=True))


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def write(value: object) -> str:
    """Return `value` as compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def is_same(one: object, other: object) -> bool:
    """Return whether two JSON values are equal; 1, 1.0 and true differ."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def shorten(text: object) -> object:
    """Return a long text's head with its length."""
    if not isinstance(text, str) or len(text) <= LONG:
        return text
    return f"{text[: LONG // 2]}… ({len(text)} characters)"


def clean_error(text: str, folder: Path) -> str:
    """Return an error without what differs from run to run."""
    text = re.sub(r"0x[0-9a-f]{6,}", "0x…", text.replace(str(folder), "…"))
    return re.sub(rf"{re.escape(str(TESTS))}\S*", "…", text)[:LONG]


def find_source(tool: dict[str, Any], place: int, tools: list[Any]) -> dict[str, Any]:
    """Return the definition that a tool was made from: clients reorder and rename."""
    for key in ("description", "name"):
        for one in tools:
            if one.get(key) and one.get(key) == tool.get(key):
                return one
    return tools[min(place, len(tools) - 1)]


def compare_tool(tool: dict[str, Any], source: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return the tool's name and what differs from its definition."""
    row = {"name": shorten(tool["name"]) if len(str(tool["name"])) > 300 else tool["name"]}
    if tool.get("description") != source.get("description"):
        row["description"] = shorten(tool.get("description"))
    if not is_same(tool.get("schema"), source.get("inputSchema")):
        row["schema"] = tool.get("schema")
    if "strict" in tool:
        row["strict"] = tool["strict"]
    if "call" in tool:
        row["call"] = clean_error(tool["call"], folder)
    return row


def make_row(definition: dict[str, Any], found: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return a row of a table from what a driver found."""
    row = {"id": definition["id"]}
    if "failed" in found:
        outcome = {"list": "list-lost", "bind": "refused"}[found["failed"]]
        return {**row, "outcome": outcome, "why": clean_error(found["why"], folder)}
    tools, offered = definition["tools"], found["tools"]
    if not offered:
        return {**row, "outcome": "lost" if found["companion"] else "list-lost"}
    rows = [
        compare_tool(tool, find_source(tool, place, tools), folder)
        for place, tool in enumerate(offered)
    ]
    return {**row, "outcome": "kept" if len(offered) >= len(tools) else "lost", "tools": rows}


def drive(client: Client, folder: Path) -> list[dict[str, Any]]:
    """Return the rows of the client's table; raise RuntimeError if it does not do them all."""
    out = folder / "rows.jsonl"
    out.unlink(missing_ok=True)
    driver = str(DRIVERS / client.driver)
    program = "node" if driver.endswith(".mjs") else find_python(folder)
    home = folder / "home"
    home.mkdir(exist_ok=True)
    env = {**QUIET, "HOME": str(home), "TRUTH_PYTHON": sys.executable}
    argv = [program, driver, str(DEFINITIONS), str(out), client.flavour]
    definitions = read_lines(DEFINITIONS)
    try:
        run(argv, folder, DRIVE_SECONDS, **env)
    except RuntimeError as error:
        done = len(read_lines(out)) if out.exists() else 0
        at = definitions[min(done, len(definitions) - 1)]["id"]
        raise RuntimeError(f"ended at {at}, which then has to be left out: {error}") from None
    found = read_lines(out)
    return [make_row(*pair, folder) for pair in zip(definitions, found, strict=True)]


def write_table(client: Client, folder: Path) -> str:
    """Write the client's table and return a line about it."""
    rows = drive(client, folder)
    header = {
        "client": client.name,
        "versions": find_versions(client, folder),
        "date": datetime.now(UTC).date().isoformat(),
        "command": f"python tests/benchmarks/client_truth.py --only {client.name}",
    }
    TRUTH.mkdir(exist_ok=True)
    text = "".join(f"{write(line)}\n" for line in [header, *rows])
    (TRUTH / f"{client.name}.jsonl").write_text(text, encoding="utf-8")
    outcomes = [row["outcome"] for row in rows]
    counts = (f"{outcomes.count(one)} {one}" for one in sorted(set(outcomes)))
    return f"{client.name}: {', '.join(counts)}"


def report(line: str) -> None:
    """Write a line to standard output at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def write_tables(clients: list[Client]) -> int:
    """Write the tables of clients that share their packages; return how many were not written."""
    folder = Path(tempfile.mkdtemp(prefix="client-truth-"))
    missing = 0
    try:
        try:
            install(clients[0], folder)
        except (RuntimeError, OSError, subprocess.CalledProcessError) as error:
            for client in clients:
                report(f"{client.name}: not installed, its stored table stays: {error}")
            return len(clients)
        for client in clients:
            try:
                report(write_table(client, folder))
            except RuntimeError as error:
                missing += 1
                report(f"{client.name}: {error}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return missing


def main() -> None:
    """Write the tables that the command line asks for."""
    clients = read_clients()
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    names = [client.name for client in clients]
    parser.add_argument("--only", nargs="+", choices=names, metavar="NAME", help=", ".join(names))
    only = parser.parse_args().only or names
    chosen = [client for client in clients if client.name in only]
    groups = [list(group) for _, group in groupby(chosen, lambda client: client.packages)]
    sys.exit(bool(sum(map(write_tables, groups))))


if __name__ == "__main__":
    main()
