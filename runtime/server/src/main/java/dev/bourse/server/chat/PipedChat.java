package dev.bourse.server.chat;

import dev.bourse.server.CommandException;
import dev.bourse.server.ExitCode;
import dev.bourse.server.Streams;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A conversation without a terminal: a turn a line, answers on standard output, everything else on
 * standard error.
 */
final class PipedChat implements Dialogue.Output {
  private static final int TURN_CHARS_MAX = 4 << 20;

  private final Streams streams;
  private boolean endsLine = true;

  PipedChat(Streams streams) {
    this.streams = streams;
  }

  /**
   * Takes turns until there are no more.
   *
   * @param over whether none is taken any more
   * @return how it ended: {@link ExitCode#FAILED} if a turn could not be taken
   */
  int run(Dialogue dialogue, BooleanSupplier over) {
    int exitCode = ExitCode.OK;
    for (String turn = read(); turn != null && !over.getAsBoolean(); turn = read()) {
      switch (dialogue.take(turn)) {
        case LEAVE -> {
          return exitCode;
        }
        case FAILED -> exitCode = ExitCode.FAILED;
        case DONE -> {}
      }
    }
    return exitCode;
  }

  private @Nullable String read() {
    BufferedReader in = streams.in();
    try {
      String turn = in.readLine();
      while (turn != null && Turn.isOpen(turn)) {
        String more = in.readLine();
        if (more == null) {
          break;
        }
        turn += "\n" + more;
        if (turn.length() > TURN_CHARS_MAX) {
          throw CommandException.failed(
              "a turn is longer than %,d characters; what begins with \"\"\" ends with it"
                  .formatted(TURN_CHARS_MAX));
        }
      }
      return turn;
    } catch (IOException e) {
      throw CommandException.failed("standard input cannot be read: " + e.getMessage());
    }
  }

  @Override
  public void piece(String text) {
    if (!text.isEmpty()) {
      endsLine = text.endsWith("\n");
      streams.print(text);
      streams.flush();
    }
  }

  @Override
  public void endOfAnswer() {
    if (!endsLine) {
      streams.print("\n");
      endsLine = true;
    }
    streams.flush();
  }

  @Override
  public void note(String line) {
    streams.error("bourse: " + line);
  }

  @Override
  public void problem(String line) {
    streams.error("bourse: " + line);
  }
}
