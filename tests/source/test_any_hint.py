"""Whatever a type hint, a default or a decorator says, the reader says what it knows of it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import FAST, OFFICIAL, tool, written

from toolgrade.inputs import read

IMPORTS = (
    "import typing, enum, dataclasses, functools, pydantic\nfrom typing import *\n"
    "from pydantic import BaseModel, Field\nfrom annotated_types import *\n"
    "class Model(BaseModel):\n    a: int\nclass Kind(enum.Enum):\n    A = 'a'\n"
    "def wrap(f): return f\nALIAS = Annotated[int, Field(ge=1)]\n"
)
GENERIC = st.sampled_from(
    [
        *("tuple", "Tuple", "list", "List", "set", "dict", "Dict", "Mapping", "Optional", "Union"),
        *("Annotated", "Literal", "Required", "ReadOnly", "Callable", "type", "Model", "Kind"),
        *(
            "Sequence",
            "Final",
            "ClassVar",
            "typing.Tuple",
            "unheard_of",
            "ALIAS",
            "pydantic.conint",
        ),
    ]
)
PLAIN = st.sampled_from(
    [
        *(
            "int",
            "str",
            "None",
            "...",
            "()",
            "[]",
            "{}",
            "Any",
            "Model",
            "Kind",
            "'Model'",
            "ALIAS",
        ),
        *("1", "'a b'", "Field()", "Field(1, ge=2)", "Len(1)", "Kind.A", "lambda: 0", "*int", "-1"),
        *("Field(json_schema_extra={'anyOf': [1, 2]})", "Field(json_schema_extra={'type': []})"),
        *("f'{int}'", "x.y[0]", "not 1", "wrap(int)", "pydantic.constr(min_length=())", "b''"),
    ]
)


def _combine(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(inner, max_size=3).map(
        lambda parts: "()" if not parts else ", ".join(parts) + ","
    )
    return st.one_of(
        st.tuples(GENERIC, inner).map("{0[0]}[{0[1]}]".format),
        st.tuples(GENERIC, several).map("{0[0]}[{0[1]}]".format),
        st.tuples(inner, inner).map("{0[0]} | {0[1]}".format),
        inner.map(repr),
    )


HINTS = st.recursive(PLAIN, _combine, max_leaves=8)
CALLS = st.lists(HINTS, max_size=3).map(", ".join)
DECORATORS = st.one_of(
    *(
        CALLS.map(form.format)
        for form in (
            *("mcp.tool({})", "mcp.tool(name={})", "mcp.tool()({})", "mcp.add_tool({})"),
            *("functools.wraps({})", "functools.partial({})", "wrap({})", "mcp.tool(**{})"),
            "functools.partial(mcp.tool, {})",
        )
    ),
    HINTS,
)


@given(st.sampled_from([OFFICIAL, FAST]), HINTS, HINTS, DECORATORS, HINTS)
def test_no_hint_and_no_decorator_ends_the_reading(
    head: str, hint: str, default: str, decorator: str, result: str
) -> None:
    text = (
        f"{IMPORTS}{head}"
        f"class Made(Model):\n    b: {hint}\n    c: {hint} = {default}\n    d: int = Field({default})\n"
        f"@mcp.tool()\ndef first(a: {hint}, b: Made, c: {hint} = {default}) -> {result}: 'Gets.'\n"
        f"@mcp.tool()\n@{decorator}\ndef second(a: int) -> {result}: 'Gets.'\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        files: dict[str, str | bytes] = {
            "good.py": f"{OFFICIAL}@mcp.tool()\ndef good(a: int): 'Gets.'\n",
            "any.py": text,
        }
        (found,) = read(str(written(Path(folder), files)))
    assert "good" in {one.name for one in found.tools}


@pytest.mark.parametrize("hint", ["tuple[()]", "Tuple[()]"])
def test_an_empty_tuple_has_no_members(tmp_path: Path, hint: str) -> None:
    found = tool(
        tmp_path, f"from typing import Tuple\n@mcp.tool()\ndef a(j: {hint} = ()) -> str: 'Gets.'\n"
    )
    assert found.input_schema == {
        "properties": {
            "j": {"default": [], "maxItems": 0, "minItems": 0, "title": "J", "type": "array"}
        },
        "title": "aArguments",
        "type": "object",
    }


@pytest.mark.parametrize(
    "hint", ["list[()]", "dict[()]", "Optional[()]", "Annotated[()]", "set[()]"]
)
def test_a_generic_type_without_parameters_is_unknown(tmp_path: Path, hint: str) -> None:
    found = tool(
        tmp_path, f"from typing import *\n@mcp.tool()\ndef a(j: {hint}) -> {hint}: 'Gets.'\n"
    )
    assert "/inputSchema/properties/j/type" in found.unknown
