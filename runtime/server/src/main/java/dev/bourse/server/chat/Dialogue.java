package dev.bourse.server.chat;

import dev.bourse.server.CommandException;
import dev.bourse.server.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What is typed, line by line or turn by turn, and what comes of it: commands begin with a slash,
 * everything else is said to the model.
 */
final class Dialogue {
  /**
   * A command.
   *
   * @param argument what it takes, for the help
   */
  record Command(String name, String argument, String description) {}

  static final List<Command> COMMANDS =
      List.of(
          new Command("/help", "", "this"),
          new Command("/save", "NAME", "keep this conversation under a name, or a copy of it"),
          new Command("/open", "NAME", "go on with a conversation that is kept"),
          new Command("/sessions", "", "those that are kept"),
          new Command("/remove", "NAME", "forget one"),
          new Command("/new", "", "begin another"),
          new Command("/system", "TEXT", "begin another, with instructions for the model"),
          new Command("/model", "[NAME]", "the models; with a name, begin another with that one"),
          new Command("/temperature", "X", "0 always takes the likeliest word; 1 varies more"),
          new Command("/max-tokens", "N", "how long an answer may be"),
          new Command("/exit", "", "leave, as does Ctrl-D"));

  private final Conversations conversations;
  private final Talk talk;
  private final Output output;

  /** Where what comes of it is shown. */
  interface Output {
    /** A piece of an answer. */
    void piece(String text);

    /** After the last piece. */
    void endOfAnswer();

    /** A line about the conversation. */
    void note(String line);

    /** A line about what went wrong. */
    void problem(String line);
  }

  Dialogue(Conversations conversations, Talk talk, Output output) {
    this.conversations = conversations;
    this.talk = talk;
    this.output = output;
  }

  /** What became of a turn. */
  enum Result {
    DONE,
    FAILED,
    LEAVE
  }

  /** Takes what was typed, as {@link Turn} understands it. */
  Result take(String typed) {
    String text = Turn.text(typed);
    try {
      if (text.isBlank()) {
        return Result.DONE;
      }
      if (text.startsWith("//")) {
        return say(text.substring(1));
      }
      return text.startsWith("/") ? command(text.strip()) : say(text);
    } catch (CommandException e) {
      output.problem(String.valueOf(e.getMessage()));
      return Result.FAILED;
    }
  }

  private Result say(String text) {
    boolean kept;
    try {
      kept = talk.say(text, output::piece);
    } finally {
      output.endOfAnswer();
    }
    if (!kept) {
      output.note("stopped; this turn is forgotten");
    }
    return Result.DONE;
  }

  private Result command(String line) {
    int space = line.indexOf(' ');
    String name = space < 0 ? line : line.substring(0, space);
    String argument = space < 0 ? "" : line.substring(space + 1).strip();
    switch (name) {
      case "/help" -> help();
      case "/sessions" -> sessions();
      case "/new" -> {
        talk.begin();
        output.note("a new conversation");
      }
      case "/save" -> {
        talk.save(required(name, argument));
        output.note("kept as \"%s\", from turn to turn".formatted(argument));
      }
      case "/open" -> opened(talk.open(required(name, argument)));
      case "/remove" -> {
        talk.remove(required(name, argument));
        output.note("\"%s\" is forgotten".formatted(argument));
      }
      case "/system" -> {
        talk.system(required(name, argument));
        output.note("a new conversation, with these instructions");
      }
      case "/model" -> model(argument);
      case "/temperature" -> talk.temperature(number(name, argument));
      case "/max-tokens" -> talk.maxTokens((int) number(name, argument));
      case "/exit", "/quit" -> {
        return Result.LEAVE;
      }
      default ->
          throw CommandException.usage(
              "there is no command %s; /help lists them, and //TEXT says /TEXT".formatted(name));
    }
    return Result.DONE;
  }

  private static String required(String command, String argument) {
    if (argument.isEmpty()) {
      String what =
          COMMANDS.stream()
              .filter(known -> known.name().equals(command))
              .map(Command::argument)
              .findFirst()
              .orElse("something");
      throw CommandException.usage("%s takes %s".formatted(command, what));
    }
    return argument;
  }

  private static double number(String command, String argument) {
    try {
      return Double.parseDouble(required(command, argument));
    } catch (NumberFormatException e) {
      throw CommandException.usage("%s takes a number, not '%s'".formatted(command, argument));
    }
  }

  private void model(String wanted) {
    if (wanted.isEmpty()) {
      conversations
          .models()
          .forEach(name -> output.note((name.equals(talk.model()) ? "* " : "  ") + name));
      return;
    }
    talk.model(wanted);
    output.note("a new conversation, with " + wanted);
  }

  private void help() {
    new Table<Command>()
            .text("", command -> (command.name() + " " + command.argument()).strip())
            .text("", Command::description)
            .lines(COMMANDS)
            .stream()
            .skip(1)
            .forEach(output::note);
    output.note(
        "A backslash at the end of a line goes on in the next; \"\"\" begins and ends many.");
    output.note(
        "Ctrl-C stops an answer, and what was said of it stays; again, and it is forgotten.");
  }

  private void sessions() {
    Instant now = Instant.now();
    List<Conversations.Kept> named =
        conversations.kept().stream().filter(kept -> !Talk.isUnnamed(kept.name())).toList();
    if (named.isEmpty()) {
      output.note("none is kept; /save NAME keeps this one");
      return;
    }
    new Table<Conversations.Kept>()
        .text("", kept -> talk.name().filter(kept.name()::equals).map(name -> "*").orElse(""))
        .text("name", kept -> Turn.plain(kept.name()))
        .number("tokens", kept -> "%,d".formatted(kept.tokens()))
        .number("last turn", kept -> ago(Duration.between(kept.saved(), now)))
        .text("model", Conversations.Kept::model)
        .lines(named)
        .forEach(output::note);
  }

  void opened(Conversations.Kept kept) {
    output.note(
        "\"%s\" goes on: %,d tokens, last turn %s"
            .formatted(
                kept.name(), kept.tokens(), ago(Duration.between(kept.saved(), Instant.now()))));
  }

  private static String ago(Duration time) {
    long seconds = Math.max(0, time.toSeconds());
    if (seconds < 120) {
      return seconds + " s ago";
    }
    if (seconds < 7200) {
      return seconds / 60 + " min ago";
    }
    return seconds < 172_800 ? seconds / 3600 + " h ago" : seconds / 86_400 + " d ago";
  }
}
