from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports import HOSTILE, empty_report, many_tools, one_server_report, sample_report
from toolgrade.files.shipped import FOLDER, page_url
from toolgrade.model import Finding, Place, Quote
from toolgrade.outputs.details import details
from toolgrade.outputs.fields import MOST_ROWS, fields
from toolgrade.outputs.html import MOST_DETAILED, hash_script, read_script, render
from toolgrade.outputs.marks import mark
from toolgrade.outputs.skeletons import suggest_text

if TYPE_CHECKING:
    from toolgrade.model import Report, ToolReport

ZERO = Decimal(0)
LOADING = {"src", "srcset", "action", "data", "poster", "background", "formaction", "ping", "style"}
KEYWORDS = "properties items anyOf oneOf allOf $ref type enum default required description $defs"
KEYS = st.sampled_from(KEYWORDS.split()) | st.text(max_size=3)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=30,
)


class Reader(HTMLParser):
    """Collects what a browser would make of a page: elements, their attributes, text and sums."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self._texts: list[str] = []
        self.sums: list[list[str]] = []  # the first cell of each row, by table
        self._points: list[str] | None = None
        self._is_sum = self._row_is_new = False
        self.feed(page)
        self.text = "".join(self._texts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "table":
            self._is_sum = dict(attrs).get("class") == "sum"
            self.sums += [[]] if self._is_sum else []
        if tag == "tr":
            self._row_is_new = self._is_sum
        if tag == "td" and self._row_is_new:
            self._points, self._row_is_new = [], False

    def handle_endtag(self, tag: str) -> None:
        if tag == "td" and self._points is not None:
            self.sums[-1].append("".join(self._points).strip().replace("\N{MINUS SIGN}", "-"))
            self._points = None

    def handle_data(self, data: str) -> None:
        self._texts.append(data)
        if self._points is not None:
            self._points.append(data)


def page(report: Report) -> str:
    return "".join(render(report))


def tool(report: Report, name: str | None) -> ToolReport:
    return next(t for s in report.servers for t in s.tools if t.tool.name == name)


def shown_details(one: ToolReport) -> Any:
    return details(one, {d.key: d for d in sample_report().rubric.dimensions})


def finding(*quotes: Quote, share: str = "0", delta: str = "0") -> Finding:
    return Finding("a.b", "Asks", Decimal(share), Decimal(delta), ZERO, None, "", quotes, None)


def outside_links(report: Report) -> set[str]:
    """Return the addresses that a page may link to: accounts of attacks, pages of checks, and lines
    of the file that was read.
    """
    pages = {page_url(path.stem) for path in (FOLDER / "pages").iterdir()}
    lines = {
        f"{server.server.source}#L{line}" for server in report.servers for line in range(1, 99)
    }
    return {attack.source for attack in report.guide.attacks} | pages | lines


@pytest.mark.parametrize("report", [sample_report(), one_server_report(), empty_report()])
def test_no_text_of_a_stranger_becomes_an_element(report: Report) -> None:
    read = Reader(page(report))
    tags = {tag for tag, _ in read.elements}
    assert [tag for tag, _ in read.elements].count("script") == 1
    assert not tags & {"img", "b>x", "iframe", "object", "link", "svg", "form", "base"}
    names = {name for _, attributes in read.elements for name in attributes}
    assert not {name for name in names if name.startswith("on")}
    assert not names & LOADING
    sources = outside_links(report)
    hrefs = (a["href"] or "" for _, a in read.elements if "href" in a)
    links = [href for href in hrefs if href not in sources]
    assert all(link.startswith("#") for link in links)
    ids = [a["id"] for _, a in read.elements if "id" in a]
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in links} <= set(ids)


def test_hostile_words_are_shown_as_they_are() -> None:
    html = page(one_server_report())
    assert HOSTILE in Reader(html).text
    assert "⟨ESC⟩[31mRed" in html
    assert "⟨U+202E⟩gnp.exe" in html
    assert "⟨tags: hi⟩" in html
    assert "{{ 7*7 }}" in html
    html.encode()


def test_the_policy_forbids_all_but_inline_style_and_our_script() -> None:
    policy = next(
        attributes["content"] or ""
        for tag, attributes in Reader(page(sample_report())).elements
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    )
    assert "default-src 'none'" in policy
    assert re.findall("script-src ([^;]*)", policy) == [f"'{hash_script(read_script())}'"]
    assert "http" not in policy


def test_the_script_is_ours_whatever_the_report_says() -> None:
    scripts = {
        script
        for report in (sample_report(), one_server_report(), empty_report())
        for script in re.findall("<script>(.*?)</script>", page(report), re.DOTALL)
    }
    assert scripts == {read_script()}
    assert not re.search("innerHTML|insertAdjacentHTML|eval|Function|</", read_script())


def test_every_printed_sum_adds_up() -> None:
    sums = Reader(page(sample_report())).sums
    totalled = [cells for cells in sums if any(cell.startswith("=") for cell in cells)]
    tools = [t for s in sample_report().servers for t in s.tools if t.score]
    assert len(totalled) == 6 * len(tools)
    for *points, total in totalled:
        assert sum(map(Decimal, points)) == Decimal(total.removeprefix("= "))


def test_a_limit_is_named_by_what_set_it() -> None:
    assert "at most 2 while unmet: it repeats the name; rounds to <b>2</b>" in page(sample_report())
    limited = tool(sample_report(), "get_issue")
    assert limited.score
    purpose = replace(limited.score.dimensions[0], limit=(Decimal(2), "purpose.more-than-name"))
    score = replace(limited.score, dimensions=(purpose, *limited.score.dimensions[1:]))
    (first, *_) = shown_details(replace(limited, score=score)).sums
    assert first.reason == "Says more than the name"


def test_unmet_lines_come_dearest_first_and_met_ones_apart() -> None:
    for each in shown_details(tool(sample_report(), "create_issue")).sums:
        gains = [line.finding.gain for line in each.open]
        assert gains == sorted(gains, reverse=True)
        assert all(line.finding.share == 1 for line in each.met)
        lines = [*each.open, *each.met]
        assert each.total == each.score.baseline + sum(line.finding.delta for line in lines)


def test_a_check_that_does_not_apply_is_left_out() -> None:
    assert "Orders nothing" not in page(sample_report())


def test_the_worst_tools_come_first_and_the_nameless_before_them() -> None:
    rows = [
        a["data-tool"] for _, a in Reader(page(one_server_report())).elements if "data-tool" in a
    ]
    order = ["", "get_issue", "create_issue", "search_issues"]
    assert [name for name in rows if name in order] == order


def test_what_could_not_be_read_is_said() -> None:
    text = Reader(page(sample_report())).text
    assert "npx broken-server ended before it answered" in text
    assert (
        "The source does not show these parts, so they are not judged: annotations/readOnlyHint"
        in text
    )
    assert "Requires only what exists: drop `nonexistent` from required" in text
    assert "Ignored: our style guide wants a heading" in text


def test_only_the_worst_are_shown_of_very_many() -> None:
    report = one_server_report()
    poor, best = tool(report, "create_issue"), tool(report, "search_issues")
    many = [replace(poor, tool=replace(poor.tool, index=n)) for n in range(MOST_DETAILED)]
    last = replace(best, tool=replace(best.tool, index=MOST_DETAILED, name="the_best"))
    server = replace(report.servers[0], tools=(last, *many))
    html = page(replace(report, servers=(server,)))
    assert f"the worst {MOST_DETAILED} tools; 1 more tool in the JSON report" in html
    assert "the_best" not in html
    linked = "".join(render(replace(report, servers=(server,)), page="a/p.html", data="a b.json"))
    assert '1 more tool in the JSON report: <a href="../a%20b.json">' in linked
    read = Reader(html)
    ids = {attributes.get("id") for _, attributes in read.elements}
    sources = outside_links(report)
    hrefs = {a["href"] for _, a in read.elements if "href" in a}
    assert hrefs - sources <= {f"#{id_}" for id_ in ids}
    assert html.count('<details class="tool"') == MOST_DETAILED


@pytest.mark.parametrize(
    ("written_to", "source", "address"),
    [
        ("", {}, "server.py#L7"),
        ("page.html", {}, "server.py#L7"),
        ("out/a/page.html", {}, "../../server.py#L7"),
        ("out/page.html", {"near": "servers/one"}, "../servers/one/server.py#L7"),
        ("../page.html", {}, None),
        ("/tmp/page.html", {}, None),
        ("", {"here": False}, None),
        ("", {"kind": "live"}, None),
    ],
)
def test_a_place_leads_to_the_line_of_its_file_if_the_page_can_reach_it(
    written_to: str, source: dict[str, Any], address: str | None
) -> None:
    assert link_of("server.py", written_to, **source) == address


@pytest.mark.parametrize(
    ("file", "address"),
    [
        ("javascript:alert(1)", "javascript%3Aalert%281%29#L7"),
        ('a"><b>.py', "a%22%3E%3Cb%3E.py#L7"),
        ("a\\nb ü.py", "a%0Ab%20%C3%BC.py#L7"),
        ("//host/a.py", None),
    ],
)
def test_a_file_of_any_name_is_an_address_below_the_page(file: str, address: str | None) -> None:
    assert link_of(file, "") == address


def link_of(file: str, written_to: str, **changes: Any) -> str | None:
    """Return where the place of a tool, line 7 of a file, leads to."""
    report = one_server_report()
    (server,) = report.servers
    first = replace(server.tools[0], place=Place(file, 7, 1))
    source = replace(server.server.source, **changes)
    server = replace(server, server=replace(server.server, source=source), tools=(first,))
    text = "".join(render(replace(report, servers=(server,)), page=written_to))
    found = [
        a["href"] for _, a in Reader(text).elements if a.get("class") == "code" and "href" in a
    ]
    return next((href for href in found if href and href.endswith("#L7")), None)


def test_the_version_of_a_server_is_shown_and_cut() -> None:
    report = one_server_report()
    (server,) = report.servers
    server = replace(server, server=replace(server.server, version="1.0<b>\n" + "x" * 999))
    text = Reader(page(replace(report, servers=(server,)))).text
    assert "version 1.0<b>↵" in text
    assert "x" * 60 not in text


def test_the_same_report_gives_the_same_bytes() -> None:
    assert page(sample_report()) == page(sample_report())


def test_the_template_engine_is_imported_only_when_a_page_is_made() -> None:
    code = "import sys, toolgrade.outputs.html; sys.exit('jinja2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@given(st.text(min_size=1), st.data())
def test_cut_pieces_join_to_the_text_and_carry_every_quote(text: str, data: st.DataObject) -> None:
    edges = st.integers(0, len(text))
    pairs = data.draw(st.lists(st.tuples(edges, edges).filter(lambda p: p[0] < p[1]), max_size=6))
    found = [finding(Quote("/description", a, b, text[a:b])) for a, b in pairs]
    marked = mark(found, {"/description": text})
    pieces = marked.cut("/description", text)
    assert "".join(piece.text for piece in pieces) == text
    assert [one.number for one in marked.legend] == list(range(1, len(pairs) + 1))
    for one in marked.legend:
        (quote,) = one.finding.quotes
        assert "".join(p.text for p in pieces if one in p.marks) == quote.text
        assert sum(one in piece.ends for piece in pieces) == 1


def test_the_closest_quote_gives_a_piece_its_state() -> None:
    text = "Get one issue"
    outer = finding(Quote("/description", 0, 13, text))
    inner = finding(Quote("/description", 0, 3, "Get"), share="1")
    pieces = mark([outer, inner], {"/description": text}).cut("/description", text)
    assert [(p.text, p.state) for p in pieces] == [("Get", "met"), (" one issue", "unmet")]


def test_quotes_outside_what_is_shown_are_not_marked() -> None:
    beyond = finding(Quote("/description", 5, 9, "gone"))
    elsewhere = finding(Quote("/siblings/0/description", 0, 3, "Get"))
    assert mark([beyond, elsewhere], {"/description": "short"}).legend == ()


SCHEMA = {
    "type": "object",
    "required": ["node", "many"],
    "properties": {
        "node": {"$ref": "#/$defs/Node", "description": "The root."},
        "many": {
            "type": "array",
            "items": {"type": "object", "properties": {"a/b": {"enum": [1, "x", None]}}},
        },
        "either": {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "null"}], "default": 0},
        "odd": "not a schema",
    },
    "$defs": {
        "Node": {"properties": {"next": {"$ref": "#/$defs/Node"}, "size": {"type": "number"}}}
    },
}


def test_a_schema_becomes_rows_parents_first() -> None:
    rows = {row.path: row for row in fields(SCHEMA, "/inputSchema")}
    assert list(rows) == [
        *("node", "node.next", "node.size"),
        *("many", "many[].a/b", "either", "odd"),
    ]
    assert (rows["node"].kind, rows["node"].required) == ("Node", True)
    assert rows["many"].kind == "array of object"
    assert rows["many[].a/b"].values == ("1", "x", "null")
    assert rows["many[].a/b"].pointer == (
        "/inputSchema/properties/many/items/properties/a~1b/description"
    )
    assert rows["node.size"].pointer == "/inputSchema/$defs/Node/properties/size/description"
    assert (rows["either"].kind, rows["either"].default) == ("integer or null", "0")
    assert (rows["odd"].kind, rows["odd"].required) == ("any", False)


def test_a_schema_that_describes_millions_of_properties_is_bounded() -> None:
    both = {name: {"$ref": f"#/$defs/{name}"} for name in ("a", "b", "c", "d")}
    schema = {"properties": both, "$defs": {name: {"properties": both} for name in both}}
    assert len(fields(schema, "")) <= MOST_ROWS + 1
    option: dict[str, Any] = {"type": "string"}
    for _ in range(30):
        option = {"anyOf": [option] * 10}
    assert [row.path for row in fields({"properties": {"x": option}}, "")] == ["x"]


@settings(deadline=None, max_examples=25)
@given(st.dictionaries(KEYS, JSON))
def test_any_schema_is_shown(schema: dict[str, Any]) -> None:
    report = one_server_report()
    first = tool(report, "create_issue")
    odd = replace(first, tool=replace(first.tool, input_schema=schema, annotations=schema))
    server = replace(report.servers[0], tools=(odd,))
    page(replace(report, servers=(server,))).encode()


def test_the_title_of_a_finding_links_to_the_page_of_its_check() -> None:
    report = one_server_report()
    elements = Reader(page(report)).elements
    linked = {a["href"] for tag, a in elements if tag == "a" and a.get("class") == "page"}
    assert page_url("usage.when") in linked
    assert linked <= outside_links(report)


def test_a_skeleton_is_a_text_to_start_from_and_never_the_tools_own() -> None:
    def suggest(check: str, note: str) -> str:
        return suggest_text(finding()._replace(check=check, note=note), None)

    assert suggest("usage.when", "say when") == "Use when [the user wants what]."
    assert suggest("a.b", "say it: 'Call ... first'") == ""
    assert suggest("a.b", "say it: 'Requires ...'") == "Requires [...]"
    assert suggest("a.b", "the text says 'delete': correct it") == ""


@pytest.mark.parametrize(("tools", "most"), [(4, 250_000), (72, 400_000)])
def test_a_page_is_no_larger_than_mail_takes(tools: int, most: int) -> None:
    html = page(many_tools(tools))
    print(f"{tools} tools: {len(html.encode()):,} bytes")  # noqa: T201 - read with pytest -s
    assert len(html.encode()) < most


def test_all_of_each_tool_is_shown_if_asked_for() -> None:
    report = many_tools(72)
    assert page(report).count("The definition, as an agent reads it") == 0
    full = "".join(render(report, full=True))
    assert full.count("The definition, as an agent reads it") == 72
