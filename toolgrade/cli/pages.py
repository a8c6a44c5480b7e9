"""`toolgrade explain` and `toolgrade checks`."""

from __future__ import annotations

import json

import click

from toolgrade.cli.writing import fail, write

rubric_option = click.option(
    "--rubric",
    default="tdqs",
    show_default=True,
    metavar="NAME|FILE",
    help="The rubric to judge by.",
)


@click.command()
@click.argument(
    "topic", default="", metavar="[CHECK|DIMENSION|CLIENT|PROFILE|spec|ignore|risk|ATTACK]"
)
@rubric_option
def explain(topic: str, rubric: str) -> None:
    """Explain a check, a dimension, a client, a profile, a category of risk or a known attack.

    \b
    Examples:
      toolgrade explain usage.exclusion
      toolgrade explain cursor
    """
    from toolgrade.clients import pages as clients  # noqa: PLC0415 - start-up time
    from toolgrade.gates import profiles  # noqa: PLC0415 - start-up time
    from toolgrade.rubric import Rubric  # noqa: PLC0415 - start-up time
    from toolgrade.rubric.explain import page  # noqa: PLC0415 - start-up time

    others = (*clients.topics(), *profiles.PROFILES)
    try:
        if topic in profiles.PROFILES:
            lines = list(profiles.page(topic))
        elif topic in others:
            lines = list(clients.page(topic))
        else:
            lines = list(page(Rubric.load(rubric), topic, others))
    except KeyError as error:
        fail(error.args[0])
    write((f"{line}\n" for line in lines), "")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@rubric_option
def checks(rubric: str, *, as_json: bool) -> None:
    """List every check with its price or its level, one on a line.

    \b
    Example:
      toolgrade checks
    """
    from toolgrade.rubric import Rubric  # noqa: PLC0415 - start-up time
    from toolgrade.rubric.explain import level_line, one_line  # noqa: PLC0415 - start-up time
    from toolgrade.rubric.pages import format_price  # noqa: PLC0415 - start-up time

    rules = Rubric.load(rubric)
    questions = [q for dimension in rules.every_dimension for q in dimension.questions]
    if as_json:
        rows = [
            {
                "check": q.check.id,
                "title": q.check.title,
                "price": format_price(q.price),
                "level": None,
            }
            for q in questions
        ]
        rows += [
            {"check": r.check.id, "title": r.check.title, "price": None, "level": r.level}
            for r in rules.remarks
        ]
        write(iter([json.dumps(rows, indent=2), "\n"]), "")
        return
    lines = (*map(one_line, questions), *map(level_line, rules.remarks))
    write((f"{line}\n" for line in lines), "")
