"""What mkdocs does beside rendering docs/: the README is the home page, the API pages come from the headers (api.py), and
links lead to pages: to a page of docs/, to the API page of a public header, or to a page with the text of the file.
Pages are known to readers by their place in the repository, so a file's links are those that work in the repository."""

import posixpath
import re
import sys
from pathlib import Path

from mkdocs.structure.files import File

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))
import api  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"(!?\[(?:[^\[\]]|\[[^\]]*\])*\])\(([^()\s]+)\)")
LANGUAGES = {".hpp": "cpp", ".cpp": "cpp", ".cu": "cpp", ".py": "python", ".sh": "bash", ".toml": "toml", ".json": "json",
             ".cmake": "cmake", ".txt": "text", ".yml": "yaml"}
PICTURES = {".svg", ".png", ".gif", ".jpg"}
LARGEST = 200_000  # bytes of a file that is shown
# The navigation: a title, and pages in their order; a folder stands for the pages in it that aren't named before.
SECTIONS = [("Start", ["docs/install.md", "docs/python.md", "docs/connectome.md", "examples/README.md"]),
            ("Course", ["docs/course"]),
            ("Use", ["docs/training.md", "docs/gpu.md", "docs/workbench.md", "docs/exchange.md", "docs/errors.md"]),
            ("Why it is right", ["docs/learning.md", "docs/performance.md", "docs/parity.md", "tests/differential/README.md"]),
            ("Design", ["docs/design.md", "docs/dev"])]

origin = {}    # page of the site: file of the repository
pages = {}     # the other way round
texts = {}     # page that is made here: its Markdown
headers = set()
linked = {}    # file of the repository that is shown as a page of its own: that page


def page_of(path):
    """The page that shows a file or folder of the repository, which is added where it is shown as it stands; or None."""
    if path in pages:
        return pages[path]
    file = ROOT / path
    if path.startswith("include/cortexpr/") and path.removeprefix("include/cortexpr/") in headers:
        return api.Api.page_of(path.removeprefix("include/cortexpr/"))
    if file.is_dir():
        for name in ("index.md", "README.md"):
            if f"{path}/{name}" in pages or (file / name).is_file():
                return page_of(f"{path}/{name}")
    elif not file.is_file() or (file.suffix not in PICTURES and file.stat().st_size > LARGEST):
        return None
    target = f"source/{path}" + ("" if file.suffix in PICTURES else ".md")
    pages[path], origin[target], linked[path] = target, path, target
    return target


def text_of(path):
    """The Markdown of a page for a file or folder that is no page."""
    file = ROOT / path
    if file.is_dir():
        inside = sorted(one for one in file.iterdir() if not one.name.startswith((".", "__")))
        rows = [f"- [{title_of(one)}]({one.name})" for one in inside]
        return f"# {path}\n\n" + "\n".join(rows) + "\n"
    text = file.read_text(errors="replace")
    if file.suffix == ".md":
        return text
    language = LANGUAGES.get(file.suffix, "cmake" if file.name == "CMakeLists.txt" else "text")
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
    return f"# {path}\n\n{fence}{language}\n{text.rstrip()}\n{fence}\n"


def title_of(file):
    if file.suffix == ".md":
        heading = re.search(r"^# (.+)$", file.read_text(), re.M)
        if heading:
            return heading.group(1)
    return file.name + ("/" if file.is_dir() else "")


def relinked(markdown, page):
    """Links of a page, which is known by its file in the repository, to pages of the site."""
    here = origin.get(page)
    if here is None:
        return markdown
    folder = here if (ROOT / here).is_dir() else posixpath.dirname(here)

    def link(match):
        words, target = match.groups()
        target, hash_mark, anchor = target.partition("#")
        if not target or re.match(r"[a-z]+:", target):
            return match.group(0)
        path = posixpath.normpath(posixpath.join(folder, target))
        to = page_of(path)
        if to is None:
            return match.group(0)  # mkdocs says that it leads nowhere
        if re.fullmatch(r"L\d+(-L\d+)?", anchor):
            hash_mark = anchor = ""  # a line of a program
        said = words.strip("[]`")
        if to.endswith(".md") and not to.startswith(("source/", "api/")) and (path == said or path.endswith("/" + said)):
            words = f"[{title_of(ROOT / path)}]"  # a reader of the site sees no files
        return f"{words}({posixpath.relpath(to, posixpath.dirname(page) or '.')}{hash_mark}{anchor})"

    parts = re.split(r"(^[ ]*(?:```|~~~).*?^[ ]*(?:```|~~~)$)", markdown, flags=re.M | re.S)
    return "".join(part if part.lstrip().startswith(("```", "~~~")) else LINK.sub(link, part) for part in parts)


def on_files(files, config):
    for known in (origin, pages, texts, linked):
        known.clear()
    for file in files:
        if not file.is_documentation_page() and Path(file.src_uri).suffix not in PICTURES:
            continue  # a program beside a page is shown as one, like those elsewhere
        origin[file.src_uri], pages["docs/" + file.src_uri] = "docs/" + file.src_uri, file.src_uri
    for path, page in (("README.md", "index.md"), ("CHANGELOG.md", "changelog.md"), ("examples/README.md", "examples.md"),
                       ("tests/differential/README.md", "differential.md")):
        pages[path], origin[page] = page, path
        texts[page] = (ROOT / path).read_text()
    if (ROOT / "docs/dev").is_dir() and "docs/dev/index.md" not in pages:
        pages["docs/dev"], origin["dev/index.md"] = "dev/index.md", "docs/dev"
        texts["dev/index.md"] = "# The hard folders\n\nHow they work, and how to change them.\n\n" + text_of("docs/dev").split("\n", 2)[2]
    made = api.Api(ROOT)
    faults = made.undocumented()
    if faults:
        raise SystemExit("\n".join(faults))
    headers.update(made.headers)
    texts.update(made.pages())

    for page, text in texts.items():
        texts[page] = relinked(text, page)
    for file in files.documentation_pages():  # finds what these link to
        relinked(Path(file.abs_src_path).read_text(), file.src_uri)
    waiting = list(linked)
    while waiting:
        path = waiting.pop()
        target = linked[path]
        if (ROOT / path).suffix in PICTURES:
            files.append(File.generated(config, target, abs_src_path=str(ROOT / path)))
            continue
        before = set(linked)
        texts[target] = text_of(path)
        if (ROOT / path).is_dir() or path.endswith(".md"):
            texts[target] = relinked(texts[target], target)
        waiting += [one for one in linked if one not in before]
    for page, text in texts.items():
        files.append(File.generated(config, page, content=text))
    for folder, name in (("stylesheets", "style.css"), ("javascripts", "iframe-worker.js")):
        files.append(File.generated(config, f"{folder}/{name}", abs_src_path=str(ROOT / "docs/site" / name)))
    config["nav"] = navigation(made)
    return files


def navigation(made):
    named = {path for _, paths in SECTIONS for path in paths if path.endswith(".md")}
    nav = [{"Home": "index.md"}]
    for title, paths in SECTIONS:
        entries = []
        for path in paths:
            if path in pages and not (ROOT / path).is_dir():
                entries.append(pages[path])
            elif (ROOT / path).is_dir():
                inside = sorted(file for file in (ROOT / path).glob("*.md") if file.relative_to(ROOT).as_posix() not in named)
                first = [pages[path]] if path in pages else []
                listed = first + [pages[file.relative_to(ROOT).as_posix()] for file in inside]
                entries += [{"The hard folders": listed}] if path == "docs/dev" else listed
        if entries:
            nav.append({title: entries})
    # A page of docs/ that no section names is still found.
    told = set(re.findall(r"[\w/.-]+\.md", str(nav)))
    others = sorted(page for path, page in pages.items() if path.startswith("docs/") and page.endswith(".md") and page not in told)
    if others:
        nav.append({"More": others})
    rooms = {}
    for path in sorted(made.headers):
        room, slash, _ = path.partition("/")
        rooms.setdefault(room if slash else "", []).append({path.removesuffix(".hpp").removeprefix(room + "/"): made.page_of(path)})
    nav.append({"API": ["api/index.md", *rooms.pop("", []), *({room: headers} for room, headers in rooms.items())]})
    nav.append({"Changes": "changelog.md"})
    return nav


def on_page_markdown(markdown, page, config, files):
    if page.file.src_uri.startswith("source/"):
        page.meta["search"] = {"exclude": True}
    elif page.file.src_uri == "errors.md":  # has every word of the declarations
        page.meta["search"] = {"boost": 0.3}
    if page.file.src_uri in texts:
        return markdown  # done already
    return relinked(markdown, page.file.src_uri)
