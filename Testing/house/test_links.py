"""Links in the Markdown files lead to a file and to a heading that exist."""

import re
from collections.abc import Iterator
from pathlib import Path


def links(path: Path) -> Iterator[str]:
    """Give the targets of the links and pictures of a Markdown file that lie in this repository."""
    for target in re.findall(r"\]\(([^)\s]+)\)|<img[^>]+src=\"([^\"]+)\"", path.read_text(encoding="utf-8")):
        link = target[0] or target[1]
        if not re.match(r"[a-z]+:", link):
            yield link


def anchors(path: Path) -> set[str]:
    """Give the anchors of the headings of a Markdown file, as they are made on the web."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def test_links_lead_somewhere(source_files: list[Path]) -> None:
    broken = []
    for path in source_files:
        for link in links(path) if path.suffix == ".md" else ():
            file, _, anchor = link.partition("#")
            target = path.parent / file if file else path
            if not target.exists() or (anchor and anchor not in anchors(target)):
                broken.append(f"{path.name}: {link}")
    assert broken == []
