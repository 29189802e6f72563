"""A loss curve in the terminal and as SVG."""

from __future__ import annotations

from pathlib import Path
from typing import Dict, List, Sequence, Tuple

Points = Sequence[Tuple[float, float]]


def binned(points: Points, count: int) -> List[Tuple[float, float]]:
    """Means of at most `count` stretches of the same number of points."""
    size = max(1, -(-len(points) // count))
    parts = [points[at : at + size] for at in range(0, len(points), size)]
    return [(part[-1][0], sum(y for _, y in part) / len(part)) for part in parts]


def text_plot(points: Points, width: int = 72, height: int = 12) -> str:
    """Lower is later, one column a stretch; the axis is the range of what is shown, the first tenth aside."""
    means = binned(points, width)
    if len(means) < 2:
        return ""
    shown = [y for _, y in means]
    low = min(shown)
    high = max(shown[len(shown) // 10 :])
    span = max(high - low, 1e-9)
    lines = [[" "] * len(shown) for _ in range(height)]
    for column, y in enumerate(shown):
        row = min(height - 1, max(0, round((high - y) / span * (height - 1))))
        lines[row][column] = "•"
    labels = [f"{high - span * row / (height - 1):7.3f} " for row in range(height)]
    body = "\n".join(label + "".join(line).rstrip() for label, line in zip(labels, lines))
    return f"{body}\n{'':8}{means[0][0]:<12.4g}{'':{max(0, len(shown) - 24)}}{means[-1][0]:>12.4g}"


COLOURS = ("#1f6feb", "#d1242f", "#1a7f37", "#9a6700", "#8250df", "#57606a")


def svg_plot(path: Path, title: str, lines: Dict[str, Points], x_label: str, y_label: str) -> None:
    """One line a name; axes over all of them, the first hundredth of each aside."""
    width, height, left, bottom, top = 760, 420, 64, 48, 36
    drawn = {name: binned(points, 600) for name, points in lines.items() if points}
    xs = [x for points in drawn.values() for x, _ in points]
    ys = [y for points in drawn.values() for _, y in points[len(points) // 100 :]]
    if not ys:
        return
    x0, x1 = min(xs), max(xs)
    y0, y1 = min(ys), max(ys)

    def place(x: float, y: float) -> str:
        across = left + (x - x0) / max(x1 - x0, 1e-9) * (width - left - 16)
        down = height - bottom - (min(y, y1) - y0) / max(y1 - y0, 1e-9) * (height - bottom - top)
        return f"{across:.1f},{down:.1f}"

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12" role="img">',
        f"<title>{title}</title>",
        f'<rect width="{width}" height="{height}" fill="white"/>',
        f'<text x="{left}" y="20" font-size="14">{title}</text>',
    ]
    for part in range(6):
        x, y = x0 + (x1 - x0) * part / 5, y0 + (y1 - y0) * part / 5
        (across, _), (_, down) = place(x, y0).split(","), place(x0, y).split(",")
        parts.append(f'<text x="{across}" y="{height - bottom + 16}" text-anchor="middle">{x:.3g}</text>')
        parts.append(f'<text x="{left - 6}" y="{float(down) + 4:.1f}" text-anchor="end">{y:.3f}</text>')
        parts.append(f'<line x1="{left}" x2="{width - 16}" y1="{down}" y2="{down}" stroke="#d0d7de"/>')
    for index, (name, points) in enumerate(drawn.items()):
        colour = COLOURS[index % len(COLOURS)]
        ends = " ".join(place(x, y) for x, y in points)
        parts.append(f'<polyline points="{ends}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        parts.append(f'<text x="{width - 200}" y="{top + 16 * (index + 1)}" fill="{colour}">{name}</text>')
    parts.append(f'<text x="{width / 2}" y="{height - 10}" text-anchor="middle">{x_label}</text>')
    parts.append(f'<text x="14" y="{height / 2}" text-anchor="middle" transform="rotate(-90 14 {height / 2})">{y_label}</text>')
    parts.append("</svg>\n")
    path.write_text("\n".join(parts))
