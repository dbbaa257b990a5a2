"""The chart of `python3 dev bench --plot`."""

from reportlab.graphics import renderSVG
from reportlab.graphics.charts.legends import Legend
from reportlab.graphics.charts.lineplots import LinePlot
from reportlab.graphics.shapes import Drawing, String
from reportlab.graphics.widgets.markers import makeMarker
from reportlab.lib.colors import HexColor

COLORS = ("#888888", "#1f77b4", "#2ca02c", "#d62728")


def write_svg(path, sizes, costs, dashed):
    """Write the cost of one unit against the number of units.

    :param dict costs: ``{(flow, side): milliseconds for each size}``
    :param str dashed: the side whose curves are dashed
    """
    drawing, plot, legend = Drawing(800, 420), LinePlot(), Legend()
    legend.colorNamePairs = []
    plot.x, plot.y, plot.width, plot.height = 50, 40, 470, 330
    plot.data = [list(enumerate(curve)) for curve in costs.values()]
    plot.xValueAxis.valueSteps = list(range(len(sizes)))
    plot.xValueAxis.labelTextFormat = lambda place: f"{sizes[int(place)]:,}"
    plot.yValueAxis.valueMin, plot.yValueAxis.visibleGrid = 0, True
    plot.yValueAxis.valueMax = 1.1 * max(map(max, costs.values()))
    colors = dict(zip(dict.fromkeys(flow for flow, _side in costs), COLORS))
    for row, (flow, side) in enumerate(costs):
        line = plot.lines[row]
        line.strokeColor, line.strokeWidth = HexColor(colors[flow]), 2
        line.strokeDashArray = (6, 4) if side == dashed else None
        line.symbol = makeMarker("FilledCircle", size=5, fillColor=line.strokeColor)
        name = f"{flow}, {side}{' (dashed)' if side == dashed else ''}"
        legend.colorNamePairs.append((line.strokeColor, name))
    legend.x, legend.y, legend.columnMaximum, legend.alignment = 535, 370, len(costs), "right"
    for shape in (
        *(plot, legend, String(10, 400, "milliseconds for one unit"), String(270, 8, "units")),
    ):
        drawing.add(shape)
    renderSVG.drawToFile(drawing, str(path))
