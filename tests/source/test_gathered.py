"""Tools that a package gathers first, in whatever way, and registers or lists later."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from reading import FAST, LOW, OFFICIAL, server

if TYPE_CHECKING:
    from pathlib import Path

LISTED = "@server.list_tools()\nasync def f():\n    return "
SPEC = "types.Tool(name=n, description='Does ' + n, inputSchema={'type': 'object'})"

SHAPES = {
    "handlers in a table, put there by a function": (
        LOW,
        "HANDLERS = {}\n"
        "class Handler:\n"
        "    def __init__(self, n):\n        self.n = n\n"
        f"    def spec(self):\n        n = self.n\n        return {SPEC}\n"
        "class A(Handler):\n    def __init__(self):\n        super().__init__('a')\n"
        "class B(Handler):\n    def __init__(self):\n        super().__init__('b')\n"
        "def add(handler: Handler):\n    HANDLERS[handler.n] = handler\n"
        "def main():\n    add(A())\n    add(B())\n"
        + LISTED
        + "[h.spec() for h in HANDLERS.values()]",
        ["a", "b"],
    ),
    "specs in a list, put there by a decorator": (
        LOW,
        "SPECS = []\n"
        "def action(n):\n    def take(run):\n"
        f"        SPECS.append({SPEC})\n        return run\n    return take\n"
        "@action('a')\ndef one(): ...\n@action('b')\ndef two(): ...\n" + LISTED + "SPECS",
        ["a", "b"],
    ),
    "functions in a list, put there by a decorator": (
        OFFICIAL,
        "KEPT = []\ndef keep(run):\n    KEPT.append(run)\n    return run\n"
        "@keep\ndef a(): 'A.'\n@keep\ndef b(): 'B.'\n"
        "for run in KEPT:\n    mcp.add_tool(run)",
        ["a", "b"],
    ),
    "a registry that is an object": (
        LOW,
        "class Registry:\n"
        "    def __init__(self):\n        self.kept = {}\n"
        "    def take(self, spec):\n        self.kept[spec.name] = spec\n"
        "    def all(self):\n        return list(self.kept.values())\n"
        "registry = Registry()\n"
        "for n in ('a', 'b'):\n"
        f"    registry.take({SPEC})\n" + LISTED + "registry.all()",
        ["a", "b"],
    ),
    "a registry whose methods decorate": (
        OFFICIAL,
        "class Registry:\n    kept = []\n"
        "    def take(self, run):\n        self.kept.append(run)\n        return run\n"
        "    def into(self, server: FastMCP):\n        for run in self.kept:\n"
        "            server.tool()(run)\n"
        "registry = Registry()\n@registry.take\ndef a(): 'A.'\nregistry.into(mcp)",
        ["a"],
    ),
    "every class made from one": (
        LOW,
        "class Base:\n    n = ''\n    @classmethod\n"
        f"    def spec(cls):\n        n = cls.n\n        return {SPEC}\n"
        "class A(Base):\n    n = 'a'\nclass B(Base):\n    n = 'b'\n"
        + LISTED
        + "[c.spec() for c in Base.__subclasses__()]",
        ["a", "b"],
    ),
    "classes that enter themselves": (
        LOW,
        "class Base:\n    all = []\n    n = ''\n"
        "    def __init_subclass__(cls):\n        Base.all.append(cls)\n"
        "class A(Base):\n    n = 'a'\nclass B(Base):\n    n = 'b'\n"
        + LISTED
        + "[types.Tool(name=c.n, inputSchema={}) for c in Base.all]",
        ["a", "b"],
    ),
    "names that are properties": (
        LOW,
        "class Base:\n"
        "    @property\n    def n(self):\n        raise NotImplementedError\n"
        f"    def spec(self):\n        n = self.n\n        return {SPEC}\n"
        "class A(Base):\n    @property\n    def n(self):\n        return 'a'\n"
        + LISTED
        + "[one.spec() for one in (A(),)]",
        ["a"],
    ),
    "rows that are data classes": (
        LOW,
        "from dataclasses import dataclass, field\n"
        "@dataclass\nclass Row:\n    n: str\n    text: str = 'None.'\n"
        "    schema: dict = field(default_factory=dict)\n"
        "ROWS = [Row('a', 'A.'), Row(n='b', text='B.')]\n"
        + LISTED
        + "[types.Tool(name=r.n, description=r.text, inputSchema={}) for r in ROWS]",
        ["a", "b"],
    ),
    "lists of modules, joined": (
        LOW,
        "ONE = [types.Tool(name='a', inputSchema={})]\nTWO = [types.Tool(name='b', inputSchema={})]\n"
        "ALL = []\nALL += ONE\nALL.extend(TWO)\n" + LISTED + "ALL",
        ["a", "b"],
    ),
    "those that a filter lets through": (
        LOW,
        "ALL = [types.Tool(name=n, inputSchema={}) for n in ('a', 'b')]\n"
        + LISTED
        + "[t for t in ALL if allowed(t)]",
        ["a", "b"],
    ),
    "those that a loop lets through": (
        OFFICIAL,
        "def a(): 'A.'\ndef b(): 'B.'\ndef main():\n    kept = []\n    for run in [a, b]:\n"
        "        if ready(run):\n            kept.append(run)\n        elif flag:\n"
        "            kept.append(run)\n    for run in kept:\n        mcp.add_tool(run)",
        ["a", "b"],
    ),
    "functions in a table by name": (
        OFFICIAL,
        "def a(): 'A.'\ndef b(): 'B.'\nRUNS = {'x': a}\nRUNS['y'] = b\n"
        "for name, run in RUNS.items():\n    mcp.tool(name=name)(run)",
        ["x", "y"],
    ),
    "definitions made of signatures": (
        LOW,
        "import inspect\nclass Api:\n    def a(self, x: int):\n        '''A.\n\n        Args:\n"
        "            x: X.\n        '''\n"
        "def made(run):\n    row = {'name': run.__name__, 'inputSchema': {'properties': {}},\n"
        "           'description': (inspect.getdoc(run) or '').split('Args:')[0].strip()}\n"
        "    for name, one in inspect.signature(run).parameters.items():\n"
        "        row['inputSchema']['properties'][name] = {}\n    return types.Tool(**row)\n"
        "def table(api: Api):\n    return {n: getattr(api, n) for n in ('a',)}\n"
        + LISTED
        + "[made(run) for run in table(Api()).values()]",
        ["a"],
    ),
    "tools taken apart": (
        "from mcp.server.fastmcp.tools import Tool\n" + OFFICIAL,
        "def a(): 'A.'\nONE = Tool.from_function(a)\nTWO = Tool.from_function(fn=a, name='b')\n"
        "for one in (ONE, TWO):\n    mcp.add_tool(one.fn, one.name)",
        ["a", "b"],
    ),
    "a tool made of a tool": (
        "from fastmcp.tools import Tool\n" + FAST,
        "def put(run):\n    one = Tool.from_function(run)\n    if flag():\n"
        "        one = Tool.from_tool(one, transform_args={})\n    mcp.add_tool(one)\n"
        "def a(x: int): 'A.'\nput(a)",
        ["a"],
    ),
    "a prefix that is empty if nothing is set": (
        FAST,
        "import os\nSPACE = os.getenv('SPACE', '')\ndef main(prefix: str = ''):\n"
        "    @mcp.tool(name=prefix + 'a')\n    def a(): 'A.'\n"
        "    @mcp.tool(f'{SPACE}b')\n    def b(): 'B.'",
        ["a", "b"],
    ),
    "a server typed for a checker only": (
        "",
        "def register(server: 'FastMCP'):\n    from fastmcp import Context\n"
        "    @server.tool()\n    def a(): 'A.'",
        ["a"],
    ),
    "a server made in one of two ways": (
        OFFICIAL,
        "from typing import Any\ndef make() -> Any:\n    if old():\n        return FastMCP('s')\n"
        "    return FastMCP('s', instructions='I')\napp = make()\n@app.tool()\ndef a(): 'A.'",
        ["a"],
    ),
    "a helper with a name of its own, in a loop": (
        OFFICIAL,
        "def put(server, run):\n    server.add_tool(run)\ndef a(): 'A.'\n"
        "for one in [a]:\n    put(mcp, one)",
        ["a"],
    ),
    "a case of a match": (
        OFFICIAL,
        "def main(mode):\n    match mode:\n        case 'x':\n"
        "            @mcp.tool()\n            def a(): 'A.'",
        ["a"],
    ),
    "a request handler, first version": (
        LOW,
        f"async def f(request):\n    n = 'a'\n    return types.ListToolsResult(tools=[{SPEC}])\n"
        "server.request_handlers[types.ListToolsRequest] = f",
        ["a"],
    ),
    "a request handler, second version": (
        LOW,
        f"async def f(ctx, params):\n    n = 'a'\n    return types.ListToolsResult(tools=[{SPEC}])\n"
        "server.add_request_handler('tools/list', types.PaginatedRequestParams, f)",
        ["a"],
    ),
    "definitions that are checked": (
        LOW,
        LISTED + "[types.Tool.model_validate({'name': 'a', 'inputSchema': {}})]",
        ["a"],
    ),
    "every member of an enum": (
        LOW,
        "import enum\nclass Name(str, enum.Enum):\n    A = 'a'\n    B = 'b'\n"
        + LISTED
        + "[types.Tool(name=one.value, inputSchema={}) for one in Name]",
        ["a", "b"],
    ),
    "lists in one": (
        LOW,
        "import itertools\nONE = [types.Tool(name='a', inputSchema={})]\n"
        "TWO = [types.Tool(name='b', inputSchema={})]\n"
        + LISTED
        + "sum([ONE], []) + list(itertools.chain.from_iterable([TWO]))",
        ["a", "b"],
    ),
    "a comprehension that registers": (
        OFFICIAL,
        "def a(): 'A.'\ndef b(): 'B.'\n[mcp.tool()(one) for one in (a, b)]",
        ["a", "b"],
    ),
    "another name of the decorator": (
        OFFICIAL,
        "tool = mcp.tool\n@tool()\ndef a(): 'A.'\n@tool(name='c')\ndef b(): 'B.'",
        ["a", "c"],
    ),
    "a decorator called before": (
        OFFICIAL,
        "reads = mcp.tool(annotations={'readOnlyHint': True})\n@reads\ndef a(): 'A.'",
        ["a"],
    ),
    "a decorator called in part": (
        OFFICIAL,
        "from functools import partial\nreads = partial(mcp.tool, title='T')\n"
        "@reads(name='b')\ndef a(): 'A.'",
        ["b"],
    ),
    "given to the server when it is made": (
        "from fastmcp import FastMCP\nfrom fastmcp.tools import Tool\n",
        "def a(): 'A.'\ndef b(): 'B.'\nmcp = FastMCP('s', tools=[a, Tool.from_function(b, name='c')])",
        ["a", "c"],
    ),
    "a server that lists tools of its own": (
        "from mcp.server.fastmcp import FastMCP\nfrom mcp.types import Tool\n",
        "class Own(FastMCP):\n    async def list_tools(self):\n"
        "        return [Tool(name='a', inputSchema={})]\nmcp = Own('s')",
        ["a"],
    ),
    "methods of classes that are mixed in": (
        "from mcp.server.fastmcp import FastMCP\n",
        "class A:\n    def first(self):\n        @self.mcp.tool()\n        def a(): 'A.'\n"
        "class B:\n    def then(self):\n        self.mcp.add_tool(self.b)\n    def b(self): 'B.'\n"
        "class S(A, B):\n    def __init__(self):\n        self.mcp = FastMCP('s')\n"
        "        self.first()\n        self.then()",
        ["a", "b"],
    ),
    "names that are an enum's members": (
        LOW,
        "import enum\nclass Name(str, enum.Enum):\n    A = 'a'\n"
        + LISTED
        + "[types.Tool(name=Name.A, inputSchema={}), types.Tool(name=Name.A.value + 'b', inputSchema={})]",
        ["a", "ab"],
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_gathered_is_found(tmp_path: Path, shape: str) -> None:
    head, text, names = SHAPES[shape]
    found = server(tmp_path, {"server.py": head + text})
    assert [t.name for t in found.tools] == names
    assert found.complete


def test_a_field_of_an_object_is_what_it_was_made_with(tmp_path: Path) -> None:
    head, text, _ = SHAPES["rows that are data classes"]
    tools = server(tmp_path, {"server.py": head + text}).tools
    assert [t.description for t in tools] == ["A.", "B."]


def test_parameters_that_may_be_others_are_unknown(tmp_path: Path) -> None:
    head, text, _ = SHAPES["a tool made of a tool"]
    (tool,) = server(tmp_path, {"server.py": head + text}).tools
    assert tool.description == "A."
    assert "/inputSchema" in tool.unknown


def test_a_filter_makes_no_text_of_what_it_lets_through(tmp_path: Path) -> None:
    text = "WORDS = ['a', 'b']\n" + LISTED + "[types.Tool(name='a', inputSchema={'enum': X})]"
    text = text.replace("X", "[w for w in WORDS if allowed(w)]")
    (tool,) = server(tmp_path, {"server.py": LOW + text}).tools
    assert tool.unknown == {"/inputSchema/enum"}


def test_two_lists_of_one_name_are_not_mixed(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "server.py": LOW + "import one\n" + LISTED + "one.ALL",
        "one.py": "from mcp import types\nALL = []\nALL.append(types.Tool(name='a', inputSchema={}))",
        "two.py": "from mcp import types\nALL = []\nALL.append(types.Tool(name='b', inputSchema={}))\n"
        "def other(ALL):\n    ALL.append(types.Tool(name='c', inputSchema={}))",
    }
    assert [t.name for t in server(tmp_path, files).tools] == ["a"]


REWRITTEN = {
    "all": (
        "for tool in tools:\n            tool.inputSchema = {}\n            tool.description = 'X.'",
        {"a": {"/description", "/inputSchema"}, "b": {"/description", "/inputSchema"}},
    ),
    "one by name": (
        "for tool in tools:\n            if tool.name == 'a':\n                tool.inputSchema = {}",
        {"a": {"/inputSchema"}, "b": set()},
    ),
    "some by name": (
        "for tool in tools:\n            if tool.name in ('b', 'c'):\n                tool.description = 'B.'",
        {"a": set(), "b": {"/description"}},
    ),
}


@pytest.mark.parametrize("case", REWRITTEN)
def test_what_is_rewritten_when_it_is_listed_is_unknown(tmp_path: Path, case: str) -> None:
    change, unknown = REWRITTEN[case]
    head = (
        "from mcp.server.fastmcp import FastMCP\nclass Own(FastMCP):\n"
        f"    async def list_tools(self):\n        tools = await super().list_tools()\n        {change}\n"
        "        return tools\nmcp = Own('s')\n"
    )
    text = "@mcp.tool()\ndef a(x: int): 'A.'\n@mcp.tool()\ndef b(x: int): 'B.'"
    tools = server(tmp_path, {"server.py": head + text}).tools
    assert {t.name: set(t.unknown) for t in tools} == unknown


HOOKS = {
    "_list_tools_mcp": FAST,
    "_mcp_list_tools": FAST,
    "_list_tools": FAST,
    "get_tools": FAST,
    "list_tools": OFFICIAL,
    "_handle_list_tools": OFFICIAL,
}


@pytest.mark.parametrize("hook", HOOKS)
def test_what_a_server_lists_in_its_own_way_is_unknown(tmp_path: Path, hook: str) -> None:
    text = (
        "from tidying import tidy\nclass Own(FastMCP):\n"
        "    def other(self):\n        self.add(description='X.')\n"
        f"    async def {hook}(self):\n        return self._each(await super().{hook}())\n"
        "    def _each(self, tools):\n        return [tidy(tool) for tool in tools]\n"
        "own = Own('s')\n@own.tool()\ndef a(x: int): 'A.'\n"
    )
    tidying = (
        "def tidy(tool):\n    schema = tool.inputSchema\n    schema.pop('x')\n    return tool\n"
    )
    found = server(tmp_path, {"server.py": HOOKS[hook] + text, "tidying.py": tidying})
    (tool,) = found.tools
    assert tool.unknown == {"/inputSchema"}
    assert tool.description == "A."
    place = tool.origin.place("/inputSchema", 0)
    assert place is not None
    assert place.line == 7


REACHED = {
    "set": ("tool.description = short(tool)", {"/description"}),
    "given away": ("tidy(tool.parameters)", {"/inputSchema"}),
    "read": ("known = list(tool.parameters.get('properties'))", set()),
    "nothing": ("print(tool.name)", set()),
}


@pytest.mark.parametrize("case", REACHED)
def test_what_is_changed_in_the_servers_own_store_is_unknown(tmp_path: Path, case: str) -> None:
    change, unknown = REACHED[case]
    text = (
        "@mcp.tool()\ndef a(x: int): 'A.'\n"
        f"def later():\n    for tool in mcp._tool_manager.list_tools():\n        {change}\n"
    )
    (tool,) = server(tmp_path, {"server.py": OFFICIAL + text}).tools
    assert tool.unknown == unknown


def test_a_list_of_which_part_is_unknown_is_known_in_the_rest(tmp_path: Path) -> None:
    text = (
        "@server.list_tools()\nasync def f():\n    tools = [types.Tool(name='a', inputSchema={})]\n"
        "    tools.extend(more())\n    return [*tools, *others()]"
    )
    found = server(tmp_path, {"server.py": LOW + text})
    assert [t.name for t in found.tools] == ["a"]
    assert [m.kind for m in found.malformed] == ["unread-tool"]
    assert "2 registrations" in found.malformed[0].note


def test_two_tools_of_one_name_are_known_in_what_they_share(tmp_path: Path) -> None:
    text = "from mcp.server.fastmcp import FastMCP\nmcp = FastMCP('s')\n@mcp.tool(name='a')\n"
    files: dict[str, str | bytes] = {
        "one.py": text + "def one(x: int) -> str: 'One.'",
        "two.py": text + "def one(x: int) -> str: 'Two.'",
    }
    (tool,) = server(tmp_path, files).tools
    assert tool.unknown == {"/description"}
    assert tool.input_schema is not None


PLACES = {
    "first version, old": ("mcp<1.9", {"/description": "T", "/title": None}),
    "first version": ("mcp<2", {"/description": "A.", "/title": "T"}),
    "second version": ("mcp>=2", {"/description": "A.", "/title": "T"}),
}


@pytest.mark.parametrize("case", PLACES)
def test_what_an_argument_is_by_its_place_the_version_says(tmp_path: Path, case: str) -> None:
    requirement, expected = PLACES[case]
    files: dict[str, str | bytes] = {
        "pyproject.toml": f"[project]\nname = 's'\ndependencies = ['{requirement}']",
        "server.py": OFFICIAL + "def a(): 'A.'\nmcp.add_tool(a, 'b', 'T')",
    }
    (tool,) = server(tmp_path, files).tools
    assert {"/description": tool.description, "/title": tool.title} == expected
