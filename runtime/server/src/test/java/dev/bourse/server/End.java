package dev.bourse.server;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** How a command line ended. */
public record End(int exitCode, String out, String err) {
  public static End bourse(String... arguments) {
    return bourseReading("", arguments);
  }

  public static End bourseReading(String input, String... arguments) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var in = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
    int exitCode = Main.execute(new Streams(in, out, err), StartTimes.atMain(), arguments);
    return new End(
        exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  public List<String> outLines() {
    return out.lines().toList();
  }

  public List<String> errLines() {
    return err.lines().toList();
  }
}
