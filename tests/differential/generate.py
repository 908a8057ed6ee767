#!/usr/bin/env python3
"""Draws networks, runs them in the reference, and writes what the replay needs: C++ declarations and recorded runs.

    generate.py networks --seed 1 --count 300 --reference DIR --out DIR   networks_N.cpp, NAME.json, NAME.safetensors
    generate.py recorded --seed 1 --count 40 --reference DIR --out DIR    the same, small ones that cover the language
    generate.py refused  --seed 1 --count 300 --reference DIR --out DIR   refused_N.cpp: what must not compile
    generate.py spell --out DIR [--check]                                 networks_N.cpp again, from the NAME.json there
    generate.py connectomes|recorded-connectomes|refused-connectomes ...  likewise, of networks of single cells; nothing
                                                                          is compiled of them

Everything follows from the seed. DIR holds the reference's package bioplnn; only `spell` does without it and PyTorch.
"""

import argparse
import json
import sys
from pathlib import Path

import draw
import spell

NETWORKS_IN_A_FILE = 25


def networks(folder, cases):
    """File names and texts of the declarations."""
    return {folder / f"networks_{start // NETWORKS_IN_A_FILE}.cpp":
            spell.networks_file(cases[start:start + NETWORKS_IN_A_FILE], "tests/differential/generate.py")
            for start in range(0, len(cases), NETWORKS_IN_A_FILE)}


def small_cover(drawing, language, seed, count):
    """From many small draws, a few that between them show every feature that any shows, at the least size. `language`
    has `features` and `numbers`."""
    pool = [drawing(seed, index, small=True).case() for index in range(50 * count)]
    pool = [(case, language.features(case), language.numbers(case)) for case in pool]
    times = dict.fromkeys(set().union(*(found for _, found, _ in pool)), 0)
    chosen = []
    while len(chosen) < count:
        # What was shown least counts most.
        best = max(pool, key=lambda entry: sum(0.2 ** times[f] for f in entry[1]) / (entry[2] + 1000))
        pool.remove(best)
        chosen.append(best[0])
        for feature in best[1]:
            times[feature] += 1
    return sorted(chosen, key=lambda case: case["index"]), set(times)


def record(cases, folder, models):
    """Runs and writes; returns the features that the cases have shown."""
    import reference
    seen = set()
    for case in cases:
        reference.save(case, reference.recorded(models, case), folder)
        seen |= draw.features(case)
    for path, text in networks(folder, cases).items():
        path.write_text(text)
    print(f"seed {cases[0]['seed']}: {len(cases)} networks, {sum(c['rnn']['num_areas'] for c in cases)} areas, "
          f"{len(seen)} features")
    return seen


def connectomes(given):
    """Networks of single cells: NAME.json, NAME.safetensors, and the files of their synapses."""
    import connectome_reference
    import draw_connectome
    models = connectome_reference.load(given.reference)
    if given.what == "refused-connectomes":
        import refuse_connectome
        return refuse_connectome.write(models, given.seed, given.count, given.out)
    drawing = draw_connectome.ConnectomeDrawing
    cases = [drawing(given.seed, index).case() for index in range(given.count)]
    if given.what == "recorded-connectomes":
        cases, wanted = small_cover(drawing, draw_connectome, given.seed, given.count)
        if missing := sorted(wanted - set().union(*map(draw_connectome.features, cases))):
            sys.exit(f"{given.count} networks are too few to show: {', '.join(missing)}")
    for case in cases:
        connectome_reference.save(case, connectome_reference.recorded(models, case, given.out), given.out)
    (given.out / "complete").touch()
    return None


def spell_again(folder, check):
    cases = [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]
    if not cases:
        sys.exit(f"no recorded runs in {folder}")
    for path, text in networks(folder, cases).items():
        if not check:
            path.write_text(text)
        elif path.read_text() != text:
            sys.exit(f"{path} is not what its recorded runs were made from; run generate.py spell --out {folder}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["networks", "recorded", "refused", "spell", "connectomes",
                                         "recorded-connectomes", "refused-connectomes"])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--reference", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--check", action="store_true", help="spell: write nothing, fail where a file differs")
    given = parser.parse_args()
    if given.what == "spell":
        return spell_again(given.out, given.check)
    if not given.reference:
        parser.error("--reference is missing: the folder of the reference's package")
    given.out.mkdir(parents=True, exist_ok=True)
    if given.what.endswith("connectomes"):
        return connectomes(given)
    import reference
    models = reference.load(given.reference)
    if given.what == "refused":
        import refuse
        return refuse.write(models, given.seed, given.count, given.out)
    if given.what == "networks":
        record([draw.Drawing(given.seed, index).case() for index in range(given.count)], given.out, models)
        return None
    cases, wanted = small_cover(draw.Drawing, draw, given.seed, given.count)
    if missing := sorted(wanted - record(cases, given.out, models)):
        sys.exit(f"{given.count} networks are too few to show: {', '.join(missing)}")
    return None


if __name__ == "__main__":
    main()
