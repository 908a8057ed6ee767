#!/usr/bin/env python3
"""Holds every #include of include/ and src/ to the table of folders in docs/design.md: includes.py ROOT

The table is the rule. Its first column names rooms (folders or single files under include/cortexpr and src/; the longest
name that fits is a file's room), its third what a room may include: rooms above it, single files, and libraries. A room
without a folder in include/cortexpr is open to those who may include it; of one that has a folder there, the headers in
src/ are private to it and to the rooms inside it; another may include one only where the table names it.

Fails, with a sentence for each fault, where a file includes what the table doesn't allow, where files include each other
in a circle, where a room that must not reach a LibTorch header does, and where a public header doesn't include first what
the page says that all include first, or includes LibTorch without what is to stand before that."""

import re
import sys
from pathlib import Path

LIBRARIES = {"LibTorch": r"(ATen|c10|torch)/", "CUDA": r"(cuda|nv|mma|cooperative_groups)\w*(/|\.h)", "Hana": r"boost/hana",
             "CLI11": r"CLI/", "fmt": r"fmt/", "nlohmann-json": r"nlohmann/", "range-v3": r"range/v3/", "zlib": r"zlib\.h",
             "libpng": r"png\.h", "libjpeg": r"jpeglib\.h", "libzip": r"zip\.h", "libhdf5": r"hdf5\.h", "tomlplusplus": r"toml\+\+/", "Math": r"boost/math",
             "Graphviz": r"graphviz/",
             "Spectra": r"(Spectra|Eigen)/", "librsvg": r"(librsvg/|cairo)", "giflib": r"gif_lib\.h", "Arrow": r"(arrow|parquet)/"}
WITHOUT_TORCH = re.compile(r"^((?:`[^`]+`(?:, | and )?)+) never reach a LibTorch header", re.M)
FIRST = re.compile(r"^Every public header includes `([^`]+)` first, and `([^`]+)` before\s+LibTorch", re.M)
PUBLIC, PRIVATE = "include/cortexpr", "src"


class Table:
    """rooms: in their order; allowed: {room: names in backticks}; libraries: {room: names of LIBRARIES};
    without_torch: rooms and files that must not reach LibTorch; first, before_torch: headers that all public ones include
    first, and before LibTorch's."""

    def __init__(self, page):
        rows = re.findall(r"^\| (`[^|]*) \|[^|]*\|([^|]*)\|$", page, re.M)
        self.rooms, self.allowed, self.libraries = [], {}, {}
        for names, may in rows:
            for room in re.findall(r"`([^`]+)`", names):
                self.rooms.append(room)
                self.allowed[room] = re.findall(r"`([^`]+)`", may)
                self.libraries[room] = [library for library in LIBRARIES if re.search(rf"\b{library}\b", may)]
        promise = WITHOUT_TORCH.search(page)
        self.without_torch = re.findall(r"`([^`]+)`", promise.group(1)) if promise else []
        first = FIRST.search(page)
        self.first, self.before_torch = first.groups() if first else (None, None)

    def faults(self):
        if not self.rooms or not self.without_torch:
            return ["docs/design.md has no table of folders, or doesn't say which of them never reach a LibTorch header"]
        return [f"docs/design.md: `{room}` may include `{name}`, which doesn't stand above it in the table"
                for place, room in enumerate(self.rooms) for name in self.allowed[room]
                if name in self.rooms and self.rooms.index(name) >= place]

    def room_of(self, name):
        fitting = [room for room in self.rooms if name == room or name.startswith(room + "/")]
        return max(fitting, key=len, default=None)


def includes_of(root):
    """{file: [(file of ours, or None; the name as written)]}, files as paths relative to root."""
    files = sorted(path for folder in (PUBLIC, PRIVATE) for path in (root / folder).rglob("*")
                   if path.suffix in (".hpp", ".cpp", ".cu", ".cuh", ".h"))
    found = {}
    for path in files:
        of_file = found.setdefault(str(path.relative_to(root)), [])
        for mark, name in re.findall(r"^\s*#\s*include\s*([<\"])([^>\"]+)[>\"]", path.read_text(), re.M):
            target = root / "include" / name if mark == "<" else (path.parent / name).resolve()
            ours = str(target.relative_to(root)) if target.is_file() and root in target.parents else None
            of_file.append((ours, name))
    return found


def short(path):
    """The name that the table knows a file by."""
    return path.removeprefix(PUBLIC + "/").removeprefix(PRIVATE + "/")


def arrow_faults(includes, table):
    faults, used = [], set()
    public = {table.room_of(short(path)) for path in includes if path.startswith(PUBLIC + "/")}
    for path, targets in includes.items():
        room = table.room_of(short(path))
        if room is None:
            faults.append(f"{path} is in no folder of the table in docs/design.md")
            continue
        for target, name in targets:
            if target is None:
                library = next((library for library, pattern in LIBRARIES.items() if re.match(pattern, name)), None)
                if library:
                    used.add((room, library))
                if library and library not in table.libraries[room]:
                    faults.append(f"{path} includes {name}, but docs/design.md doesn't allow `{room}` {library}")
                continue
            other = table.room_of(short(target))
            if other == room or short(target) in (table.first, table.before_torch):
                continue
            used |= {(room, short(target)), (room, other)}
            if short(target) in table.allowed[room]:
                continue
            if other not in table.allowed[room]:
                faults.append(f"{path} includes {target}, but docs/design.md doesn't allow `{room}` to include `{other}`")
            elif target.startswith(PRIVATE + "/") and other in public and not room.startswith(other + "/"):
                faults.append(f"{path} includes {target}, a private header of `{other}`")
    for room in table.rooms:
        faults += [f"docs/design.md: `{room}` may include `{name}`, but doesn't; take it out of the table"
                   for name in table.allowed[room] + table.libraries[room]
                   if (room, name) not in used and name not in (table.first, table.before_torch)]
    return faults


def circle_faults(includes):
    faults, done = [], set()

    def follow(path, way):
        if path in way:
            faults.append("files include each other in a circle: " + " -> ".join([*way[way.index(path):], path]))
        elif path not in done:
            for target, _ in includes[path]:
                if target in includes:
                    follow(target, [*way, path])
            done.add(path)

    for path in includes:
        follow(path, [])
    return faults


def torch_faults(includes, table):
    def way_to_torch(path, seen):
        seen.add(path)
        for target, name in includes[path]:
            if target is None and re.match(LIBRARIES["LibTorch"], name):
                return [path, name]
            if target in includes and target not in seen:
                way = way_to_torch(target, seen)
                if way:
                    return [path, *way]
        return None

    faults = []
    for path in includes:
        name = short(path)
        if any(name == room or name.startswith(room + "/") for room in table.without_torch):
            way = way_to_torch(path, set())
            if way:
                faults.append("must not reach a LibTorch header, but does: " + " -> ".join(way))
    return faults


def order_faults(includes, table):
    faults = []
    for path, targets in includes.items():
        if table.first is None or not path.startswith(PUBLIC + "/") or short(path) == table.first:
            continue
        names = [short(target) if target else name for target, name in targets]
        if names[:1] != [table.first]:
            faults.append(f"{path} doesn't include {table.first} first, as docs/design.md says")
        of_torch = [place for place, name in enumerate(names) if re.match(LIBRARIES["LibTorch"], name)]
        if of_torch and table.before_torch not in names[:of_torch[0]]:
            faults.append(f"{path} includes LibTorch without {table.before_torch} before, as docs/design.md says")
    return faults


def faults_of(root):
    root = Path(root).resolve()
    table = Table((root / "docs" / "design.md").read_text())
    includes = includes_of(root)
    if table.first is None and f"{PUBLIC}/compiler.hpp" in includes:
        return ["docs/design.md doesn't say what every public header includes first"]
    return table.faults() or arrow_faults(includes, table) + circle_faults(includes) + torch_faults(includes, table) + order_faults(includes, table)


if __name__ == "__main__":
    all_faults = faults_of(sys.argv[1])
    if all_faults:
        sys.exit("\n".join(all_faults))
