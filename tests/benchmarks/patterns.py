"""Whether patterns are read as engines compile them, over random ones:
`python tests/benchmarks/patterns.py [COUNT [SEED]]` asks Python's `re`, Rust's `regex` (in
pydantic) and node, and prints what is read otherwise. It needs node.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import warnings

from pydantic_core import SchemaError, SchemaValidator, core_schema

from toolgrade.clients.regexes import Engine, read_pattern

MOST_SHOWN = 10
ESCAPES = [
    *(f"\\{sign}" for sign in "dDwWsSbBntrfva0AZzeN_@é-/.[]^$\\qKGRhuxUckpP#%='< &~>"),
    *(r"\x41", r"\x7", r"\u0041", r"\u00e9", r"\u{41}", r"\u{1F600}", r"\u{110000}", r"\x{41}"),
    *(r"\U00000041", r"\U00110000", r"\cA", r"\cz", r"\c1", r"\p{L}", r"\P{Lu}", r"\pL"),
    *(r"\p{^L}", r"\p{Script=Greek}", r"\k<n>", r"\1", r"\12", r"\012", r"\08", r"\400", r"\377"),
    *(r"\N{DIGIT ONE}", r"\ud83d", r"\ud83d\ude00", r"\b{start}", r"\b{x}"),
]
SIGNS = [*"abzAZ019 _/-,:<>=!&~#@é😀'\""]
PIECES = [
    *("(", ")", "[", "]", "[^", "-", "{", "}", "*", "+", "?", "|", "^", "$", "(?:", "(?=", "(?!"),
    *("(?<=", "(?<!", "(?<n>", "(?P<n>", "(?P=n)", "(?i)", "(?i:", "(?-i:", "(?>", "(?#c)"),
    *("[:alpha:]", "[[:alpha:]]", "{2}", "{2,}", "{2,1}", "{,3}", "&&", "--", "~~", "(?a)", "(?u)"),
    *("(?P<1>", "(?(1)a|b)"),
]
NODE = """
const patterns = JSON.parse(require("fs").readFileSync(0, "utf8"));
const compiles = (one) => { try { return !!new RegExp(one, "u"); } catch { return false; } };
console.log(JSON.stringify(patterns.map(compiles)));
"""


def make_class(draw: random.Random) -> str:
    members = ESCAPES + SIGNS
    parts = ["[", draw.choice(["", "", "^", "]"])]
    for _ in range(draw.randint(0, 5)):
        parts.append(draw.choice([*members, "[", "&&", "--", "[:alpha:]", "[a-c]"]))
        parts.append(draw.choice(["", "", f"-{draw.choice(members)}"]))
    return "".join([*parts, draw.choice(["]", "]", "]", ""])])


def make_group(draw: random.Random, depth: int) -> str:
    opening = draw.choice(["", "", "(", "(?:", "(?=", "(?<=", "(?<n>", "(?P<n>", "(?i:", "(?>"])
    if depth and opening:
        inner = f"{opening}{make_group(draw, depth - 1)}{make_group(draw, depth - 1)})"
    else:
        inner = draw.choice([make_class(draw), draw.choice(ESCAPES + SIGNS)])
    times = ["", "", "+", "*?", "++", "{2}", "{2,3}", "{3,2}", "{,3}", "**", "|"]
    return f"{inner}{draw.choice(times)}"


def make_pattern(draw: random.Random) -> str:
    kind = draw.randint(0, 2)
    if kind == 0:
        return make_class(draw) + draw.choice(["", make_class(draw), *SIGNS])
    if kind == 1:
        return "".join(draw.choice(ESCAPES + PIECES + SIGNS) for _ in range(draw.randint(1, 8)))
    return "".join(make_group(draw, 2) for _ in range(draw.randint(1, 3)))


def compiles_in_python(pattern: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(pattern)
    except (re.error, OverflowError, ValueError):
        return False
    return True


def compiles_in_rust(pattern: str) -> bool:
    try:
        SchemaValidator(core_schema.str_schema(pattern=pattern, regex_engine="rust-regex"))
    except SchemaError:
        return False
    return True


def main(count: int, seed: int) -> int:
    """Print how many patterns are read otherwise; return the exit status: 1 if any is."""
    draw = random.Random(seed)
    patterns = [make_pattern(draw) for _ in range(count)]
    node = subprocess.run(
        ["node", "-e", NODE], input=json.dumps(patterns), capture_output=True, text=True, check=True
    )
    truths: dict[Engine, list[bool]] = {
        "python": [*map(compiles_in_python, patterns)],
        "rust": [*map(compiles_in_rust, patterns)],
        "javascript": json.loads(node.stdout),
    }
    status = 0
    for engine, truth in truths.items():
        pairs = zip(patterns, truth, strict=True)
        wrong = [
            one for one, compiles in pairs if bool(read_pattern(one, engine).fault) == compiles
        ]
        sys.stdout.write(
            f"{engine}: {len(wrong)} of {count} read otherwise, {sum(truth)} compile\n"
        )
        sys.stdout.writelines(f"  {one}\n" for one in wrong[:MOST_SHOWN])
        status = status or int(bool(wrong))
    return status


if __name__ == "__main__":
    given = [int(one) for one in sys.argv[1:]]
    sys.exit(main(*given, *(20_000, 1)[len(given) :]))
