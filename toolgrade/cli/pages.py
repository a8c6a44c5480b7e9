"""`toolgrade explain` and `toolgrade checks`."""

from __future__ import annotations

import json

import click

from toolgrade.cli.writing import fail, write

rubric_option = click.option(
    "--rubric", default="tdqs", show_default=True, metavar="NAME|FILE", help="What to judge by."
)


@click.command()
@click.argument("topic", default="", metavar="[CHECK|DIMENSION]")
@rubric_option
def explain(topic: str, rubric: str) -> None:
    """Show the page of a check or a dimension, and what the rubric pays for it.

    \b
    Example:
      toolgrade explain usage.exclusion
    """
    from toolgrade.explain import page  # noqa: PLC0415 - start-up time
    from toolgrade.rubric import Rubric  # noqa: PLC0415 - start-up time

    try:
        lines = list(page(Rubric.load(rubric), topic))
    except KeyError as error:
        fail(error.args[0])
    write((f"{line}\n" for line in lines), "")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@rubric_option
def checks(rubric: str, *, as_json: bool) -> None:
    """List every check with its price, one line each.

    \b
    Example:
      toolgrade checks
    """
    from toolgrade.explain import one_line  # noqa: PLC0415 - start-up time
    from toolgrade.explain import price as spell  # noqa: PLC0415 - start-up time
    from toolgrade.rubric import Rubric  # noqa: PLC0415 - start-up time

    questions = [q for rules in Rubric.load(rubric).every_dimension for q in rules.questions]
    if as_json:
        rows = [
            {"check": q.check.id, "title": q.check.title, "price": spell(q.price)}
            for q in questions
        ]
        write(iter([json.dumps(rows, indent=2), "\n"]), "")
        return
    write((f"{one_line(question)}\n" for question in questions), "")
