"""Recognises a file that an earlier run of toolgrade wrote, by its beginning and its end."""

from __future__ import annotations

import re

EXAMINED = 4096
"""Bytes of the beginning, and of the end, that are looked at."""

_BADGE = re.compile(
    rb"<svg [^>]*>\n<title>[^<]*</title>\n<desc>Graded by toolgrade |"
    rb'\{"schemaVersion": 1, "label": "tool definitions", '
)
_BEGINS = {
    "concise": re.compile(rb"[^\n]+: (?:error|warning|note) [\w.-]+ [^\n]*: |\Z"),
    "json": re.compile(rb'\{"schema":"toolgrade-report/'),
    "html": re.compile(rb"<!DOCTYPE html>\n<html lang=\"en\">\n"),
    "markdown": re.compile(rb"# Tool definition quality\n"),
    "tdqs": re.compile(rb'\[\]\n\Z|(?:\[\s+)?\{\s+"generatedAt": "[^"]*",\s+"model": "toolgrade '),
    "sarif": re.compile(
        rb'\{"\$schema":"[^"]*","version":"2.1.0","runs":\[\{"tool":\{"driver":\{"name":"toolgrade",'
    ),
    "junit": re.compile(rb'<\?xml [^>]*\?>\n<testsuites name="toolgrade">\n'),
    "github": re.compile(rb"::(?:error|warning|notice) [^\n]*title=[\w. -]+::|toolgrade: |\Z"),
    "gitlab": re.compile(
        rb'\[\n(?:\{"description":"[^\n]*"check_name":"[^\n]*"fingerprint":|\]\n\Z)'
    ),
    "badge": _BADGE,
    "terminal": re.compile(rb"Not graded\n  |[^\n]+\n[^\0]{0,2000}?\xc2\xb7\s+rubric\s"),
}
_ENDS = {
    "html": re.compile(
        rb"<footer><p>toolgrade [^<]* rubric [^<]*</p></footer>\n</body>\n</html>\s*\Z"
    ),
    "markdown": re.compile(rb"\nGraded by toolgrade [^\n]*: rules, no model\. [^\n]*\n\Z"),
}


def is_earlier_report(format_: str, begin: bytes, end: bytes) -> bool:
    """Whether a file that begins and ends so is a report in this format."""
    if not _BEGINS[format_].match(begin):
        return False
    return format_ not in _ENDS or bool(_ENDS[format_].search(end))
