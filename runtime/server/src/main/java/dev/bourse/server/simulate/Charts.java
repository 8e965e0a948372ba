package dev.bourse.server.simulate;

import dev.bourse.scheduler.simulation.Chart;
import dev.bourse.scheduler.simulation.Chart.Point;
import dev.bourse.scheduler.simulation.Chart.Series;
import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws charts, with the same colours wherever a policy appears. */
final class Charts {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 420;

  /** Told apart by those who see no red or green (Okabe and Ito 2008). */
  private static final List<Color> COLOURS =
      List.of(
          new Color(0xD55E00),
          new Color(0x0072B2),
          new Color(0x009E73),
          new Color(0xCC79A7),
          new Color(0xE69F00),
          new Color(0x56B4E9),
          new Color(0x000000));

  /** Lines that are drawn without gaps; those after them would hide equal ones. */
  private static final int SOLID = 4;

  private static final BasicStroke LINE = new BasicStroke(2);
  private static final BasicStroke DASHES =
      new BasicStroke(2, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {8, 8}, 0);

  private Charts() {}

  /** Writes {@code folder/id.format} for each format, png or svg. */
  static void write(Chart chart, Path folder, String... formats) throws IOException {
    XYChart drawn = draw(chart);
    for (String format : formats) {
      try (OutputStream out = Files.newOutputStream(folder.resolve(chart.id() + "." + format))) {
        ChartEncoder.saveChart(drawn, out, format);
      }
    }
  }

  private static XYChart draw(Chart chart) {
    XYChart drawn =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(chart.title())
            .xAxisTitle(chart.xLabel())
            .yAxisTitle(chart.yLabel())
            .build();
    drawn.getStyler().setYAxisLogarithmic(chart.logarithmic());
    drawn.getStyler().setLegendPosition(LegendPosition.OutsideE);
    drawn.getStyler().setChartBackgroundColor(Color.WHITE);
    drawn.getStyler().setPlotGridLinesColor(new Color(0xDDDDDD));
    for (int i = 0; i < chart.series().size(); i++) {
      Series series = chart.series().get(i);
      List<Point> points = series.points();
      double[] x = points.stream().mapToDouble(Point::x).toArray();
      double[] y = points.stream().mapToDouble(Point::y).toArray();
      boolean exact = points.stream().allMatch(point -> point.error() == 0);
      XYSeries line =
          exact
              ? drawn.addSeries(series.name(), x, y)
              : drawn.addSeries(
                  series.name(), x, y, points.stream().mapToDouble(Point::error).toArray());
      line.setLineColor(COLOURS.get(i % COLOURS.size()));
      line.setLineStyle(i < SOLID ? LINE : DASHES);
      line.setMarker(SeriesMarkers.NONE);
    }
    return drawn;
  }
}
