"""Web pages: the article's headings, paragraphs, lists and tables, without the menus round them. lxml lives here (for HTML).

The tree is walked once without recursion, so that nesting a page 100,000 deep costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from index.errors import FileDamaged, NoTextFound
from index.read.article import main_part
from index.read.document import Document, RawBlock, compose
from index.read.encoding import decode
from index.read.grid import GridCell, is_layout, table_blocks
from index.read.structure import LONGEST_TITLE, classify, settle

_DECLARED = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
# Pages saved from the server's own folder hold its programs.
_PROGRAM = re.compile(r"<\?(?:php\b|=).*?(?:\?>|\Z)|<%.*?%>", re.DOTALL | re.IGNORECASE)
_SCRIPTED = re.compile(rb"<(?:script|iframe|frame)\b", re.IGNORECASE)
_SHELL_NOTE = (
    "Most of this page is loaded by scripts or frames and is not in the file. Open it in a browser and save it from there."
)
LITTLE_TEXT = 300  # characters
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_DROPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "object",
        "embed",
        "applet",
        "svg",
        "canvas",
        "audio",
        "video",
        "map",
        "form",
        "button",
        "select",
        "input",
        "textarea",
        "label",
        "nav",
        "aside",
        "footer",
        "dialog",
        "menu",
        "head",
        "link",
        "meta",
    ]
)
_BLOCKS = frozenset(
    [
        "p",
        "div",
        "section",
        "article",
        "main",
        "body",
        "html",
        "header",
        "center",
        "blockquote",
        "address",
        "figure",
        "figcaption",
        "dl",
        "dt",
        "dd",
        "ul",
        "ol",
        "li",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "table",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "td",
        "th",
        "caption",
        "hr",
        "pre",
        "fieldset",
        "details",
        "summary",
        "hgroup",
    ]
)
_BOILERPLATE = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|submenu|breadcrumbs?|footer|sidebar|comments?|share|sharing|social|related|advert(?:isement)?|ads|banner|cookies?|login"
    r"|search|pagination|pager|toolbar|popup|modal|skip-link|tags|consent|gdpr|newsletter|subscribe"
    r"|quang-?cao|binh-?luan|chia-?se|(?:tin|bai|bai-viet|xem-them)-?lien-?quan|tin-?khac|tin-?moi|tin-cung-chuyen-muc|dang-nhap)(?:$|[\s_-])",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SPACE = re.compile(r"[^\S\n]+")
_DATE_FIELDS = (
    "article:published_time",
    "datepublished",
    "date",
    "pubdate",
    "dc.date",
    "dcterms.date",
    "dcterms.created",
    "publishdate",
)
_ISO = re.compile(r"^(\d{4})-(\d\d)-(\d\d)")


def read_html(data: bytes, name: str) -> Document:
    """A web page: its article (or main part, or body). `title` is its <title>, `date` its published-on meta tag."""
    declared = _DECLARED.search(data[:4096])
    decoded = decode(data, name=name, format="HTML", declared=declared.group(1).decode("ascii", "ignore") if declared else "")
    markup = _PROGRAM.sub(" ", decoded.text) if "<?" in decoded.text or "<%" in decoded.text else decoded.text
    tree = _parse(markup, name)
    title = _SPACE.sub(" ", " ".join("".join(node.itertext()) for node in tree.iter("title"))).strip()
    date = _date(tree)
    _prune(tree)
    body = tree.find("body")
    main = main_part(tree if body is None else body)
    raw = list(_blocks(main))
    names = [_flat(node) for node in main.iter("h1")]
    if len(names) == 1 and len(names[0]) <= LONGEST_TITLE:  # the one <h1> of a page is its title
        raw = [
            block._replace(kind="title", level=0) if block.kind == "heading" and block.text == names[0] else block for block in raw
        ]
    text, blocks = compose(settle(raw))
    scripted = len(text) < LITTLE_TEXT and bool(_SCRIPTED.search(data))
    if not text and (scripted or markup is not decoded.text):
        raise NoTextFound(file=name, detail="it is a page's empty shell: a browser loads its words from elsewhere")
    notes = tuple(note for note in (decoded.doubt, _SHELL_NOTE if scripted else "") if note)
    return Document(text, blocks, "html", title=title.replace("\n", " "), date=date, notes=notes)


def _parse(text: str, name: str) -> Any:
    from lxml import etree, html

    parser = html.HTMLParser(remove_comments=True, remove_pis=True, no_network=True, huge_tree=True)
    try:
        tree = html.document_fromstring(_XML_DECLARATION.sub("", text), parser=parser, ensure_head_body=True)
    except etree.ParserError as exc:
        raise NoTextFound(file=name, detail="it is a page's empty shell, without any words of its own") from exc
    except (etree.LxmlError, ValueError, AssertionError) as exc:
        raise FileDamaged(file=name, format="HTML", detail=f"its markup cannot be read: {str(exc)[:80]}") from exc
    return tree


def _date(tree: Any) -> str:
    for node in tree.iter("meta", "time"):
        field = (node.get("property") or node.get("name") or node.get("itemprop") or "").lower()
        value = node.get("content") or node.get("datetime") or ""
        if (field in _DATE_FIELDS or node.tag == "time") and (found := _ISO.match(value)):
            return found.group()
    return ""


def _prune(tree: Any) -> None:
    """Take out what is not shown or not the article. A part that holds most of the page's words is kept whatever it is called."""
    size = max(len("".join(tree.itertext("p", "td", "li", "div", "h1", "h2"))), 1)
    for node in list(tree.iter()):
        if not isinstance(node.tag, str) or node.tag in ("html", "body"):
            continue
        if (
            node.tag in _DROPPED
            or node.get("hidden") is not None
            or node.get("aria-hidden") == "true"
            or _HIDDEN.search(node.get("style") or "")
        ):
            if node.tag in ("form", "label", "aside", "footer") and len("".join(node.itertext())) > 0.5 * size:
                continue
            _drop(node)
        elif (
            node.tag == "header" and next(node.iterancestors("article", "main"), None) is None and node.find(".//h1") is None
        ) or (
            node.tag in ("div", "section", "ul", "ol", "span", "p")
            and _BOILERPLATE.search(f"{node.get('class', '')} {node.get('id', '')}")
        ):
            if len("".join(node.itertext())) < 0.3 * size:
                _drop(node)
        elif node.tag in ("ul", "ol", "div", "table") and _is_link_list(node):
            _drop(node)


def _drop(node: Any) -> None:
    if node.getparent() is not None:
        node.drop_tree()


def _is_link_list(node: Any) -> bool:
    """Links that make up nearly all of a part's words and no sentence among them: a menu, or other articles."""
    links = node.findall(".//a") if len(node) < 200 else []
    if len(links) < (2 if node.tag in ("ul", "ol") else 4) or (node.tag != "table" and node.find(".//table") is not None):
        return False
    linked = sum(len("".join(link.itertext()).strip()) for link in links)
    return linked > 0.85 * len("".join(node.itertext()).strip()) and linked < 100 * len(links)


def _blocks(root: Any) -> Iterator[RawBlock]:
    from lxml import etree

    table = 0
    words: list[str] = []
    kinds: list[str] = []  # the block elements we are in
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, node in walk:
        if event == "end":
            if node.tag in _BLOCKS:
                yield from _flush(words, kinds)
                if kinds:
                    kinds.pop()
            if node is not root:
                words.append(node.tail or "")
            continue
        if node.tag == "table" and not _is_layout_table(node):
            yield from _flush(words, kinds)
            table += 1
            yield from _table(node, table)
            walk.skip_subtree()
            kinds.append("table")
            continue
        if node.tag in _BLOCKS:
            yield from _flush(words, kinds)
            kinds.append(node.tag)
        elif node.tag == "br":
            words.append("\n")
        words.append(node.text or "")
    yield from _flush(words, kinds)


def _flush(words: list[str], kinds: list[str]) -> Iterator[RawBlock]:
    """The words gathered since the last block began or ended, as blocks; a line break inside separates lines."""
    if not words:
        return
    joined = "".join(word if word == "\n" else word.replace("\r", " ").replace("\n", " ") for word in words)
    words.clear()
    inside = next((kind for kind in reversed(kinds) if kind not in ("div", "section", "span", "p", "article")), "")
    for line in joined.split("\n"):
        text = _SPACE.sub(" ", line).strip()
        if not text:
            continue
        if inside in ("h1", "h2", "h3", "h4", "h5", "h6"):
            yield RawBlock("heading", text, level=int(inside[1]))
        elif inside in ("li", "dd", "dt"):
            yield RawBlock("item", text)
        elif inside in ("caption", "figcaption"):
            yield RawBlock("caption", text)
        else:
            yield classify(text)


def _is_layout_table(node: Any) -> bool:
    """A table used to place things on the page: it holds another table or headings, or is declared so, or has one column."""
    if (
        node.get("role") == "presentation"
        or node.find(".//table") is not None
        or node.find(".//h1") is not None
        or node.find(".//h2") is not None
    ):
        return True
    return is_layout([[GridCell(_flat(cell)) for cell in row if cell.tag in ("td", "th")] for row in node.iter("tr")])


def _table(node: Any, number: int) -> Iterator[RawBlock]:
    caption = node.find("caption")
    if caption is not None and _flat(caption):
        yield RawBlock("caption", _flat(caption), table=number)
    rows: list[list[GridCell]] = []
    head = 0
    for row in node.iter("tr"):
        cells = [
            GridCell(_flat(cell), _is_header(cell), _span(cell, "colspan"), _span(cell, "rowspan"))
            for cell in row
            if cell.tag in ("td", "th")
        ]
        if not cells:
            continue
        rows.append(cells)
        parent = row.getparent()
        head += int(parent is not None and parent.tag == "thead" and head == len(rows) - 1)
    yield from table_blocks(rows, table=number, header_rows=head)


def _is_header(cell: Any) -> bool:
    if cell.tag == "th":
        return True
    bold = "".join("".join(node.itertext()) for node in cell.iter("b", "strong")).strip()
    return bool(bold) and bold == "".join(cell.itertext()).strip()


def _span(cell: Any, name: str) -> int:
    value = (cell.get(name) or "1").strip()
    return min(int(value), 65_534) if value.isascii() and value.isdigit() and len(value) < 9 and int(value) else 1


def _flat(node: Any) -> str:
    """All words of a cell on one line; a block element or line break inside parts words."""
    from lxml import etree

    pieces: list[str] = []
    for event, part in etree.iterwalk(node, events=("start", "end")):
        if part is not node and (part.tag in _BLOCKS or part.tag == "br"):
            pieces.append(" ")
        if event == "start":
            pieces.append(part.text or "")
        elif part is not node:
            pieces.append(part.tail or "")
    return _SPACE.sub(" ", "".join(pieces).replace("\n", " ")).strip()
