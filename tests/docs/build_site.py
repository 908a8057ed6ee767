#!/usr/bin/env python3
"""Builds the documentation site as `make docs` does, strictly, and looks at what came out: build_site.py ROOT

Fails where a page names a file or an anchor of the site that isn't there, has an anchor twice, or loads something from
another place.
Skipped (77) where `make docs` hasn't brought the packages."""

import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from html import unescape
from pathlib import Path
from urllib.parse import unquote

NAMED = re.compile(r"<(\w+)\b[^>]*?\s(?:href|src)=(?:\"([^\"]*)\"|([^\s>\"]+))[^>]*>")
ANCHOR = re.compile(r"\sid=(?:\"([^\"]*)\"|([^\s>\"]+))")


def faults_of(site):
    pages = {file: file.read_text() for file in site.rglob("*.html")}
    anchors = {file: Counter(unescape(one or other) for one, other in ANCHOR.findall(text)) for file, text in pages.items()}
    exists = {}
    faults = {f"{file.relative_to(site)} has the place {name} {times} times" for file, found in anchors.items()
              for name, times in found.items() if times > 1 and not name.startswith("__")}
    for page, text in pages.items():
        if page.name == "404.html":
            continue  # its links are those of the server's root
        for tag, quoted, bare in set(NAMED.findall(text)):
            target = unescape(quoted or bare)
            if re.match(r"(https?:)?//", target):
                if tag != "a":
                    faults.add(f"{page.relative_to(site)} loads {target}")
                continue
            if re.match(r"(mailto|data|javascript):", target):
                continue
            path, _, anchor = target.partition("#")
            file = Path(os.path.normpath(page.parent / unquote(path))) if path not in ("", ".") else page
            file = file / "index.html" if file.is_dir() else file
            if file not in exists:
                exists[file] = file.exists()
            if not exists[file]:
                faults.add(f"{page.relative_to(site)} names {target}, which isn't there")
            elif anchor and file in anchors and unquote(anchor) not in anchors[file] and not anchor.startswith("__"):
                faults.add(f"{page.relative_to(site)} names {target}, but that page has no such place")
    for style in site.rglob("*.css"):
        faults |= {f"{style.relative_to(site)} loads {url}" for url in re.findall(r"url\(['\"]?(https?:[^)'\"]+)", style.read_text())}
    return len(pages), sorted(faults)


if __name__ == "__main__":
    root = Path(sys.argv[1]).resolve()
    mkdocs = root / "build/site/venv/bin/mkdocs"
    if not mkdocs.exists():
        print("SKIPPED: no mkdocs in build/site/venv; `make docs` brings it")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        built = subprocess.run([mkdocs, "build", "--strict", "--quiet", "--site-dir", folder], cwd=root,
                               env={**os.environ, "NO_MKDOCS_2_WARNING": "1"})
        if built.returncode:
            sys.exit("mkdocs build failed")
        pages, faults = faults_of(Path(folder))
        if faults or pages < 100:
            sys.exit("\n".join([*faults, f"{len(faults)} faults in {pages} pages"]))
        print(f"{pages} pages, and all that they name is there")
