"""Pieces of SVG pictures that need no fonts, scripts or files besides, and are readable on light and dark pages. Colours
and weights are those of the library's own plots (src/view/plot.cpp)."""
import math
from xml.sax.saxutils import escape

# After M. Okabe and K. Ito, "Color universal design" (2002); the second of each pair is for dark pages.
COLOURS = [("#0072b2", "#56a8e0"), ("#d55e00", "#ff8c42"), ("#009e73", "#2fc99c"), ("#b0558a", "#e29ac4"),
           ("#b07c00", "#f0b73a"), ("#3d8fbf", "#8fd0f5"), ("#555555", "#bbbbbb")]
INK, SOFT, AXIS, GRID = "#1f2328", "#57606a", "#8c959f", "#e3e6ea"


def colour(index):
    return COLOURS[index % len(COLOURS)][0]


def number(value):
    return f"{value:.2f}".rstrip("0").rstrip(".")


def style():
    dark = ".page{fill:#15181c}.ink{fill:#d7dbe0}.soft{fill:#a3abb5}.axis{stroke:#7d8590}.grid{stroke:#2f353d}"
    dark += "".join(f".line{i}{{stroke:{on_dark}}}.mark{i}{{fill:{on_dark}}}" for i, (_, on_dark) in enumerate(COLOURS))
    return f"<style>@media (prefers-color-scheme:dark){{{dark}}}</style>\n"


def page(width, height, title, *pieces):
    """A whole picture; its title stands at the top, 20 pixels from the left."""
    size = f'width="{number(width)}" height="{number(height)}"'
    return (f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {number(width)} {number(height)}" role="img" '
            'font-family="system-ui, \'DejaVu Sans\', Helvetica, Arial, sans-serif" font-size="12">\n'
            f"<title>{escape(title)}</title>\n{style()}" f'<rect class="page" {size} rx="8" fill="#ffffff"/>\n'
            + text(20, 30, title, size=15, bold=True) + "".join(pieces) + "</svg>\n")


def text(x, y, words, kind="ink", anchor="start", size=None, bold=False, turned=False):
    place = f'transform="translate({number(x)} {number(y)}) rotate(-90)"' if turned else f'x="{number(x)}" y="{number(y)}"'
    font = (f' font-size="{size}"' if size else "") + (' font-weight="600"' if bold else "")
    return (f'<text class="{kind}" {place} text-anchor="{anchor}"{font} fill="{INK if kind == "ink" else SOFT}">'
            f"{escape(words)}</text>\n")


def rule(path, kind="axis"):
    return f'<path class="{kind}" d="{path}" stroke="{AXIS if kind == "axis" else GRID}" fill="none"/>\n'


def line(points, index, width=2.0, opacity=1.0):
    path = "L".join(f"{number(x)} {number(y)}" for x, y in points)
    faint = f' stroke-opacity="{number(opacity)}"' if opacity < 1 else ""
    return (f'<path class="line{index % len(COLOURS)}" d="M{path}" stroke="{colour(index)}" stroke-width="{number(width)}"'
            f'{faint} stroke-linejoin="round" stroke-linecap="round" fill="none"/>\n')


def area(points, index, opacity=0.18):
    path = "L".join(f"{number(x)} {number(y)}" for x, y in points)
    return (f'<path class="mark{index % len(COLOURS)}" d="M{path}Z" fill="{colour(index)}" '
            f'fill-opacity="{number(opacity)}"/>\n')


def bar(x, y, width, height, index, hint):
    return (f'<rect class="mark{index % len(COLOURS)}" x="{number(x)}" y="{number(y)}" width="{number(width)}" '
            f'height="{number(height)}" fill="{colour(index)}"><title>{escape(hint)}</title></rect>\n')


def mark(x, y, index, hint=""):
    """A circle, square or triangle: shapes tell series apart where colours can't, such as on grey paper."""
    shape = [f'circle cx="{number(x)}" cy="{number(y)}" r="3.4"',
             f'rect x="{number(x - 3)}" y="{number(y - 3)}" width="6" height="6"',
             f'path d="M{number(x)} {number(y - 4)}l4 7h-8z"'][index % 3]
    return (f'<{shape} class="mark{index % len(COLOURS)}" fill="{colour(index)}"><title>{escape(hint)}</title>'
            f"</{shape.split()[0]}>\n")


def nice_ticks(low, high, wanted):
    """Round numbers (1, 2, 2.5, 5 times a power of ten) that span [low, high] in about `wanted` steps."""
    least = (high - low or abs(high) or 1.0) / wanted
    power = 10.0 ** math.floor(math.log10(least))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= least * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-6), math.ceil(high / step - 1e-6)
    return [i * step for i in range(first, last + 1)]
