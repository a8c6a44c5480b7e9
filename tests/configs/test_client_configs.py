"""Files that list servers: what each says it takes to reach them, and what cannot be told of them."""

from __future__ import annotations

import io
import json
import tomllib
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from toolgrade.cli import cli
from toolgrade.configs import KEYS, bundle, detect_config
from toolgrade.configs.clients import CLIENTS
from toolgrade.configs.entries import Setting
from toolgrade.configs.launch import Launch
from toolgrade.inputs import read
from toolgrade.inputs.contents import parse_source
from toolgrade.inputs.named import content
from toolgrade.model import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SAMPLES = tomllib.loads((Path(__file__).parents[1] / "client_configs.toml").read_text())
WHOLE = {"argv": [], "env": {}, "url": "", "headers": {}}


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A project, which is the working folder, and a home."""
    project, home = tmp_path / "project", tmp_path / "home"
    for folder in (project, home):
        folder.mkdir()
    monkeypatch.chdir(project)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setattr(Path, "home", lambda: home)
    return {"{project}": str(project), "{home}": str(home), "{name}": "project"}


def filled(data: Any, folders: Mapping[str, str]) -> Any:
    text = json.dumps(data)
    for word, folder in folders.items():
        text = text.replace(word, folder)
    return json.loads(text)


def written(file: str, text: str, folders: Mapping[str, str]) -> Path:
    path = Path(file.replace("~", folders["{home}"]))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def reached(path: Path, **given_: str) -> Iterator[tuple[str, Launch | str]]:
    """Each server of a file by name: what it takes to reach it, or why it is not."""
    config = parse_source(content(str(path))).config
    assert config
    setting = Setting(path, SAMPLES["set"], given_)
    for server in config.servers:
        try:
            yield server.name, server.off or server.launch(setting)
        except InputError as error:
            yield server.name, str(error)


@pytest.mark.parametrize("sample", SAMPLES["config"], ids=lambda sample: sample["client"])
def test_each_client_reaches_its_servers(sample: dict[str, Any], folders: dict[str, str]) -> None:
    for name, text in sample.get("beside", {}).items():
        Path(name).write_text(text)
    path = written(sample["file"], filled(sample["text"], folders), folders)
    found = dict(reached(path, **sample.get("given", {})))
    assert [name for name, launch in found.items() if isinstance(launch, str)] == sample.get("off", [])  # fmt: skip
    launches = {name: launch for name, launch in found.items() if isinstance(launch, Launch)}
    assert list(launches) == list(sample["reached"]), "in the order of the file"
    for name, launch in launches.items():
        assert launch.private
        told = {
            "argv": list(launch.argv),
            "env": dict(launch.env),
            "url": launch.url,
            "headers": dict(launch.headers),
        }
        wanted = filled(sample["reached"][name], folders)
        assert launch.cwd == wanted.pop("cwd", launch.cwd)
        assert told == WHOLE | wanted


def test_every_client_has_a_sample() -> None:
    sampled = {sample["client"] for sample in SAMPLES["config"]}
    assert {client for client in CLIENTS if "others" not in client} <= sampled


@pytest.mark.parametrize("sample", SAMPLES["config"], ids=lambda sample: sample["client"])
def test_without_launch_it_is_one_line_with_names_only(
    sample: dict[str, Any], folders: dict[str, str]
) -> None:
    path = written(sample["file"], filled(sample["text"], folders), folders)
    if sample["client"] == "MCPB":
        return  # names its tools itself
    with pytest.raises(InputError) as caught:
        read(str(path))
    line = str(caught.value)
    assert len(line.splitlines()) == 1
    assert "add --launch to start" in line
    if "registry" not in sample["client"]:
        assert all(name in line for name in sample["reached"])


def entry(**members: Any) -> str:
    return json.dumps({"mcpServers": {"one": members}})


REGISTRY = {"name": "io.github.me/x", "description": "x", "version": "1"}


def registry(**package: Any) -> str:
    return json.dumps({**REGISTRY, "packages": [{"registryType": "npm", "identifier": "x", **package}]})  # fmt: skip


def manifest(**members: Any) -> str:
    return json.dumps({"manifest_version": "0.4", "name": "one", **members})


@pytest.mark.parametrize(
    ("file", "text", "why"),
    [
        ("mcp.json", entry(), "names neither a command nor a URL"),
        ("mcp.json", entry(command=7), None),
        ("mcp.json", entry(command=""), "names neither a command nor a URL"),
        ("mcp.json", entry(command=" "), "names an empty command"),
        ("mcp.json", entry(command={"args": []}), "names neither"),
        ("mcp.json", entry(command=["a", {}]), '"command" holds a value that is not a text'),
        ("mcp.json", entry(command="x", args="--all"), '"args" is not a list of texts'),
        ("mcp.json", entry(command="x", args=[["y"]]), '"args" holds a value that is not a text'),
        ("mcp.json", entry(command="x", args=["a\0b"]), "a character that a process cannot be given"),
        ("mcp.json", entry(command="x", args=["\ud800"]), "a character that a process cannot be given"),
        ("mcp.json", entry(command="x", env=["K=v"]), '"env" is not a table of texts'),
        ("mcp.json", entry(command="x", env={"": "v"}), "a name that no variable can have"),
        ("mcp.json", entry(command="x", env={"A=B": "v"}), "a name that no variable can have"),
        ("mcp.json", entry(command="x", env={"K": "${env:NO_SUCH}"}), "the variable NO_SUCH is not set; give it with --env NO_SUCH=VALUE"),
        ("mcp.json", entry(command="x", args=["${NO_SUCH}"]), "the variable NO_SUCH is not set"),
        ("mcp.json", entry(command="x", args=["${input:who}"]), "the input who is not set; give it with --env who=VALUE"),
        ("mcp.json", entry(command="x", args=["${command:pick.it}"]), "has a value only inside the client"),
        ("mcp.json", entry(command="x", args=["${file:gone.txt}"]), "a file that it takes a value from cannot be read"),
        ("mcp.json", entry(command="x", args=["${file:~no-such-user/x}"]), "a file that it takes a value from cannot be read"),
        ("mcp.json", entry(command="x", cwd={"a": 1}), '"cwd" holds a value that is not a text'),
        ("mcp.json", entry(command="x", cwd="~no-such-user"), None),
        ("mcp.json", entry(command="x", envFile="gone.env"), "a file that it takes a value from cannot be read"),
        ("mcp.json", entry(url="${NO_SUCH}/mcp"), "the variable NO_SUCH is not set"),
        ("mcp.json", entry(url="ftp://example.com"), "its address is not an http(s) URL"),
        ("mcp.json", entry(url="http://[broken"), "its address is not an http(s) URL"),
        ("mcp.json", entry(url={}), "names neither a command nor a URL"),
        ("mcp.json", entry(url="http://x", headers=[]), '"headers" is not a table of texts'),
        ("mcp.json", json.dumps({"mcpServers": {"one": "npx"}}), "is not a table with a command or a URL"),
        ("config.toml", '[mcp_servers.one]\nurl = "https://x"\nbearer_token_env_var = "NO_SUCH"', "the variable NO_SUCH is not set"),
        ("config.yaml", "mcpServers:\n  - name: one\n    command: ${{ secrets.NO_SUCH }}", "the variable NO_SUCH is not set"),
        ("config.yaml", "mcpServers:\n  - name: one\n    command: x\n    env: {1: a}", '"env" is not a table of texts'),
        ("server.json", registry(environmentVariables=[{"name": "NO_SUCH", "isRequired": True}]), "the value of NO_SUCH is not set"),
        ("server.json", registry(packageArguments=[{"type": "named", "name": "--city", "isRequired": True}]), "the value of city is not set; give it with --env city=VALUE"),
        ("manifest.json", manifest(), "has no server.mcp_config"),
        ("manifest.json", manifest(server={"mcp_config": {"args": []}}), '"command" holds a value that is not a text'),
        ("manifest.json", manifest(server={"mcp_config": {"command": "${user_config.k}"}}, user_config={"k": {"required": True}}), "the option k is not set"),
    ],
)  # fmt: skip
def test_what_is_missing_is_one_line(
    file: str, text: str, why: str | None, folders: dict[str, str]
) -> None:
    (_, found), *_ = reached(written(file, text, folders))
    if why is None:
        assert isinstance(found, Launch)
    else:
        assert isinstance(found, str)
        assert why in found
        assert len(found.splitlines()) == 1


@pytest.mark.parametrize(
    ("file", "text", "why"),
    [
        ("mcp.json", '{"mcpServers": {"a": {"env": {"K": "hunter2" x}}}}', "mcp.json:1:46: not JSON"),
        ("mcp.json", '{"mcpServers": {"a": {"env": // hunter2\n oops}}}', "mcp.json:2:2: not JSON"),
        ("tools.json", '{"tools": [{"name": "a"}]} // hunter2', "tools.json:1:28: not JSON"),
        ("config.toml", '[mcp_servers.a]\nenv = { K = "hunter2 }', "config.toml:2:"),
        ("config.toml", 'key = "hunter2"', "config.toml: is not an MCP client's config"),
        ("config.toml", "a = " + "[" * 9999, "config.toml: nests too deeply"),
        ("config.yaml", "mcpServers: [hunter2", "config.yaml:"),
        ("config.yaml", "a: &a [*a]\nb: !!python/object:os.system hunter2", "config.yaml:2:"),
        ("config.yaml", 'a: !!int ""\nb: hunter2', "config.yaml: not YAML"),
        ("config.yaml", 'a: !!float ""', "config.yaml: not YAML"),
        ("config.yaml", "%YAML 1.1\n---\na: 1" + ":1" * 300_000, "config.yaml:3: not YAML"),
        ("config.yaml", "a: !!bool hunter2", "config.yaml: not YAML"),
        ("config.yaml", "a: !!timestamp hunter2", "config.yaml"),
        ("config.toml", "a = 1\n" + "b." * 20_000 + "c = 1", "config.toml:2: not TOML"),
        ("config.yaml", "- hunter2", "config.yaml: is not an MCP client's config"),
        ("config.yml", "k: '" + "x" * 2**20 + "'", "larger than 1 MB"),
        ("server.json", registry(registryType="oci"), "server.json: describes a server that cannot be started here (oci); pass a saved"),
        ("server.json", registry(registryType="mcpb"), "server.json: describes a server that cannot be started here (mcpb); pass a saved"),
        ("server.json", registry(registryBaseUrl="https://npm.evil.example"), "server.json: describes a server that cannot be started here (npm); pass a saved"),
        ("server.json", registry(identifier="--call=rm"), "server.json: describes a server that cannot be started here (npm); pass a saved"),
        ("server.json", registry(identifier="../x"), "server.json: describes a server that cannot be started here (npm); pass a saved"),
        ("server.json", registry(version="1 --call=x"), "server.json: describes a server that cannot be started here (npm); pass a saved"),
        ("server.json", registry(transport={"type": "sse"}), "server.json: describes a server that cannot be started here (npm over HTTP); pass a saved"),
        ("mcp.json", '{"mcpServers": {}}', "mcp.json: 0 servers, none running"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_one_line_that_quotes_nothing(
    file: str, text: str, why: str, folders: dict[str, str]
) -> None:
    with pytest.raises(InputError) as caught:
        read(str(written(file, text, folders)))
    assert str(caught.value).startswith(why) or why in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    "step", ["{{<<: [*b{0}, *b{0}], k: 1}}", "[*b{0}, *b{0}, *b{0}]"], ids=["merged", "listed"]
)
def test_yaml_that_names_itself_twice_at_every_step_is_told_at_once(
    step: str, folders: dict[str, str]
) -> None:
    steps = "".join(f"b{i + 1}: &b{i + 1} {step.format(i)}\n" for i in range(60))
    with pytest.raises(InputError, match=r"config\.yaml"):
        read(str(written("config.yaml", f"b0: &b0 {{k: 1}}\n{steps}", folders)))


def test_a_bad_file_keeps_no_report_from_the_others(folders: dict[str, str]) -> None:
    bad = written("bad.yaml", 'a: !!int ""', folders)
    Path("tools.json").write_text(TOOLS)
    done = CliRunner().invoke(cli, ["grade", str(bad), "tools.json"])
    assert done.exit_code == 2
    assert "not YAML" in done.stderr
    assert "tools.json" in done.stdout


def test_a_comment_that_is_none_stays(folders: dict[str, str]) -> None:
    text = '{"mcpServers": {"a": {"url": "https://x/,}", /*c*/ "headers": {"k": "a\\"//b,]"},}}}'
    (_, found), *_ = reached(written("mcp.json", text, folders))
    assert isinstance(found, Launch)
    assert (found.url, found.headers) == ("https://x/,}", (("k", 'a"//b,]'),))


def zipped(files: Mapping[str, bytes], **options: Any) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text, **options)
    return packed.getvalue()


TOOLS = manifest(tools=[{"name": "a", "description": "Read a."}], tools_generated=True)


@pytest.mark.parametrize("name", ["notes.mcpb", "notes.dxt"])
def test_a_bundle_is_graded_by_its_manifest(name: str, folders: dict[str, str]) -> None:
    Path(name).write_bytes(zipped({"../../evil": b"", "manifest.json": TOOLS.encode()}))
    before = sorted(Path(folders["{project}"]).parent.rglob("*"))
    (server,) = read(name)
    assert sorted(Path(folders["{project}"]).parent.rglob("*")) == before
    assert (server.name, server.complete, str(server.source)) == ("one", False, name)
    (tool,) = server.tools
    assert (tool.name, tool.description) == ("a", "Read a.")
    assert "/inputSchema" in tool.unknown, "a manifest cannot tell it"
    assert tool.origin.place("/name") is None, "inside of an archive nobody can open a line"
    ((_, why),) = reached(Path(name))
    assert why == "a packed bundle is not started: unpack it and give its manifest.json"


@pytest.mark.parametrize(
    ("packed", "why"),
    [
        (zipped({"readme.md": b""}), "a zip without manifest.json"),
        (zipped({"manifest.json": b" " * (bundle.MAX_BYTES + 1)}), "larger than 16 MB"),
        (zipped({"manifest.json": TOOLS.encode()})[:-30], "a zip that cannot be unpacked"),
        (
            zipped({"manifest.json": TOOLS.encode()}, compress_type=zipfile.ZIP_BZIP2),
            "cannot be unpacked",
        ),
        (
            zipped({"manifest.json": TOOLS.encode()}, compress_type=zipfile.ZIP_LZMA),
            "cannot be unpacked",
        ),
        (b"PK\x03\x04" + b"\0" * 99, "a zip that cannot be unpacked"),
        (b"PK\x03\x04" + b"PK\x01\x02" * (bundle.MAX_FILES + 1), "more than 100,000 files"),
        (zipped({"manifest.json": b"{}"}), "names no tool"),
    ],
)
def test_a_bundle_that_is_none_is_one_line(
    packed: bytes, why: str, folders: dict[str, str]  # noqa: ARG001 - the working folder
) -> None:  # fmt: skip
    Path("x.mcpb").write_bytes(packed)
    with pytest.raises(InputError, match=why):
        read("x.mcpb")


def test_a_bundle_broken_anywhere_is_an_input_error(folders: dict[str, str]) -> None:  # noqa: ARG001 - as above
    whole = zipped({"manifest.json": TOOLS.encode() * 3})
    for at in range(4, len(whole)):
        Path("x.mcpb").write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        with suppress(InputError):
            read("x.mcpb")


SECRETS = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=8, max_size=30).map("Zq".__add__)


@settings(deadline=None, max_examples=25)
@given(key=SECRETS, data=st.data())
def test_no_value_of_a_config_is_ever_shown(
    tmp_path_factory: pytest.TempPathFactory, key: str, data: st.DataObject
) -> None:
    """Wherever a key stands, and whatever else is wrong with the file."""
    file, text = data.draw(
        st.sampled_from(
            [
                ("mcp.json", entry(command="no-such-command-at-all", args=["--x", key], env={"K": key})),
                ("mcp.json", entry(command="no-such-command-at-all", trust=True, env={"K": f"a${key}"})),
                ("mcp.json", entry(command="sh", args=["-c", f"echo {key}"], env={"K": "${NO_SUCH}"})),
                ("mcp.json", entry(command="x", args=[key, {"k": key}])),
                ("mcp.json", entry(url=f"ftp://{key}@x/{key}?k={key}", headers={"K": key})),
                ("mcp.json", entry(url=f"http://[{key}", headers={"K": key})),
                ("mcp.json", entry(command="x", envFile=f"/{key}")),
                ("mcp.json", entry(command="x", cwd=key, env={"K=": key})),
                ("mcp.json", entry(command=key + "\0")),
                ("mcp.json", entry(args=[key])[:-2]),
                ("opencode.json", json.dumps({"mcp": {"a": {"type": "local", "command": [f"{{file:{key}}}"]}}})),
                ("config.toml", f'[mcp_servers.a]\nenv = {{ K = "{key} }}'),
                ("config.yaml", f"mcpServers: [{key}"),
                ("server.json", registry(environmentVariables=[{"name": "K", "value": key}, {"name": "NO_SUCH", "isRequired": True}])),
                ("manifest.json", manifest(server={"mcp_config": {"command": "x", "args": [{"a": key}]}})),
            ]
        )
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("config")
    (folder / file).write_text(text)
    for words in (
        ["grade"],
        ["grade", "--launch", "-o", "json"],
        ["fetch", "--launch"],
        ["policy"],
    ):
        done = CliRunner().invoke(cli, [*words, str(folder / file)])
        said = f"{done.stdout}{done.stderr}{done.exception or ''}"
        assert done.exit_code
        assert key not in said


def test_what_is_private_is_in_no_representation() -> None:
    launch = Launch("a", ("x", "hunter2"), (("K", "hunter2"),), "/hunter2", "https://hunter2", (("K", "hunter2"),))  # fmt: skip
    assert "hunter2" not in repr(launch)


def test_the_working_folder_of_a_project_is_around_its_dotted_folder(folders: dict[str, str]) -> None:  # fmt: skip
    project = folders["{project}"]
    for file, wanted in (
        (f"{project}/.vscode/mcp.json", project),
        (f"{project}/mcp.json", project),
        (f"{folders['{home}']}/.cursor/mcp.json", project),
        (f"{folders['{home}']}/mcp.json", project),
        (f"{folders['{home}']}/.config/zed/settings.json", f"{folders['{home}']}/.config/zed"),
    ):
        assert str(Setting(Path(file), {}, {}).workspace) == wanted


def test_a_file_of_tools_is_known_by_its_keys() -> None:
    """What reads configs is imported for a file that has one of the keys only."""
    assert {client.table[0] for client in CLIENTS.values()} <= KEYS
    for data in (
        {"manifest_version": "0.2", "name": "a"},
        {"dxt_version": "0.1", "name": "a"},
        {"name": "a", "$schema": "https://example.com/server.schema.json"},
        {"name": "a", "packages": [{"registryType": "npm"}]},
        {"name": "a", "remotes": [{"url": "https://example.com"}]},
        {"projects": {str(Path.cwd()): {"mcpServers": {"a": {"command": "a"}}}}},
    ):
        assert detect_config(data, Path("a.json")), data
    assert detect_config({"tools": []}, Path("a.json")) is None
