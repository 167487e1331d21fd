"""Which part of a web page is its article: the smallest that holds nearly all of its prose and tables of figures.

Works on an lxml tree whose scripts, menus and hidden parts are gone already. The rule is that of text density (Kohlschütter et al.,
"Boilerplate Detection using Shallow Text Features", WSDM 2010), cut down to what keeps tables.
"""

from __future__ import annotations

import re
from typing import Any

SHORTEST_PROSE = 80  # characters; menus, counters and addresses are shorter
NEARLY_ALL = 0.9
_FIGURE = re.compile(r"\d")


def main_part(body: Any) -> Any:
    """The longest <article> or <main> if it holds a third of the words, else the part with the prose, else `body` itself."""
    size = len("".join(body.itertext()))
    parts = [(len("".join(node.itertext())), node) for node in body.iter("article", "main")]
    parts += [(len("".join(node.itertext())), node) for node in body.iter("div") if node.get("role") == "main"]
    best = max(parts, key=lambda part: part[0], default=(0, body))
    return best[1] if best[0] > size / 3 else _with_prose(body)


def _with_prose(body: Any) -> Any:
    mass: dict[Any, int] = {}
    prose: set[Any] = set()
    for node in body.iter("p", "div", "td", "li", "span", "table", "blockquote"):
        length = _table_size(node) if node.tag == "table" else _own_size(node)
        if not length:
            continue
        prose.add(node)
        mass[node] = mass.get(node, 0) + length
        for above in node.iterancestors():
            mass[above] = mass.get(above, 0) + length
            if above is body:
                break
    total = mass.get(body, 0)
    if total < 3 * SHORTEST_PROSE:
        return body
    part = body
    while (
        inner := next((child for child in part if mass.get(child, 0) >= NEARLY_ALL * total), None)
    ) is not None and inner not in prose:
        part = inner
    for _ in range(3):  # the title stands above the prose
        if part is body or not _begins_with(part, prose):
            break
        part = part.getparent()
    return part


def _own_size(node: Any) -> int:
    """Length of the words directly in a node and in its inline children, 0 where they are short or mostly links."""
    own = (node.text or "") + "".join(child.tail or "" for child in node)
    inline = "".join(
        "".join(child.itertext()) for child in node if child.tag in ("b", "strong", "i", "em", "u", "font", "sup", "sub")
    )
    length = len(" ".join((own + inline).split()))
    return length if length >= SHORTEST_PROSE else 0


def _table_size(node: Any) -> int:
    """Length of a table that holds figures and hardly a link."""
    rows = node.findall(".//tr")
    text = " ".join("".join(node.itertext()).split())
    if len(rows) < 2 or node.find(".//table") is not None or len(node.findall(".//a")) > len(rows):
        return 0
    return len(text) if _FIGURE.search(text) and len(text) < 60 * len(node.findall(".//td")) else 0


def _begins_with(part: Any, prose: set[Any]) -> bool:
    """The first words of a part are prose already."""
    for node in part.iter():
        if node in prose:
            return True
        if (node.text or "").strip():
            return False
    return False
