"""Pictures of the benchmarks' figures, as SVG."""
from svg import bar, line, mark, nice_ticks, number, page, rule, text

KINDS = {"train": "training step", "forward": "forward pass"}
NAMES = {"reference": "reference, eager", "compiled": "reference, torch.compile", "transparent": "cortexpr, transparent",
         "planned": "cortexpr, planned", "bfloat16": "cortexpr, planned, bfloat16"}


def legend(x, y):
    pieces = []
    for index, words in enumerate(KINDS.values()):
        pieces.append(mark(x + 120 * index, y - 4, index) + text(x + 10 + 120 * index, y, words))
    return "".join(pieces)


def speed_bars(speed, title):
    """How many times as fast as the reference each executor is, and its gradients' error. `speed` holds for each name
    (see NAMES) the ratios `train` and `forward` as {median, least, most}, and `gradient_error` or None."""
    left, right, top, height, thickness = 196, 580, 92, 58, 18
    names = [name for name in NAMES if name in speed]
    ticks = nice_ticks(0, max(speed[name][kind]["most"] for name in names for kind in KINDS), 6)
    place = lambda value: left + (right - left) * value / ticks[-1]  # noqa: E731
    bottom = top + height * len(names)
    pieces = [legend(left, 54), text(right + 70, top - 12, "gradient error", "soft")]
    for tick in ticks:
        pieces += [rule(f"M{number(place(tick))} {top}V{bottom}", "grid"),
                   text(place(tick), bottom + 18, f"{tick:g}", "soft", "middle")]
    for row, name in enumerate(names):
        middle = top + height * (row + 0.5)
        pieces.append(text(left - 12, middle + 4, NAMES[name], anchor="end"))
        for index, (kind, words) in enumerate(KINDS.items()):
            figure = speed[name][kind]
            y = middle + (index - 1) * (thickness + 2)
            pieces.append(bar(place(0), y, place(figure["median"]) - place(0), thickness, index,
                              f"{NAMES[name]}, {words}: {figure['median']:.2f}"))
            pieces.append(whisker(place(figure["least"]), place(figure["most"]), y + thickness / 2))
            pieces.append(text(place(figure["most"]) + 8, y + thickness - 4, f"{figure['median']:.1f}"))
        error = speed[name].get("gradient_error")
        pieces.append(text(right + 70, middle + 4, "not measured" if error is None else f"{error:.1e}"))
    pieces += [rule(f"M{place(0)} {top}V{bottom}"),
               text((left + right) / 2, bottom + 42, "times as fast as the reference, eager", anchor="middle")]
    return page(right + 180, bottom + 62, title, *pieces)


def whisker(low, high, y):
    return rule(f"M{number(low)} {number(y)}H{number(high)}M{number(low)} {number(y - 3)}v6M{number(high)} {number(y - 3)}v6")


def ratios_by_case(groups, title):
    """How many times less our steps take, over what was varied. `groups`: (heading, [(label, {train, forward} or None)]);
    None stands for a case that gave no ratio."""
    left, top, bottom, gap, width = 62, 92, 330, 30, 54
    figures = [ratios[kind] for _, cases in groups for _, ratios in cases if ratios for kind in KINDS]
    ticks = nice_ticks(0, max((figure["most"] for figure in figures), default=1), 6)
    place = lambda value: bottom + (top - bottom) * value / ticks[-1]  # noqa: E731
    right = left + sum(width * len(cases) + gap for _, cases in groups)
    pieces = [legend(left, 54)]
    for tick in ticks:
        pieces += [rule(f"M{left} {number(place(tick))}H{number(right)}", "grid"),
                   text(left - 8, place(tick) + 4, f"{tick:g}", "soft", "end")]
    x = left + gap / 2
    for heading, cases in groups:
        pieces.append(text(x + width * len(cases) / 2, bottom + 42, heading, anchor="middle"))
        centres = [x + width * (i + 0.5) for i in range(len(cases))]
        pieces += [text(centre, bottom + 20, label, "soft", "middle") for centre, (label, _) in zip(centres, cases)]
        pieces += [text(centre, bottom - 8, "failed", "soft", "middle")
                   for centre, (_, ratios) in zip(centres, cases) if ratios is None]
        pieces += [series(kind, index, centres, cases, place) for index, kind in enumerate(KINDS)]
        x += width * len(cases) + gap
    pieces += [rule(f"M{left} {bottom}H{number(right)}"),
               text(18, (top + bottom) / 2, "the reference's seconds over ours", anchor="middle", turned=True)]
    return page(right + 24, bottom + 62, title, *pieces)


def series(kind, index, centres, cases, place):
    known = [(centre, label, ratios[kind]) for centre, (label, ratios) in zip(centres, cases) if ratios]
    pieces = [line([(centre, place(figure["median"])) for centre, _, figure in known], index)] if len(known) > 1 else []
    for centre, label, figure in known:
        pieces.append(line([(centre, place(figure["least"])), (centre, place(figure["most"]))], index, width=1.2))
        pieces.append(mark(centre, place(figure["median"]), index, f"{KINDS[kind]}, {label}: {figure['median']:.2f}"))
    return "".join(pieces)
