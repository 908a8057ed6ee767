#!/usr/bin/env python3
"""The API pages: one for each public header, out of Doxygen's XML and the headers' own first lines.

    api.py ROOT            says what is public and undocumented; fails if anything is
    api.py ROOT FOLDER     writes the pages as Markdown into the folder (mkdocs makes them itself, by hooks.py)

What is public says Doxyfile: installed headers, without `detail`, the checks' passes and the error templates. A comment is
asked of each header, type, concept, function, variable, enumeration and field. It may be left out

  - of what is defaulted, deleted, private, or overrides something that has one;
  - of comparisons, assignments and the members by which the library reads a declaration (UNSPOKEN);
  - of an overload that stands under its documented namesake without an empty line between: they share the comment;
  - of destructors, and of fields that are declared in one statement with a documented one;
  - of the enumerators of a documented enumeration."""

import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

HEADERS = Path("include/cortexpr")
# By these, the library reads a declaration: no one else names them.
UNSPOKEN = {"option", "declare", "area_parts", "network_parts", "readout_parts", "connectome_parts", "sizes_of"}
COMPARISONS = re.compile(r"operator(==|!=|<=>|<|>|<=|>=|=)$")
KINDS = {"struct": "struct", "class": "class", "union": "union", "concept": "concept", "function": "function",
         "friend": "function", "variable": "variable", "typedef": "type", "enum": "enum"}


class Entity:
    """kind, name (from the namespace cortexpr on), path of its header below include/cortexpr, line, column; doc: Markdown;
    node: of the XML; members and enumerators: of a type."""

    def __init__(self, kind, name, node):
        location = node.find("location")
        self.kind, self.name, self.node = kind, name, node
        self.path = location.get("file").removeprefix("cortexpr/") if location is not None else ""
        self.line, self.column = int(location.get("line", 0)), int(location.get("column", 0))
        self.doc = description(node)
        self.members, self.shares = [], None

    @property
    def short(self):
        return re.sub(r"<.*", "", self.name).split("::")[-1] if "operator" not in self.name else self.node.findtext("name")

    @property
    def anchor(self):
        return re.sub(r"[^\w]+", "-", self.name).strip("-").lower()


# --- Doxygen's XML ----------------------------------------------------------------------------------------------------

def run_doxygen(root, out):
    """The folder of the XML, in `out`; fails with Doxygen's words where a comment can't be read."""
    told = subprocess.run(["doxygen", str(root / "docs/site/Doxyfile")], cwd=root, text=True, capture_output=True,
                          env={**os.environ, "CORTEXPR_API_XML": str(out)})
    # A template that derives from another specialisation of itself is a riddle to Doxygen, and no fault.
    faults = [line for line in told.stderr.splitlines() if line.strip() and "recursive class relation" not in line]
    if told.returncode or faults:
        sys.exit("\n".join(faults) or "doxygen failed")
    return out / "xml"


def text_of(node):
    return "".join(node.itertext()) if node is not None else ""


def inline(node):
    return words(node.text) + "".join(inline_child(child) + words(child.tail) for child in node)


def inline_child(child):
    if child.tag == "computeroutput":
        return f"`{text_of(child)}`"
    if child.tag == "bold":
        return f"**{inline(child)}**"
    if child.tag == "emphasis":
        return f"*{inline(child)}*"
    if child.tag == "ulink":
        return f"[{inline(child)}]({child.get('url')})"
    # A <ref> stays words: Doxygen also finds common words. What is in backticks becomes a link later.
    return {"ndash": "–", "mdash": "—", "sp": " ", "minus": "−", "times": "×"}.get(child.tag) or inline(child)


# In prose, code that has no backticks: "names.in[quotes]", template<arguments>, name::spaces, files, snake_case.
CODE = re.compile(r"\"[^\"\s]*[._<>:=\[\]-][^\"\s]*\"|"
                  r"[A-Za-z_]\w*(?:::\w+)*<(?:[^<>\s][^<>]*(?:<[^<>]*>[^<>]*)*)?>(?:\{[^{}]*\}|\(\))?|"
                  r"[A-Za-z_]\w*(?:::~?\w+)+(?:\(\))?|"
                  r"\w+(?:[/.]\w+)*\.(?:hpp|cpp|md|py|csv|tsv|gz|json|npz|safetensors)\b|"
                  r"\b[A-Za-z]+(?:_[A-Za-z0-9]+)+(?:\(\)|\{[^{}]*\})?")


def words(text):
    """Text as Markdown."""
    text, parts, end = re.sub(r"\s+", " ", text or ""), [], 0
    for match in CODE.finditer(text):
        parts += [escaped(text[end:match.start()]), f"`{match.group(0)}`"]
        end = match.end()
    return "".join(parts) + escaped(text[end:])


def escaped(text):
    text = text.replace("<", "&lt;").replace(">", "&gt;").replace("|", "&#124;")
    return re.sub(r"([\\*_\[\]])", r"\\\1", text)


def blocks(node, indent=""):
    """The Markdown paragraphs of a description."""
    found, line = [], [words(node.text)]

    def end_line():
        text = "".join(line).strip()
        if text:
            found.append(indent + text)
        line.clear()

    for child in node:
        if child.tag in ("programlisting", "verbatim", "preformatted"):
            end_line()
            found.append(code_block(listing(child), indent))
        elif child.tag in ("itemizedlist", "orderedlist"):
            end_line()
            mark = "- " if child.tag == "itemizedlist" else "1. "
            items = [blocks(item, indent + "  ") for item in child.findall("listitem")]
            found.append("\n".join(indent + mark + "\n\n".join(item).strip() for item in items))
        elif child.tag == "para":
            end_line()
            found.extend(blocks(child, indent))
        elif child.tag == "simplesect":
            end_line()
            title = {"return": "Returns", "note": "Note", "see": "See", "warning": "Warning", "par": ""}.get(child.get("kind"), "")
            inner = blocks(child, indent)
            found.append(f"{indent}**{title}** {inner[0].strip()}" if title and inner else "\n\n".join(inner))
        elif child.tag == "parameterlist":
            end_line()
            for item in child.findall("parameteritem"):
                names = ", ".join(f"`{text_of(name).strip()}`" for name in item.iter("parametername"))
                what = " ".join(part.strip() for part in blocks(item.find("parameterdescription")))
                verb = "Throws " if child.get("kind") == "exception" else ""
                found.append(f"{indent}{verb}{names}: {what}")
        elif child.tag in ("sect1", "sect2", "title", "heading"):
            end_line()
            found.extend(blocks(child, indent))
        else:
            line.append(inline_child(child))
        line.append(words(child.tail))
    end_line()
    return found


def listing(node):
    if node.tag != "programlisting":
        return text_of(node).strip("\n")
    lines = []
    for line in node.findall("codeline"):
        for space in line.iter("sp"):
            space.text = " "
        lines.append(text_of(line))
    return "\n".join(lines)


def code_block(code, indent=""):
    return "\n".join(indent + line for line in ["```cpp", *code.rstrip().splitlines(), "```"])


def description(node):
    parts = []
    for which in ("briefdescription", "detaileddescription"):
        found = node.find(which)
        if found is not None:
            parts += blocks(found)
    return "\n\n".join(part for part in parts if part.strip())


def visible(node):
    if node.get("prot", "public") == "private":
        return False
    arguments = node.findtext("argsstring") or ""
    if re.search(r"=\s*(default|delete)$", arguments):
        return False
    name = node.findtext("name") or ""
    return name not in UNSPOKEN and not name.startswith("@") and not (node.get("kind") == "friend" and
                                                                     (node.findtext("type") or "").endswith(("class", "struct")))


def is_open(entity):
    """The schedule of plans has no API but what docs/errors.md asks of the chip; what it says of declarations is public."""
    return not entity.path.startswith("schedule/") or not entity.name.startswith("plan::") or entity.path.endswith("/fit.hpp")


def members_of(compound, scope):
    for section in compound.findall("sectiondef"):
        for node in section.findall("memberdef"):
            if visible(node) and node.get("kind") in KINDS:
                yield Entity(node.get("kind"), scope + node.findtext("name"), node)


def read(xml):
    """{path of a header: its entities in their order}, and all types by name."""
    types, free = {}, []
    for file in sorted(xml.glob("*.xml")):
        for compound in ElementTree.parse(file).getroot().findall("compounddef"):
            kind, full = compound.get("kind"), compound.findtext("compoundname")
            name = full.removeprefix("cortexpr::")
            if kind in ("struct", "class", "union", "concept") and full.startswith("cortexpr::"):
                if compound.get("prot", "public") == "private" or (kind != "concept" and compound.find("location").get("bodyfile") is None):
                    continue  # only declared
                entity = Entity(kind, re.sub(r"\s+", " ", name), compound)
                if not is_open(entity):
                    continue
                entity.members = list(members_of(compound, name + "::"))
                types[full] = entity
            elif kind == "namespace" and (full == "cortexpr" or full.startswith("cortexpr::")):
                scope = "" if full == "cortexpr" else name + "::"
                free += [entity for entity in members_of(compound, scope) if is_open(entity)]
    headers = {}
    for full, entity in types.items():
        outer = types.get(full.rsplit("::", 1)[0])
        if outer is not None:
            outer.members.append(entity)
        else:
            headers.setdefault(entity.path, []).append(entity)
    for entity in free:
        headers.setdefault(entity.path, []).append(entity)
    place = lambda entity: (entity.line, entity.column)
    for entities in headers.values():
        entities.sort(key=place)
    for entity in types.values():
        entity.members.sort(key=place)
    return headers


# --- The rules of documentation ---------------------------------------------------------------------------------------

def share_comments(entities, lines):
    """An overload takes part in the comment of its namesake above, and a field in that of its statement."""
    before = None
    for entity in entities:
        if before is not None and not entity.doc and before.kind == entity.kind and before.path == entity.path:
            between = lines[before.line:entity.line - 1]
            together = all(line.strip() for line in between)
            is_overload = entity.kind in ("function", "friend") and entity.short == before.short and together
            is_field = entity.kind == "variable" and (entity.line == before.line or
                                                      not any(";" in line.split("//")[0] for line in lines[before.line - 1:entity.line - 1]))
            if is_overload or is_field:
                entity.shares = before.shares or before
        before = entity
        share_comments(entity.members, lines)
    after = None
    for entity in reversed(entities):  # what stands behind a statement belongs to the last of its fields
        if after is not None and not entity.doc and entity.shares is None and entity.kind == after.kind == "variable" and entity.line == after.line:
            entity.shares = after
        if entity.doc or entity.shares is None:
            after = entity


def is_documented(entity):
    if entity.doc or entity.shares is not None and is_documented(entity.shares):
        return True
    node = entity.node
    return (COMPARISONS.search(node.findtext("name") or "") is not None or (node.findtext("name") or "").startswith("~") or node.find("reimplements") is not None
            or "override" in (node.findtext("argsstring") or ""))


def undocumented(headers, heads):
    def look(entities):
        for entity in entities:
            if not is_documented(entity):
                yield f"include/cortexpr/{entity.path}:{entity.line}: {KINDS[entity.kind]} {entity.name} has no comment"
            yield from look(entity.members)

    for path, entities in sorted(headers.items()):
        if not heads[path]:
            yield f"include/cortexpr/{path}:1: the header doesn't say what it is for in its first lines"
        yield from look(entities)


def head_of(text):
    """(words, example) of the comment under #pragma once."""
    comment = re.match(r"#pragma once\n((?://.*\n)*)", text)
    lines = [re.sub(r"^// ?", "", line) for line in comment.group(1).splitlines()] if comment else []
    found, code = [], []
    for line in [*lines, ""]:
        if line.startswith("    ") or (code and not line.strip()):
            code.append(line[4:])
            continue
        if code:
            found += [code_block("\n".join(code).strip("\n")), ""]
            code = []
        found.append(line)
    if code:
        found.append(code_block("\n".join(code).strip("\n")))
    parts = re.split(r"(```.*?```|`[^`\n]+`)", re.sub(r"\n{3,}", "\n\n", "\n".join(found)).strip(), flags=re.S)
    return "".join(part if part.startswith("`") else CODE.sub(lambda code: f"`{code.group(0)}`", part) for part in parts)


class Api:
    def __init__(self, root):
        self.root = Path(root).resolve()
        with tempfile.TemporaryDirectory(prefix="cortexpr-api-") as folder:
            self.headers = read(run_doxygen(self.root, Path(folder)))
        self.lines, self.heads = {}, {}
        for path, entities in self.headers.items():
            text = (self.root / HEADERS / path).read_text()
            self.lines[path] = text.splitlines()
            head = head_of(text)
            self.heads[path] = head
            for entity in entities:  # Doxygen takes a constant that a function gives for a function
                if entity.kind == "function" and re.match(r"\s*inline constexpr [^()]*[^()=]=", self.lines[path][entity.line - 1] + "\n"):
                    entity.kind = "variable"
            share_comments(entities, self.lines[path])
        self.names = self.index()
        self.errors = (self.root / "docs/errors.md").read_text()

    def undocumented(self):
        return list(undocumented(self.headers, self.heads))

    # --- Pages ---------------------------------------------------------------------------------------------------------

    @staticmethod
    def page_of(path):
        return "api/" + path.removesuffix(".hpp") + ".md"

    def index(self):
        """{name in backticks: page and anchor} by full names, and {(room, last name): ...} for pages of the same room."""
        full, last = {}, {}
        for path, entities in self.headers.items():
            for entity in entities:
                place = (self.page_of(path), entity.anchor)
                full.setdefault(entity.name, place)
                last.setdefault((path.split("/")[0], entity.short), set()).add(place)
        found = {name: next(iter(places)) for name, places in last.items() if len(places) == 1}
        return found | full | {"cortexpr::" + name: place for name, place in full.items()}

    def linked(self, markdown, page, own="", parameters=()):
        """With links from names in backticks to what they name, and from rules to their pages, outside of code blocks."""
        def link(match):
            name = match.group(1)
            if name.startswith("docs/") and (self.root / name).is_file():
                return f"[{Path(name).stem.replace('_', ' ')}]({os.path.relpath(name.removeprefix('docs/'), os.path.dirname(page))})"
            bare = re.sub(r"(<.*>|\(\))?(\{.*\})?$", "", name)
            place = self.names.get((page.split("/")[1], bare)) or self.names.get(bare)
            if name in self.headers and self.page_of(name) != page:
                return f"[`{name}`]({os.path.relpath(self.page_of(name), os.path.dirname(page))})"
            if place is None or place[1] == own or name in parameters:
                return match.group(0)
            target = ("" if place[0] == page else os.path.relpath(place[0], os.path.dirname(page))) + "#" + place[1]
            return f"[`{name}`]({target})"

        parts = re.split(r"(^[ ]*```.*?^[ ]*```$)", markdown, flags=re.M | re.S)
        errors = os.path.relpath("errors.md", os.path.dirname(page))
        for place, part in enumerate(parts):
            if not part.lstrip().startswith("```"):
                part = re.sub(r"(?<![\[`])`([^`\n]+)`(?!`)", link, part)
                parts[place] = re.sub(r"\b(rules?) ([A-Z]\d\d)\b", lambda found: f"{found.group(1)} {self.rule_link(found.group(2), errors)}", part)
        return "".join(parts)

    def rule_link(self, rule, errors):
        heading = re.search(rf"^### ({rule} \w+)$", self.errors, re.M)
        return f"[{rule}]({errors}#{heading.group(1).lower().replace(' ', '-')})" if heading else rule

    def source(self, entity):
        """The declaration as it stands in the header, up to its body."""
        lines, first = self.lines[entity.path], entity.line - 1
        if entity.kind == "concept":
            while first > 0 and not lines[first].lstrip().startswith("template"):
                first -= 1
        while first > 0 and re.match(r"\s*(template\b|requires\b|class\b.*[,>]$)", lines[first - 1]) \
                and not re.search(r"[;{}]\s*$", lines[first - 1]):
            first -= 1
        text = "\n".join(lines[first:first + 25])
        text = re.sub(r"\s*///<.*|\s+// .*", "", text)
        depth, angle, end = 0, 0, len(text)
        is_value = entity.kind in ("variable", "concept", "typedef")
        for place, letter in enumerate(text):
            if letter in "({[":
                if letter == "{" and depth == 0 and not is_value:
                    end = place
                    break
                depth += 1
            elif letter in ")}]":
                depth -= 1
            elif letter == ";" and depth == 0:
                end = place + is_value
                break
        text = text[:end].rstrip()
        if entity.kind in ("function", "friend"):
            text = re.sub(r"\)\s*(noexcept)?\s*\n?\s*:\s+\w+[({].*$", r") \1", text, flags=re.S).rstrip()
        if entity.kind == "variable" and "detail::" in text:
            head, line = re.match(r"((?:(?:template|requires)[^\n]*\n)*)(.*)$", text, re.S).groups()
            line = line.replace("detail::number_about<Declared>", "std::int64_t")  # of an accepted declaration
            text = head + re.sub(r"detail::\w+(<[^;=]*>)? ", "auto ", re.sub(r"\s*=\s.*$", ";", line, flags=re.S))
        indents = [len(line) - len(line.lstrip()) for line in text.splitlines() if line.strip()]
        cut = indents[0] if indents else 0
        text = "\n".join(line[cut:] if line[:cut].isspace() or not cut else line.lstrip() for line in text.splitlines())
        text = re.sub(r" : (public )?(decltype\()?detail::.*$", "", text, flags=re.S)
        return text

    def field(self, entity):
        node = entity.node
        kind = re.sub(r"\s*([<>])\s*", r"\1", text_of(node.find("type"))).replace(">", "> ").replace("> >", ">>").strip()
        kind = re.sub(r">\s*(?=[>,*&:)])", ">", kind)
        name, initial = node.findtext("name"), text_of(node.find("initializer")).strip()
        if "detail::" in initial or initial.startswith("{") and not initial.strip("{} ") or len(initial) > 40:
            initial = ""
        return f"{kind} {name}{node.findtext('argsstring') or ''} {initial}".replace(" {", "{").strip()

    def enum_rows(self, entity):
        return [(value.findtext("name"), description(value)) for value in entity.node.findall("enumvalue")]

    def table(self, rows, page, own):
        lines = ["| | |", "| --- | --- |"]
        for code, text in rows:
            text = self.linked(re.sub(r"\s*\n+\s*", " ", text), page, own)
            lines.append(f"| `{code.replace('|', chr(92) + '|')}` | {text} |")
        return "\n".join(lines)

    def render(self, group, page, level):
        """One entity, or overloads of one name."""
        entity = group[0]
        out = []
        if level <= 3:
            kind = KINDS[entity.kind]
            out += [f"{'#' * level} `{entity.name}` {{ #{entity.anchor} .api-{kind} }}", ""]
        shown, pending = [], []
        for one in group:
            code = "enum class " + one.name.split("::")[-1] if one.kind == "enum" else self.source(one)
            pending.append(code + (";" if one.kind in ("function", "friend") else ""))
            nexts = group[group.index(one) + 1:]
            if nexts and nexts[0].shares is not None:
                continue
            text = (one.shares or one).doc
            parameters = {text_of(name) for name in [*one.node.iter("declname"), *one.node.iter("defname")]}
            shown += [code_block("\n".join(pending)), "", self.linked(text, page, one.anchor, parameters), ""]
            pending = []
        out += shown
        if entity.kind == "enum":
            rows = self.enum_rows(entity)
            if any(text for _, text in rows):
                out += [self.table(rows, page, entity.anchor), ""]
            elif len(rows) > 40:
                out += [f"{len(rows)} enumerators, from `{rows[0][0]}` to `{rows[-1][0]}`.", ""]
            else:
                out += [", ".join(f"`{name}`" for name, _ in rows), ""]
        fields = [member for member in entity.members if member.kind == "variable"]
        if fields:
            rows, last = [], None
            for member in fields:
                text = (member.shares or member).doc
                if rows and last is (member.shares or member):
                    rows[-1][0].append(self.field(member))
                else:
                    rows.append(([self.field(member)], text))
                last = member.shares or member
            lines = ["| | |", "| --- | --- |"]
            for codes, text in rows:
                shown_codes = "<br>".join(f"`{code.replace('|', chr(92) + '|')}`" for code in codes)
                lines.append(f"| {shown_codes} | {self.linked(re.sub(chr(10) + '+', ' ', text), page, entity.anchor)} |")
            out += ["\n".join(lines), ""]
        rest = [member for member in entity.members if member.kind != "variable" and not
                (not member.doc and member.shares is None and is_documented(member) and COMPARISONS.search(member.short))]
        if rest:
            inner = []
            for part in grouped(rest):
                inner += [self.render(part, page, 9)]
            out += ['<div class="members" markdown>', "", "\n".join(inner), "</div>", ""]
        return "\n".join(out)

    def page(self, path):
        page = self.page_of(path)
        head = self.heads[path]
        title = path.removesuffix(".hpp")
        out = [f"# {title}", "", f"```cpp\n#include <cortexpr/{path}>\n```", "", self.linked(head, page), ""]
        # What users write goes before the plain values that it is read into.
        written = sorted(self.headers[path], key=lambda entity: bool(re.search(r"_(declaration|part)$", entity.name)))
        for group in grouped(written):
            out.append(self.render(group, page, 2))
        return "\n".join(out)

    def pages(self):
        found = {self.page_of(path): self.page(path) for path in self.headers}
        found["api/index.md"] = self.overview()
        return found

    def overview(self):
        """The rooms of docs/design.md, each with its headers and their first sentence."""
        design = (self.root / "docs/design.md").read_text()
        rooms = re.findall(r"^\| `([^`|]*)` \| ([^|]*) \|[^|]*\|$", design, re.M)
        out = ["# API", "", "Every public header, by room (the folders of [the design](../design.md#folders-are-the-architecture)). "
               "Namespaces and folders are named alike: `cortexpr::view` is in `cortexpr/view/`; what a declaration and a "
               "run need is in `cortexpr` itself.", "",
               "`#include <cortexpr/dsl.hpp>` brings all that a declaration needs, without LibTorch; [`app`](app.md) makes a program "
               "of it, [`make`](module/model.md#make) a LibTorch module, and [`train`](train/trainer.md#train) trains that.", ""]
        left = set(self.headers)
        for room, holds in rooms:
            paths = sorted(path for path in left if path == room or path.startswith(room + "/"))
            if not paths:
                continue
            left -= set(paths)
            if room.endswith(".hpp"):
                title, said = f"`{room}`", holds
                out += [f"## {title}", ""]
            else:
                out += [f"## `{room}`", "", holds[0].upper() + holds[1:] + ".", ""]
            out += ["| header | |", "| --- | --- |"]
            for path in paths:
                first = re.split(r"(?<=\.)\s", self.heads[path].split(chr(10) * 2)[0].replace("\n", " ") + " ")[0].rstrip(":").strip()
                out.append(f"| [{path}]({os.path.relpath(self.page_of(path), 'api')}) | {self.linked(first, 'api/index.md').replace('|', chr(92) + '|')} |")
            out.append("")
        return "\n".join(out)


def grouped(entities):
    """Functions of one name together, where the first of them stands."""
    groups = {}
    for place, entity in enumerate(entities):
        key = entity.name if entity.kind in ("function", "friend") else place
        groups.setdefault(key, []).append(entity)
    return list(groups.values())


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    api = Api(sys.argv[1])
    faults = api.undocumented()
    if len(sys.argv) == 3:
        for name, text in api.pages().items():
            file = Path(sys.argv[2]) / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
    elif faults:
        sys.exit("\n".join([*faults, f"{len(faults)} public names are undocumented (docs/site/api.py says what is asked)."]))
