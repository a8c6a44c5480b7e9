"""Advice that is followed is heard: its example words, in any shape, end the finding."""

from __future__ import annotations

import textwrap
import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from tools import questions, remarks, verdict, view

from toolgrade.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

ADVICE = {
    "usage.when": ("Use when", "the barrel of a vintage is not known"),
    "usage.exclusion": ("Do not use to", "count the bottles of a whole cellar"),
    "usage.prerequisite": ("Requires", "the cellar to be open for the day"),
    "completeness.returns": ("Returns", "the vintage and the size of each bottle"),
}
ASKED = {
    "usage.when": ("When to use", "When to use this tool", "Use THIS tool when", "**When to use**"),
    "usage.exclusion": ("When NOT to use", "Do NOT use this tool for", "**When not to use**"),
}
SHAPES = {
    "sentence": "{0} {1}.",
    "heading with a list": "## {0}\n\n- {1}\n- the label is torn",
    "label with a list": "{0}:\n- {1}\n- the label is torn",
    "label with numbers": "{0}:\n1. {1}\n2. the label is torn",
    "heading with a paragraph": "## {0}\n\n{1}.",
    "bullet": "- {0} {1}",
    "bullet with a label": "- **{0}:** {1}",
    "bold label": "**{0}:** {1}.",
    "row of a table": "| Topic | Text |\n|---|---|\n| {0} | {1} |",
    "block like Args": "{0}:\n    {1}",
}
SAYS = [(check, *words) for check, words in ADVICE.items()]
SAYS += [(check, label, ADVICE[check][1]) for check, labels in ASKED.items() for label in labels]
FACTS = {
    "behavior.harmless": ("Read-only.", "Read-only. Does not modify anything.", "No side effects."),
    "behavior.reversibility": (
        "Cannot be undone.",
        "This cannot be undone.",
        "Irreversible.",
        "Can be undone.",
    ),
}
FACT_SHAPES = {
    "sentence": "{0}",
    "bullet": "- {0}",
    "bold": "**{0}**",
    "number": "1. {0}",
    "label": "**Effect:** {0}",
    "heading": "## Notes\n\n{0}",
    "heading with a list": "## Notes\n\n- {0}",
    "row of a table": "| Topic | Text |\n|---|---|\n| Effect | {0} |",
    "block like Args": "Effect:\n    {0}",
}
HEADINGS = {
    "capitals": "{2}\n- {1}\n- the label is torn",
    "line alone": "{0}\n\n- {1}",
    "line above a paragraph": "{0}\n{1}.",
    "underscores": "__{0}__\n- {1}",
    "underscores in a line": "__{0}__ {1}",
    "emphasis": "*{0}*\n- {1}",
    "brackets": "[{0}]\n- {1}",
    "rulers": "=== {2} ===\n- {1}",
    "ruler below": "{0}\n-----------\n- {1}",
    "tag": "<{3}>\n- {1}\n</{3}>",
    "tag in a line": "<{3}>{1}</{3}>",
    "dash": "{0} \u2014 {1}",
}
HEADED = {
    "usage.when": "When to use",
    "usage.exclusion": "When not to use",
    "usage.prerequisite": "Prerequisites",
    "completeness.returns": "Returns",
}
QUESTIONS = (
    '**When to use this tool:**\n- "How is my cellar doing?"\n- "Is it cold enough for a white?"'
)
SECTIONS = [  # (check, what a section says): "get_bottle" for what reads, else "delete_bottle"
    ("usage.when", QUESTIONS),
    ("behavior.harmless", "Side effects: none"),
    ("behavior.harmless", "SIDE EFFECTS: NONE"),
    ("behavior.harmless", "**Side effects:** None."),
    ("behavior.harmless", "## Side effects\n\nNone"),
    ("behavior.harmless", "Side effects:\n- none"),
    ("behavior.harmless", "<side_effects>none</side_effects>"),
    ("behavior.harmless", "| Side effects | none |"),
    ("behavior.harmless", "Mutates: nothing"),
    ("behavior.harmless", "Read-only: yes"),
    ("behavior.reversibility", "Reversible: no"),
    ("behavior.reversibility", "Undo: not possible."),
    ("behavior.permission", "Auth: none"),
    ("behavior.permission", "Required scope: cellar.read"),
    ("behavior.permission", "AUTHENTICATION\n- bearer token"),
    ("behavior.permission", "Admins only."),
    ("behavior.cost", "Cost: 1 credit."),
    ("behavior.cost", "Cost: free"),
    ("behavior.cost", "At most 10 calls a minute."),
    ("behavior.failure", "ERRORS\n- unknown number"),
    ("behavior.timing", "Asynchronous."),
    ("behavior.timing", "Async: yes"),
    ("behavior.bounds", "Paginated."),
    ("behavior.bounds", "At most 50."),
    ("behavior.repetition", "Idempotent: yes"),
    ("behavior.repetition", "Calling it twice has the same effect."),
    ("behavior.effect", "Other fields are kept"),
    ("behavior.effect", "Only the given fields are changed."),
    ("behavior.effect", "Side effects: the owner gets a mail."),
    ("behavior.method", "Source: the book of the house."),
    ("completeness.returns", "Response: vintage, size and label."),
    ("completeness.returns", "RESPONSE\n- vintage\n- size\n- label"),
    ("completeness.returns", "Returns:\n- vintage\n- size\n- label"),
    ("completeness.returns", ":return: the vintage and size"),
    ("completeness.returns", "### Return format\n- vintage\n- size"),
    ("behavior.output", "Returns:\n- vintage\n- size\n- label\n- barrel"),
    ("behavior.output", "Output: vintage, size, label and barrel."),
]
SILENT = [
    ("behavior.effect", "Side effects: none"),
    ("behavior.harmless", "Side effects: many"),
    ("behavior.reversibility", "A permanent link to the bottle."),
    ("completeness.returns", "The time of response of the cellar."),
    ("usage.when", "WHEN TO USE\n\nERRORS\n- none"),
    ("usage.when", "- When to use\n- Read-only"),
]
TERSE = [
    ("usage.prerequisite", "Requires login."),
    ("behavior.permission", "Requires authentication."),
    ("behavior.permission", "No authentication required."),
    ("behavior.failure", "Errors if missing."),
    ("behavior.timing", "Returns immediately."),
    ("completeness.returns", "Returns the label."),
    ("behavior.effect", "Overwrites the label."),
]
TOOLS = {
    **dict.fromkeys(
        ("behavior.harmless", "behavior.bounds", "behavior.method"), ("get_bottle", "Get a bottle")
    ),
    "other": ("delete_bottle", "Delete a bottle"),
}


def share(check: str, added: str, by: str = "\n\n") -> object:
    name, says = TOOLS.get(check, TOOLS["other"])
    description = f"{says} of the cellar by its number.{by}{added}"
    return verdict(check, {"name": name, "description": description, "siblings": ["x"]}).share


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize(("check", "label", "rest"), SAYS)
def test_advice_is_heard_in_every_shape(check: str, label: str, rest: str, shape: str) -> None:
    assert share(check, "") != 1
    assert share(check, shape.format(label, rest)) == 1


@pytest.mark.parametrize("shape", FACT_SHAPES.values(), ids=FACT_SHAPES)
@pytest.mark.parametrize(
    ("check", "fact"), [(check, fact) for check, facts in FACTS.items() for fact in facts]
)
def test_a_short_fact_is_heard_in_every_shape(check: str, fact: str, shape: str) -> None:
    assert share(check, "") != 1
    assert share(check, shape.format(fact)) == 1


@pytest.mark.parametrize("shape", HEADINGS.values(), ids=HEADINGS)
@pytest.mark.parametrize("check", HEADED)
def test_a_heading_is_heard_however_it_is_written(check: str, shape: str) -> None:
    label = HEADED[check]
    tag = label.lower().replace(" ", "_")
    assert share(check, shape.format(label, ADVICE[check][1], label.upper(), tag)) == 1


@pytest.mark.parametrize(("check", "says"), SECTIONS)
def test_a_labelled_section_is_heard(check: str, says: str) -> None:
    assert share(check, "") != 1
    assert share(check, says) == 1


@pytest.mark.parametrize(("check", "says"), SILENT)
def test_a_label_without_an_answer_proves_nothing(check: str, says: str) -> None:
    assert share(check, says) != 1


@pytest.mark.parametrize(
    "empty",
    ["When to use:", "## When to use\n\n## Errors", "When to use:\n- needed", "**When to use**"],
)
def test_a_heading_alone_proves_nothing(empty: str) -> None:
    assert share("usage.when", empty) == 0


def test_short_phrases_strung_together_are_not_facts() -> None:
    assert share("behavior.harmless", "Read-only. Instead. Returns. Timeout. Errors.") == 0


@pytest.mark.parametrize(("check", "says"), TERSE)
def test_a_sentence_without_a_subject_is_heard(check: str, says: str) -> None:
    assert share(check, "") != 1
    assert share(check, says) == 1


def test_a_string_of_terse_sentences_is_not_heard() -> None:
    says = "Requires login. Errors if missing. Overwrites the label. Returns the label."
    assert share("usage.prerequisite", says) == 0


def read_pages() -> Iterator[tuple[str, dict[str, Any], str, str]]:
    """Yield each check whose page adds sentences to a description: (id, its good example, the bad
    description, the sentences).
    """
    asked = {**questions(), **remarks()}
    for check, question in asked.items():
        _, _, examples = question.check.page.partition("\n\nBad:\n")
        bad, good = (tomllib.loads(textwrap.dedent(code)) for code in examples.split("\n\nGood:\n"))
        was, text = (str(example.get("description", "")) for example in (bad, good))
        old = [sentence.string.strip() for sentence in Text(was).sentences]
        new = [sentence.string.strip() for sentence in Text(text).sentences]
        if old and len(new) > len(old) and new[: len(old)] == old:  # it adds, and deletes nothing
            yield check, good, was, " ".join(new[len(old) :])


@pytest.mark.parametrize("shape", FACT_SHAPES.values(), ids=FACT_SHAPES)
@pytest.mark.parametrize("page", list(read_pages()), ids=lambda page: page[0])
def test_the_good_example_of_a_page_is_heard_in_every_shape(
    page: tuple[str, dict[str, Any], str, str], shape: str
) -> None:
    check, good, was, added = page
    least, found = (
        verdict(check, {**good, "description": text}).share
        for text in (good["description"], f"{was}\n\n{shape.format(added)}")
    )
    assert least is not None
    assert found is not None
    assert found >= least


FOREIGN = [
    ("list_orders", "Lista os pedidos do cliente."),
    ("create_order", "Cria um pedido."),
    ("list_orders", "M\u00fc\u015fterinin sipari\u015flerini listeler."),
    ("get_weather", "Hava durumu getirir"),
    ("list_orders", "Menampilkan daftar pesanan pelanggan"),
    ("list_orders", "Lay danh sach don hang cua khach hang"),
    ("delete_order", "Usuwa zam\u00f3wienie"),
    ("list_orders", "H\u00e4mtar alla ordrar f\u00f6r en kund"),
]
ENGLISH = [
    ("list_orders", "List orders"),
    ("get_weather", "Weather, temperature, humidity, API"),
    ("parse_resume", "R\u00e9sum\u00e9 parser"),
    ("classify", "Na\u00efve Bayes classifier"),
    ("draw_curve", "B\u00e9zier curves"),
    ("find_cafe", "Caf\u00e9 finder"),
    ("list_files", "List files in S\u00e3o Paulo"),
    ("roll_die", "Roll a die with the given number of sides"),
]


@pytest.mark.parametrize(("name", "says"), FOREIGN)
def test_a_short_text_in_another_language_is_not_judged(name: str, says: str) -> None:
    assert not view({"name": name, "description": says}).english


@pytest.mark.parametrize(("name", "says"), ENGLISH)
def test_a_short_english_text_is_judged(name: str, says: str) -> None:
    assert view({"name": name, "description": says}).english
