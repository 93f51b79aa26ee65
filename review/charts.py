"""Charts as pictures: readable in print and by the colour-blind, with a table beside each."""

import sys
import warnings
from collections.abc import Sequence

with warnings.catch_warnings():
    # On import it puts a finder of the old kind before every other import of the program, for
    # plug-ins that nobody here has; it is taken out again at once.
    warnings.simplefilter("ignore", ImportWarning)
    import pygal
    from pygal.style import Style

    sys.meta_path[:] = [f for f in sys.meta_path if type(f).__module__ != "pygal"]

# Okabe and Ito's palette, told apart with any colour vision; lines differ in their strokes, too.
_STYLE = Style(
    background="transparent",
    plot_background="transparent",
    foreground="#24313a",
    foreground_strong="#24313a",
    foreground_subtle="#6b7680",
    font_family="system-ui, sans-serif",
    colors=("#0072B2", "#D55E00", "#009E73", "#CC79A7"),
    label_font_size=12,
    major_label_font_size=15,
    legend_font_size=15,
    value_font_size=15,
    stroke_width=3,
)
_DASHED = {"width": 2, "dasharray": "8, 6"}


def bars(months: Sequence[str], counts: Sequence[int], named: str) -> bytes:
    """Monthly counts as an SVG picture."""
    chart = pygal.Bar(**_SHAPE, show_legend=False, print_values=True, yrange=(0, max([5, *counts])))
    chart.x_labels = months
    chart.add(named, [count or None for count in counts])
    return bytes(chart.render())


def delays(
    months: Sequence[str],
    lines: Sequence[tuple[str, Sequence[float | None], float]],
    limit_said: str = " : limite",
) -> bytes:
    """Median delays month by month, each with its limit drawn as a broken line."""
    chart = pygal.Line(**_SHAPE, legend_at_bottom=True, dots_size=5)
    chart.x_labels = months
    for name, days, limit in lines:
        chart.add(name, list(days), allow_interruptions=True)
        chart.add(
            f"{name}{limit_said}", [limit] * len(months), show_dots=False, stroke_style=_DASHED
        )
    return bytes(chart.render())


_SHAPE = {
    "width": 760,
    "height": 300,
    "style": _STYLE,
    "js": (),
    "margin": 8,
    "truncate_label": -1,
    "truncate_legend": -1,
    "show_minor_y_labels": False,
}
