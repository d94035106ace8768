"""Our own drawings as pixels: the shapes that portraits.py and covers.py use, and no more of SVG than that.

Only what this house drew comes here, never a file that somebody sent.
"""

import math
import re
from collections.abc import Iterator, Mapping
from typing import Final
from xml.etree import ElementTree as ET

from PIL import Image, ImageColor, ImageDraw

type Point = tuple[float, float]
type Style = Mapping[str, str]

STEPS: Final = 14  # straight pieces of one curve
INHERITED: Final = ("fill", "stroke", "stroke-width", "stroke-linecap", "opacity")
PIECE: Final = re.compile(r"[A-Za-z]|[-+]?(?:\d*\.\d+|\d+)")


def draw(onto: Image.Image, shapes: str, *, scale: float, left: float = 0, top: float = 0) -> None:
    """Draw `shapes` (SVG elements without gradients) onto an RGBA picture, `scale` pixels a unit."""
    root = ET.fromstring(f"<g>{shapes}</g>")  # noqa: S314 (our own drawings)
    for element, style in _flat(root, {"fill": "#000"}):
        layer = Image.new("RGBA", onto.size)
        pen = ImageDraw.Draw(layer)
        for line, is_closed in _lines(element):
            placed = [(left + x * scale, top + y * scale) for x, y in line]
            _paint(pen, placed, style, is_closed=is_closed, scale=scale)
        onto.alpha_composite(_faded(layer, float(style.get("opacity", 1))))


def _paint(
    pen: ImageDraw.ImageDraw, line: list[Point], style: Style, *, is_closed: bool, scale: float
) -> None:
    if style.get("fill", "none") != "none" and len(line) > 2:
        pen.polygon(line, fill=ImageColor.getrgb(style["fill"]))
    if style.get("stroke", "none") == "none" or len(line) < 2:
        return
    colour, width = ImageColor.getrgb(style["stroke"]), float(style.get("stroke-width", 1)) * scale
    path = [*line, line[0], line[1]] if is_closed else line
    pen.line(path, fill=colour, width=max(1, round(width)), joint="curve")
    if style.get("stroke-linecap") == "round" and not is_closed:
        for x, y in (line[0], line[-1]):
            pen.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=colour)


def _faded(layer: Image.Image, opacity: float) -> Image.Image:
    if opacity < 1:
        layer.putalpha(layer.getchannel("A").point(lambda alpha: round(alpha * opacity)))
    return layer


def _flat(element: ET.Element, above: Style) -> Iterator[tuple[ET.Element, Style]]:
    own = {
        name: value for name, value in element.attrib.items() if name.startswith(("fill", "stroke", "opa"))
    }
    style = {name: above[name] for name in INHERITED if name in above} | own
    if element.tag == "g":
        for child in element:
            yield from _flat(child, style)
    else:
        yield element, style


def _lines(element: ET.Element) -> list[tuple[list[Point], bool]]:
    """The element as lines of points, and whether each is closed."""

    def number(name: str) -> float:
        return float(element.get(name, 0))

    if element.tag == "path":
        return _Path(element.attrib["d"]).lines()
    if element.tag == "rect":
        x, y, width, height = (number(name) for name in ("x", "y", "width", "height"))
        rx = min(number("rx"), width / 2, height / 2)
        return [(_rounded(x, y, width, height, rx), True)]
    assert element.tag in ("circle", "ellipse"), element.tag
    rx, ry = number("r") or number("rx"), number("r") or number("ry")
    return [(_arc(number("cx"), number("cy"), rx, ry, 0, 2 * math.pi), True)]


def _rounded(x: float, y: float, width: float, height: float, r: float) -> list[Point]:
    if not r:
        return [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    corners = ((x + width - r, y + r, -0.5), (x + width - r, y + height - r, 0), (x + r, y + height - r, 0.5))
    points: list[Point] = []
    for cx, cy, turn in (*corners, (x + r, y + r, 1.0)):
        points += _arc(cx, cy, r, r, turn * math.pi, (turn + 0.5) * math.pi)
    return points


def _arc(cx: float, cy: float, rx: float, ry: float, begin: float, end: float) -> list[Point]:
    steps = 4 * STEPS
    angles = [begin + (end - begin) * n / steps for n in range(steps + 1)]
    return [(cx + rx * math.cos(angle), cy + ry * math.sin(angle)) for angle in angles]


class _Path:
    """One path, read piece by piece into straight lines."""

    def __init__(self, description: str) -> None:
        self._pieces = PIECE.findall(description)
        self._at: Point = (0.0, 0.0)
        self._handle: Point = (0.0, 0.0)  # the last curve's second one, which a smooth curve mirrors
        self._line: list[Point] = []
        self._done: list[tuple[list[Point], bool]] = []

    def lines(self) -> list[tuple[list[Point], bool]]:
        """The path's lines, and whether each is closed."""
        command = ""
        while self._pieces:
            if self._pieces[0].isalpha():
                command = self._pieces.pop(0)
            self._step(command)
            if command in "Mm":
                command = "L" if command == "M" else "l"
        self._end(is_closed=False)
        return self._done

    def _step(self, command: str) -> None:
        kind, is_relative = command.upper(), command.islower()
        if kind == "Z":
            self._at = self._line[0] if self._line else self._at
            self._end(is_closed=True)
        elif kind == "M":
            self._end(is_closed=False)
            self._at = self._point(is_relative)
            self._line = [self._at]
        elif kind in "LHV":
            self._go([self._target(kind, is_relative)])
        elif kind == "A":
            self._go(self._curve_of_arc(is_relative))
        else:
            self._go(self._curve(kind, is_relative))
        if kind not in "CSQ":
            self._handle = self._at

    def _curve(self, kind: str, is_relative: bool) -> list[Point]:
        mirrored = (2 * self._at[0] - self._handle[0], 2 * self._at[1] - self._handle[1])
        first = mirrored if kind == "S" else self._point(is_relative)
        second = first if kind == "Q" else self._point(is_relative)
        end = self._point(is_relative)
        self._handle = second
        if kind == "Q":
            first, second = (
                _between(self._at, first, 2 / 3), _between(end, first, 2 / 3)
            )  # fmt: skip
        return [_bezier(self._at, first, second, end, n / STEPS) for n in range(1, STEPS + 1)]

    def _curve_of_arc(self, is_relative: bool) -> list[Point]:
        """A circle's arc (our drawings have no other), by its centre."""
        radius, _, _, is_large, is_right = (self._number() for _ in range(5))
        begin, end = self._at, self._point(is_relative)
        middle, half = _between(begin, end, 0.5), math.dist(begin, end) / 2
        away = math.sqrt(max(0.0, radius**2 - half**2)) * (1 if is_large != is_right else -1)
        across = ((begin[1] - end[1]) / (2 * half), (end[0] - begin[0]) / (2 * half))
        cx, cy = middle[0] + across[0] * away, middle[1] + across[1] * away
        first = math.atan2(begin[1] - cy, begin[0] - cx)
        turn = (math.atan2(end[1] - cy, end[0] - cx) - first) % (2 * math.pi)
        return _arc(cx, cy, radius, radius, first, first + (turn if is_right else turn - 2 * math.pi))

    def _target(self, kind: str, is_relative: bool) -> Point:
        if kind == "L":
            return self._point(is_relative)
        moved = self._number()
        x, y = self._at
        if kind == "H":
            return (x + moved if is_relative else moved, y)
        return (x, y + moved if is_relative else moved)

    def _go(self, points: list[Point]) -> None:
        if not self._line:
            self._line = [self._at]
        self._line += points
        self._at = points[-1]

    def _end(self, *, is_closed: bool) -> None:
        if len(self._line) > 1:
            self._done.append((self._line, is_closed))
        self._line = []

    def _point(self, is_relative: bool) -> Point:
        x, y = self._number(), self._number()
        return (self._at[0] + x, self._at[1] + y) if is_relative else (x, y)

    def _number(self) -> float:
        return float(self._pieces.pop(0))


def _between(one: Point, other: Point, share: float) -> Point:
    return one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share


def _bezier(a: Point, b: Point, c: Point, d: Point, t: float) -> Point:
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
    points = (a, b, c, d)
    return (
        sum(weight * point[0] for weight, point in zip(weights, points, strict=True)),
        sum(weight * point[1] for weight, point in zip(weights, points, strict=True)),
    )
