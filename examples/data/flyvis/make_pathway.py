#!/usr/bin/env python3
"""Takes the motion pathway out of flyvis's type graph.

usage: make_pathway.py fib25-fib19_v2.2.json pathway.json
"""

import json
import sys

LAMINA = ["L1", "L2", "L3", "L4", "L5", "C2", "C3"]
MEDULLA = ["Mi1", "Mi4", "Mi9", "Tm1", "Tm2", "Tm3", "Tm4", "Tm9", "TmY15", "CT1(M10)", "CT1(Lo1)"]
DIRECTION_SELECTIVE = [kind + letter for kind in ("T4", "T5") for letter in "abcd"]
KEPT = LAMINA + MEDULLA + DIRECTION_SELECTIVE
PHOTORECEPTORS = ["R1", "R2", "R3", "R4", "R5", "R6"]


def identifier(name):
    """CT1(M10) as a C++ struct may be called."""
    return name.replace("(", "_").replace(")", "")


def pathway(whole):
    patterns = {node["name"]: node["pattern"] for node in whole["nodes"]}
    edges = {}
    for edge in whole["edges"]:
        source = "R" if edge["src"] in PHOTORECEPTORS else edge["src"]
        if edge["tar"] not in KEPT or source not in ["R", *KEPT]:
            continue
        kept = edges.setdefault((source, edge["tar"]), {"alpha": edge["alpha"], "offsets": {}})
        assert kept["alpha"] == edge["alpha"]
        for place, contacts in edge["offsets"]:
            kept["offsets"][tuple(place)] = kept["offsets"].get(tuple(place), 0) + contacts
    nodes = [{"name": "R", "pattern": patterns["R1"]}]
    nodes += [{"name": identifier(name), "pattern": patterns[name]} for name in KEPT]
    return nodes, [{"src": identifier(source), "tar": identifier(target), "alpha": edge["alpha"],
                    "offsets": [[list(place), round(contacts, 4)] for place, contacts in edge["offsets"].items()]}
                   for (source, target), edge in edges.items()]


def lines(objects):
    return ",\n  ".join(json.dumps(one) for one in objects)


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        nodes, edges = pathway(json.load(file))
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        file.write(f'{{"nodes": [\n  {lines(nodes)}],\n "edges": [\n  {lines(edges)}]}}\n')
