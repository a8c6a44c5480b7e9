"""What robots read: a feed of changes, and a list of the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5
from xml.sax.saxutils import escape, quoteattr

from toolgrade.outputs.results import flat

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence

_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
_MOST_ENTRIES = 100
_MOST_ADDRESSES = 50_000
"""What the protocol of sitemaps allows in a file."""


def write_atom(
    changes: Sequence[Mapping[str, Any]], since: str, url: str, known: Container[str]
) -> str:
    """Return an Atom feed of the newest changes; `since` is when the first run was, `known` are the
    servers that have a page. Its ids do not depend on where it is published.
    """
    updated = changes[0]["date"] if changes else since
    own = f'<link rel="self" href={quoteattr(url + "feed.xml")}/>\n' if url else ""
    entries = "".join(_write_entry(change, url, known) for change in changes[:_MOST_ENTRIES])
    return (
        f'{_HEAD}<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"<title>Changes of MCP servers</title>\n<id>{_make_id('feed', since)}</id>\n{own}"
        f"<updated>{escape(updated)}</updated>\n<author><name>toolgrade</name></author>\n"
        f"{entries}</feed>\n"
    )


def _write_entry(change: Mapping[str, Any], url: str, known: Container[str]) -> str:
    slug = change["slug"]
    page = f"{url}servers/{slug}/index.html" if slug in known else f"{url}changes.html"
    identity = _make_id(change["date"], change["server"], change["kind"], slug)
    return (
        f"<entry>\n<title>{escape(flat(change['server']))}: {escape(change['kind'])}</title>\n"
        f"<id>{identity}</id>\n<updated>{escape(change['date'])}</updated>\n"
        f"<link href={quoteattr(page)}/>\n"
        f"<summary>{escape(flat(change['summary']))}</summary>\n</entry>\n"
    )


def _make_id(*parts: str) -> str:
    text = "\n".join(parts).encode("utf-8", "backslashreplace").decode()
    return f"urn:uuid:{uuid5(NAMESPACE_URL, text)}"


def write_sitemap(pages: Sequence[str], url: str) -> Iterator[tuple[str, str]]:
    """Yield the files of a sitemap with their names: one, or parts and their list."""
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    parts = [
        f"{_HEAD}<urlset {space}>\n"
        + "".join(f"<url><loc>{escape(url + page)}</loc></url>\n" for page in part)
        + "</urlset>\n"
        for part in (
            pages[at : at + _MOST_ADDRESSES] for at in range(0, len(pages), _MOST_ADDRESSES)
        )
    ]
    if len(parts) == 1:
        yield "sitemap.xml", parts[0]
        return
    names = [f"sitemap-{number}.xml" for number in range(1, len(parts) + 1)]
    yield from zip(names, parts, strict=True)
    listed = "".join(f"<sitemap><loc>{escape(url + name)}</loc></sitemap>\n" for name in names)
    yield "sitemap.xml", f"{_HEAD}<sitemapindex {space}>\n{listed}</sitemapindex>\n"
