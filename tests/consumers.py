"""Each format's reader as strict as the real one: it raises where that would refuse or act."""

from __future__ import annotations

import io
import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from jsonschema import Draft7Validator, Draft202012Validator

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMAS = Path(__file__).parent / "schemas"
SVG = "{http://www.w3.org/2000/svg}"
_COMMAND = re.compile(r"::(?P<name>error|warning|notice) (?P<properties>[^\n]*?)::(?P<data>[^\n]*)")
_URI = re.compile(r"(?:[\w.~!$&'()*+,;=@/-]|%[0-9A-F]{2})+", re.ASCII)


@cache
def schema(name: str) -> Any:
    return json.loads((SCHEMAS / name).read_text("utf-8"))


def sarif(text: str) -> Any:
    """Return the run, valid and with every reference in it good."""
    log = json.loads(text)
    Draft7Validator(schema("sarif-2.1.0.json")).validate(log)
    [run] = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(set(rules)) == len(rules)
    assert set(rules) >= {result["ruleId"] for result in run["results"]}
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        for location in result["locations"]:
            if physical := location.get("physicalLocation"):
                uri = physical["artifactLocation"]["uri"]
                assert _URI.fullmatch(uri), uri
    return run


def junit(text: str) -> list[Any]:
    """Return the suites as a JUnit parser reads them, their counts checked."""
    import junitparser  # noqa: PLC0415 - in the extra `test`
    import xmlschema  # noqa: PLC0415 - as above

    xmlschema.XMLSchema(SCHEMAS / "junit-10.xsd").validate(io.StringIO(text))
    suites = list(junitparser.JUnitXml.fromstring(text.encode()))
    for suite in suites:
        counts = (suite.tests, suite.failures, suite.errors, suite.skipped)
        suite.update_statistics()
        assert counts == (suite.tests, suite.failures, suite.errors, suite.skipped)
    return suites


def github(text: str) -> list[tuple[str, dict[str, str], str]]:
    """Return the commands as (name, properties, message), read as the runner reads a line."""
    commands = []
    for line in text.splitlines():
        if re.fullmatch(r"toolgrade: \d+ more are not annotated: [\w ]+", line):
            continue
        found = _COMMAND.fullmatch(line)
        assert found, line
        pairs = (pair.split("=", 1) for pair in found["properties"].split(","))
        properties = {key: _unescaped(value) for key, value in pairs}
        assert set(properties) <= {"file", "line", "col", "title"}
        commands.append((found["name"], properties, _unescaped(found["data"])))
    return commands


def _unescaped(text: str) -> str:
    assert re.fullmatch(r"(?:[^%]|%(?:25|0A|0D|3A|2C))*", text), text
    signs = {"0A": "\n", "0D": "\r", "3A": ":", "2C": ",", "25": "%"}
    return re.sub(r"%(..)", lambda found: signs[found[1]], text)


def gitlab(text: str) -> list[Any]:
    """Return the entries; GitLab keeps one of those that share a fingerprint."""
    entries: list[Any] = json.loads(text)
    Draft202012Validator(schema("gitlab-code-quality.json")).validate(entries)
    fingerprints = [entry["fingerprint"] for entry in entries]
    assert len(set(fingerprints)) == len(fingerprints)
    return entries


def badge(text: str) -> ET.Element:
    """Return the drawing: nothing in it acts, loads or links."""
    root = ET.fromstring(text)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} == {
        *("svg", "title", "desc", "rect", "g", "text"),
    }
    names = {name for element in root.iter() for name in element.attrib}
    assert not [name for name in names if name.startswith("on") or "href" in name]
    return root


def endpoint(text: str) -> Any:
    fields = json.loads(text)
    Draft202012Validator(schema("shields-endpoint.json")).validate(fields)
    return fields


CONSUMERS = {"sarif": sarif, "junit": junit, "github": github, "gitlab": gitlab, "badge": badge}


def strings(value: Any) -> Iterator[str]:
    """Walk every string in what a consumer returned."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, ET.Element):
        for element in value.iter():
            yield from (element.text or "", *element.attrib.values())
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from (key, *strings(item))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from strings(item)
    elif hasattr(value, "_elem"):  # junitparser's
        yield from strings(value._elem)  # noqa: SLF001 - it offers no other way to all strings
