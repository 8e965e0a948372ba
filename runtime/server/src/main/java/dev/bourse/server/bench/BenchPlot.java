package dev.bourse.server.bench;

import java.awt.Color;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Draws how the rate of a batch grows with its sequences. */
final class BenchPlot {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 420;

  private BenchPlot() {}

  /** Writes a PNG. */
  static void write(BenchResult result, Path file) throws IOException {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(result.model())
            .xAxisTitle("sequences of a batch")
            .yAxisTitle("tokens/s")
            .build();
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setPlotGridLinesColor(new Color(0xDDDDDD));
    chart.getStyler().setLegendPosition(LegendPosition.InsideNW);
    chart.getStyler().setYAxisMin(0.0);
    line(chart, result.rows(), "pages of their own", 0x0072B2, row -> row.shared() == 0);
    line(chart, result.rows(), "a shared prefix", 0xD55E00, row -> row.shared() > 0);
    try (OutputStream out = Files.newOutputStream(file)) {
      ChartEncoder.saveChart(chart, out, "png");
    }
  }

  private static void line(
      XYChart chart,
      List<BenchResult.Row> rows,
      String name,
      int colour,
      Predicate<BenchResult.Row> chosen) {
    List<BenchResult.Row> batched =
        rows.stream().filter(row -> row.test().startsWith("batch") && chosen.test(row)).toList();
    if (!batched.isEmpty()) {
      XYSeries line =
          chart.addSeries(
              name,
              batched.stream().mapToDouble(BenchResult.Row::sequences).toArray(),
              batched.stream().mapToDouble(BenchResult.Row::tokensPerSecond).toArray());
      line.setLineColor(new Color(colour));
      line.setMarkerColor(new Color(colour));
    }
  }
}
