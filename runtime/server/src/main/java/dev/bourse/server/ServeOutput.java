package dev.bourse.server;

import dev.bourse.host.process.OutputListener;
import java.nio.charset.StandardCharsets;

/**
 * Passes on what inferlets that answer requests say to the terminal, at once, as it comes: their
 * clients get responses, and nothing else. Called on the threads of all of them.
 */
record ServeOutput(Streams streams) implements OutputListener {
  @Override
  public void text(String text) {
    streams.error(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void stdout(byte[] bytes) {
    streams.error(bytes);
  }

  @Override
  public void stderr(byte[] bytes) {
    streams.error(bytes);
  }
}
