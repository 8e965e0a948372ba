package dev.bourse.server.chat;

import dev.bourse.server.ExitCode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jline.reader.Candidate;
import org.jline.reader.CompletingParsedLine;
import org.jline.reader.EOFError;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.completer.StringsCompleter;
import org.jline.reader.impl.history.DefaultHistory;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStyle;

/**
 * A conversation on a terminal: lines are edited, have a history that outlives the program, and are
 * completed after a slash; Ctrl-C stops an answer, Ctrl-D leaves.
 */
final class TerminalChat implements Dialogue.Output {
  private static final int HISTORY_LINES = 1000;
  private static final AttributedStyle FAINT = AttributedStyle.DEFAULT.faint();
  private static final AttributedStyle RED =
      AttributedStyle.DEFAULT.foreground(AttributedStyle.RED);

  private final Terminal terminal;
  private final LineReader reader;
  private boolean endsLine = true;

  /**
   * A conversation on a terminal, which stays the caller's.
   *
   * @param history where lines are kept, if they are; the file need not exist
   * @param sessions names of sessions, to complete what is typed
   */
  TerminalChat(Terminal terminal, Optional<Path> history, Supplier<List<String>> sessions) {
    this.terminal = terminal;
    this.reader =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .appName("bourse")
            .parser(new TurnParser())
            .history(new DefaultHistory())
            .completer((asking, line, candidates) -> complete(asking, line, candidates, sessions))
            .variable(LineReader.HISTORY_SIZE, HISTORY_LINES)
            .variable(LineReader.HISTORY_FILE_SIZE, HISTORY_LINES)
            .variable(LineReader.SECONDARY_PROMPT_PATTERN, styled(FAINT, ". "))
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
            .build();
    history.ifPresent(file -> reader.setVariable(LineReader.HISTORY_FILE, file));
  }

  /** Takes turns until the user leaves. */
  int run(Dialogue dialogue, Talk talk) {
    Terminal.SignalHandler before = terminal.handle(Terminal.Signal.INT, signal -> stop(talk));
    Attributes attributes = terminal.getAttributes();
    Attributes quiet = new Attributes(attributes);
    // What is typed while an answer comes is shown with the next prompt, not in the answer.
    quiet.setLocalFlag(Attributes.LocalFlag.ECHO, false);
    terminal.setAttributes(quiet);
    try {
      while (true) {
        String prompt =
            styled(AttributedStyle.BOLD, talk.name().map(Turn::plain).orElse("") + "> ");
        try {
          if (dialogue.take(reader.readLine(prompt)) == Dialogue.Result.LEAVE) {
            return ExitCode.OK;
          }
        } catch (UserInterruptException e) {
          // It clears the line.
          note("Ctrl-D leaves");
        } catch (EndOfFileException e) {
          return ExitCode.OK;
        }
      }
    } finally {
      terminal.setAttributes(attributes);
      terminal.handle(Terminal.Signal.INT, before);
    }
  }

  private static void stop(Talk talk) {
    // Whoever is told of it may be on a server: not on the thread that hears signals.
    Thread.ofVirtual().name("bourse-stop").start(talk::interrupt);
  }

  /** Completes commands, and names of sessions after those that take one. */
  private static void complete(
      LineReader reader,
      ParsedLine line,
      List<Candidate> candidates,
      Supplier<List<String>> sessions) {
    if (!line.line().startsWith("/")) {
      return;
    }
    if (line.wordIndex() == 0) {
      new StringsCompleter(Dialogue.COMMANDS.stream().map(Dialogue.Command::name).toList())
          .complete(reader, line, candidates);
    } else if (line.wordIndex() == 1 && takesSession(line.words().getFirst())) {
      new StringsCompleter(sessions.get()).complete(reader, line, candidates);
    }
  }

  private static boolean takesSession(String command) {
    return command.equals("/open") || command.equals("/remove");
  }

  /** Takes lines as they are, without quotes; more follow where a turn is open. */
  private static final class TurnParser implements Parser {
    @Override
    public ParsedLine parse(String line, int cursor, ParseContext context) {
      boolean accepting =
          context == ParseContext.ACCEPT_LINE || context == ParseContext.SECONDARY_PROMPT;
      if (accepting && Turn.isOpen(line)) {
        throw new EOFError(-1, -1, "the turn goes on");
      }
      return new Words(line, cursor);
    }
  }

  /** A line as words with a space between them. */
  private record Words(String line, int cursor) implements CompletingParsedLine {
    @Override
    public CharSequence escape(CharSequence candidate, boolean complete) {
      return candidate;
    }

    @Override
    public int rawWordCursor() {
      return wordCursor();
    }

    @Override
    public int rawWordLength() {
      return word().length();
    }

    private String before() {
      return line.substring(0, cursor);
    }

    @Override
    public List<String> words() {
      return List.of(line.split(" ", -1));
    }

    @Override
    public int wordIndex() {
      return (int) before().chars().filter(c -> c == ' ').count();
    }

    @Override
    public String word() {
      return words().get(wordIndex());
    }

    @Override
    public int wordCursor() {
      return cursor - (before().lastIndexOf(' ') + 1);
    }
  }

  @Override
  public void piece(String text) {
    if (!text.isEmpty()) {
      String plain = Turn.plain(text);
      endsLine = plain.endsWith("\n");
      terminal.writer().print(plain);
      terminal.flush();
    }
  }

  @Override
  public void endOfAnswer() {
    if (!endsLine) {
      terminal.writer().println();
      endsLine = true;
    }
    terminal.flush();
  }

  @Override
  public void note(String line) {
    print(FAINT, line);
  }

  @Override
  public void problem(String line) {
    print(RED, line);
  }

  private void print(AttributedStyle style, String line) {
    terminal.writer().println(styled(style, Turn.plain(line)));
    terminal.flush();
  }

  private String styled(AttributedStyle style, String text) {
    return new AttributedString(text, style).toAnsi(terminal);
  }
}
