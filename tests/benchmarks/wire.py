"""Writes what real servers list: the samples in tests/source/wire, run with pinned SDKs.

    python tests/benchmarks/wire.py                  # renew the lists of every SDK and version
    python tests/benchmarks/wire.py fastmcp          # of one SDK
    python tests/benchmarks/wire.py fastmcp 4.3.0    # add a version, and show what it changes

`sdks.toml` there names the SDKs: what is installed for each version, and how a sample is asked.
Needs PyPI and npm; everything is installed below a temporary folder. Then run
`pytest tests/source/test_wire.py`, which compares the lists with what is read from the samples.
"""

from __future__ import annotations

import difflib
import json
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import tomllib
from pathlib import Path
from typing import Any

WIRE = Path(__file__).parents[1] / "source" / "wire"
_SECONDS = 20
_ASK = """
import { pathToFileURL } from "node:url";
const made = await import(pathToFileURL(process.argv[2]).href);
const handler = made.POST ?? made.default;
const ask = async (method, params, id) => {
  const body = JSON.stringify({ jsonrpc: "2.0", id, method, params });
  const accept = "application/json, text/event-stream";
  const headers = { "content-type": "application/json", accept };
  const asked = new Request("http://localhost/api/mcp", { method: "POST", headers, body });
  const text = await (await handler(asked)).text();
  const line = text.split("\\n").find((one) => one.startsWith("data:"));
  return JSON.parse(line ? line.slice(5) : text);
};
const clientInfo = { name: "wire", version: "1" };
const params = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo };
await ask("initialize", params, 1);
const { result, error } = await ask("tools/list", {}, 2);
console.log(JSON.stringify(error ? { error: error.message } : { tools: result.tools }));
process.exit(0);
"""


def main(given: list[str]) -> None:
    """Renew the lists that the arguments name."""
    sdks = tomllib.loads((WIRE / "sdks.toml").read_text())
    for name in given[:1] or sdks:
        sdk = sdks[name]
        versions: dict[str, list[str]] = sdk["versions"]
        if len(given) > 1:
            newest = list(versions)[-1]
            first, *rest = versions[newest]
            versions = {given[1]: [first.replace(newest, given[1]), *rest]}
        for version, pins in versions.items():
            lists = _list_samples(name, sdk, pins)
            if len(given) > 1:
                _show_difference(WIRE / name / f"{newest}.json", lists, newest, given[1])
            rows = [f"{json.dumps(one)}: {json.dumps(found)}" for one, found in lists.items()]
            (WIRE / name / f"{version}.json").write_text("{\n" + ",\n".join(rows) + "\n}\n")


def _list_samples(name: str, sdk: dict[str, Any], pins: list[str]) -> dict[str, Any]:
    """Return what each sample of an SDK lists with these packages installed."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        is_python = sdk["suffix"] == ".py"
        if is_python:
            _run([sys.executable, "-m", "venv", "v"], folder)
            _run(["v/bin/pip", "install", "-q", *pins], folder)
        else:
            (folder / "package.json").write_text('{"name": "case", "type": "module"}')
            _run(["npm", "install", "--silent", "--no-audit", "--no-fund", *pins], folder)
        (folder / "ask.mjs").write_text(_ASK)
        found = {}
        for sample in sorted((WIRE / name).glob(f"*{sdk['suffix']}")):
            shutil.copy(sample, folder)
            sys.stderr.write(f"{name} {' '.join(pins)} {sample.name}\n")
            command = ["v/bin/python"] if is_python else ["node"]
            try:
                if sdk.get("ask") == "fetch":
                    answer = _run([*command, "ask.mjs", sample.name], folder).strip()
                    found[sample.name] = json.loads(answer.splitlines()[-1])
                else:
                    found[sample.name] = _ask_over_stdio([*command, sample.name], folder)
            except (queue.Empty, subprocess.CalledProcessError):
                sys.stderr.write("  does not run with this version\n")
        return found


def _run(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


def _ask_over_stdio(command: list[str], folder: Path) -> dict[str, Any]:
    """Start a server, and return its tools or the error that it answers with."""
    process = subprocess.Popen(
        command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    lines: queue.Queue[str] = queue.Queue()
    reader = threading.Thread(target=lambda: [lines.put(one) for one in process.stdout or ()])
    reader.daemon = True
    reader.start()

    def ask(method: str, params: dict[str, Any], number: int) -> dict[str, Any]:
        message = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        assert process.stdin
        process.stdin.write(json.dumps(message) + "\n")
        process.stdin.flush()
        while True:
            line = lines.get(timeout=_SECONDS)
            answer = json.loads(line) if line.startswith("{") else {}
            if answer.get("id") == number:
                return dict(answer)

    try:
        client = {"name": "wire", "version": "1"}
        params = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": client}
        ask("initialize", params, 1)
        assert process.stdin
        process.stdin.write('{"jsonrpc": "2.0", "method": "notifications/initialized"}\n')
        tools: list[Any] = []
        cursor: dict[str, Any] = {}
        for number in range(2, 50):
            answer = ask("tools/list", cursor, number)
            if "error" in answer:
                return {"error": answer["error"]["message"]}
            tools += answer["result"]["tools"]
            if not answer["result"].get("nextCursor"):
                break
            cursor = {"cursor": answer["result"]["nextCursor"]}
        return {"tools": tools}
    finally:
        process.kill()
        process.wait()


def _show_difference(before: Path, lists: dict[str, Any], old: str, new: str) -> None:
    one = json.dumps(json.loads(before.read_text()), indent=1).splitlines()
    other = json.dumps(lists, indent=1).splitlines()
    for line in difflib.unified_diff(one, other, old, new, lineterm=""):
        sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
