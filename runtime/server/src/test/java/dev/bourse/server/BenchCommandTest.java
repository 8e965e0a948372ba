package dev.bourse.server;

import static dev.bourse.server.End.bourse;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchCommandTest {
  private static final String[] SHORT = {
    "bench",
    "--shape",
    "tiny",
    "--seconds",
    "0.01",
    "--prefill",
    "20,99999",
    "--depth",
    "0,40",
    "--batch",
    "1,2"
  };

  @Test
  void measuresAModelOfNoise(@TempDir Path folder) {
    Path plot = folder.resolve("plot.png");
    End end = bourse(with("--plot", plot.toString()));
    assertThat(end.exitCode()).as(end.err()).isEqualTo(ExitCode.OK);
    assertThat(end.out())
        .startsWith("tiny Q8_0, synthetic, 1 MiB of weights")
        .contains("GB/s from memory")
        .contains("| prefill 20 |")
        .contains("| decode at 40 |")
        .contains("| batch of 2, shared |")
        .doesNotContain("NaN");
    assertThat(end.err())
        .contains("prefill of 99999: beyond the model's context of 32768, left out");
    assertThat(plot).isNotEmptyFile();
  }

  @Test
  void writesCsvAndJson() {
    End csv = bourse(with("--format", "csv", "--type", "q4_k"));
    assertThat(csv.outLines()).hasSize(1 + 1 + 2 + 4);
    assertThat(csv.outLines().get(1)).startsWith("\"tiny Q4_K, synthetic\",prefill 20,1,0,0,");
    End json = bourse(with("--format", "json"));
    assertThat(json.out()).contains("\"test\":\"decode at 0\"").contains("\"tokensPerSecond\":");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--shape | gpt-9 | --shape is gpt-9; there are llama-1b",
        "--type | q9 | --type is q9; there are F32",
        "--format | xml | --format is xml, but must be markdown, csv or json",
        "--threads | 0 | --threads is 0, but must be from 1 to 1024",
        "--seconds | 0 | --seconds is 0.0, but must be above 0",
        "--batch | 0 | --batch has 0, but must be from 1",
      })
  void saysWhatIsWrongWithAnOption(String option, String value, String words) {
    String[] command =
        option.equals("--shape")
            ? new String[] {"bench", option, value}
            : new String[] {"bench", "--shape", "tiny", option, value};
    End end = bourse(command);
    assertThat(end.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(end.err()).contains(words);
  }

  private static String[] with(String... more) {
    return Stream.concat(Stream.of(SHORT), Stream.of(more)).toArray(String[]::new);
  }
}
