package dev.bourse.host.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Server-sent events as they come in pieces: the data of each, when its blank line has come (HTML
 * Standard, section 9.2.6).
 */
final class EventReader {
  private final int bytesMax;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final StringBuilder data = new StringBuilder();
  private boolean hasData;
  private boolean afterReturn;

  EventReader(int bytesMax) {
    this.bytesMax = bytesMax;
  }

  /**
   * Takes the next bytes, and gives the data of the events that they complete.
   *
   * @throws McpException when an event is larger than it may be
   */
  List<String> add(byte[] bytes) throws McpException {
    List<String> complete = new ArrayList<>();
    for (byte next : bytes) {
      boolean secondHalf = afterReturn && next == '\n';
      afterReturn = next == '\r';
      if (secondHalf) {
        continue;
      }
      if (next == '\n' || next == '\r') {
        endLine(complete);
      } else {
        line.write(next);
      }
      if (line.size() + data.length() > bytesMax) {
        throw new McpException(
            McpException.SERVER_FAILED, "an event of more than %d bytes".formatted(bytesMax));
      }
    }
    return complete;
  }

  private void endLine(List<String> complete) {
    String text = line.toString(UTF_8);
    line.reset();
    if (text.isEmpty()) {
      if (hasData && !data.toString().isBlank()) {
        complete.add(data.toString());
      }
      data.setLength(0);
      hasData = false;
      return;
    }
    if (text.equals("data") || text.startsWith("data:")) {
      String value = text.length() <= 5 ? "" : text.substring(5);
      if (hasData) {
        data.append('\n');
      }
      data.append(value.startsWith(" ") ? value.substring(1) : value);
      hasData = true;
    }
  }
}
