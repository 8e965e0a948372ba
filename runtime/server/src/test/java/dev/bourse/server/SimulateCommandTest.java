package dev.bourse.server;

import static dev.bourse.server.End.bourse;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SimulateCommandTest {
  @TempDir private Path folder;

  @Test
  void comparesPoliciesInTables() {
    End end = simulate("--seconds", "5", "--seeds", "2", "--policy", "market,fcfs");
    assertThat(end.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(end.err()).isEmpty();
    assertThat(end.outLines())
        .anyMatch(line -> line.startsWith("| policy | value on time, credits/s |"))
        .filteredOn(line -> line.startsWith("| market |") || line.startsWith("| fcfs   |"))
        .hasSize(6);
  }

  @Test
  void filesAreTheSameByteForByte() throws IOException {
    for (String out : List.of("one", "two")) {
      End end = simulate("--seconds", "5", "--seeds", "1", "--out", folder.resolve(out).toString());
      assertThat(end.exitCode()).as(end.err()).isEqualTo(ExitCode.OK);
    }
    for (String file :
        List.of("runs.csv", "tenants.csv", "trace.csv", "slowdown.png", "slowdown.svg")) {
      assertThat(folder.resolve("two").resolve(file))
          .hasSameBinaryContentAs(folder.resolve("one").resolve(file));
    }
    assertThat(Files.readAllLines(folder.resolve("one/runs.csv"))).hasSize(1 + 5);
  }

  @Test
  void aTraceThatWasWrittenCanBeReplayed() throws IOException {
    String out = folder.resolve("out").toString();
    simulate("--seconds", "5", "--seeds", "1", "--policy", "fcfs", "--out", out);
    Path trace = folder.resolve("out/trace.csv");
    End end = simulate("--trace", trace.toString(), "--policy", "fcfs", "--out", out + "2");
    assertThat(end.exitCode()).as(end.err()).isEqualTo(ExitCode.OK);
    List<String> header = Files.readAllLines(trace).subList(0, 1);
    assertThat(Files.readAllLines(folder.resolve("out2/trace.csv")))
        .hasSameSizeAs(Files.readAllLines(trace))
        .containsAll(header);
  }

  @Test
  void everythingWrongWithATraceIsSaidByLine() throws IOException {
    Path trace = folder.resolve("bad.csv");
    Files.writeString(
        trace,
        """
        agent,tenant,arrival_micros,value,bidding,prefix,prefix_tokens,prompt,output,gap_micros
        1,a,0,1,truthful,,0,x,1,0
        1,a,0,1,loud,,0,1,-1,0
        1,a
        """);
    End end = simulate("--trace", trace.toString());
    assertThat(end.exitCode()).isEqualTo(ExitCode.BAD_FILE);
    assertThat(end.errLines())
        .singleElement()
        .asString()
        .contains("line 2: prompt is \"x\"")
        .contains("line 3: bidding is \"loud\"")
        .contains("line 3: output is -1")
        .contains("line 4 has 2 cells");
  }

  @Test
  void everythingWrongWithAWorkloadIsSaidAtOnce() throws IOException {
    Path file = folder.resolve("bad.toml");
    Files.writeString(
        file,
        """
        seconds = "long"
        lod = 1
        [engine]
        slots = 2.5
        [[tenants]]
        bidding = "loud"
        values = 4
        output = { maen = 3 }
        """);
    End end = simulate("--workload", file.toString());
    assertThat(end.exitCode()).isEqualTo(ExitCode.BAD_FILE);
    assertThat(end.errLines())
        .singleElement()
        .asString()
        .contains("lod is not known here")
        .contains("seconds must be a whole number, not \"long\"")
        .contains("engine.slots must be a whole number, not 2.5")
        .contains("tenants[0].bidding must be one of \"truthful\"")
        .contains("tenants[0].values must be an array, not 4")
        .contains("tenants[0].output.maen is not known here");
    Files.writeString(file, "seconds = 0\nload = -1\n");
    assertThat(simulate("--workload", file.toString()).err())
        .contains("seconds is 0")
        .contains("load is -1.0");
    Files.writeString(file, "seconds = \n");
    assertThat(simulate("--workload", file.toString()).err()).contains("line 1");
  }

  @ParameterizedTest
  @CsvSource({
    "--policy=lifo, there is no policy \"lifo\"",
    "--workload=none, there is no workload \"none\"",
    "--workload=none.toml, none.toml: cannot be read",
    "--seeds=0, --seeds is 0",
    "--load=-1, load is -1.0",
    "--show=none, there is no workload \"none\"",
    "--trace=none.csv, none.csv: cannot be read"
  })
  void whatCannotBeIsRefusedInOneLine(String argument, String words) {
    End end = simulate(argument);
    assertThat(end.exitCode()).isIn(ExitCode.USAGE, ExitCode.BAD_FILE);
    assertThat(end.errLines()).singleElement().asString().contains(words);
    assertThat(end.out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pages-overloaded",
        "one-sends-half",
        "loads",
        "nothing-to-spend",
        "shared-prefixes",
        "a-liar",
        "hostile"
      })
  void whatShipsCanBeListedShownAndRun(String workload) throws IOException {
    assertThat(simulate("--list").outLines()).anyMatch(line -> line.startsWith(workload + " "));
    Path copy = folder.resolve("copy.toml");
    Files.writeString(copy, simulate("--show", workload).out());
    String[] small = {"--seconds", "4", "--seeds", "1", "--policy", "market,pie"};
    End shipped = simulate(small, "--workload", workload);
    assertThat(shipped.exitCode()).as(shipped.err()).isEqualTo(ExitCode.OK);
    assertThat(simulate(small, "--workload", copy.toString()).out()).isEqualTo(shipped.out());
  }

  private static End simulate(String... arguments) {
    return simulate(new String[0], arguments);
  }

  private static End simulate(String[] first, String... arguments) {
    String[] all = new String[1 + first.length + arguments.length];
    all[0] = "simulate";
    System.arraycopy(first, 0, all, 1, first.length);
    System.arraycopy(arguments, 0, all, 1 + first.length, arguments.length);
    return bourse(all);
  }
}
