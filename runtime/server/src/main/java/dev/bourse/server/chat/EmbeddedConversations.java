package dev.bourse.server.chat;

import dev.bourse.host.process.Outcome;
import dev.bourse.host.process.ServedModel;
import dev.bourse.server.CommandException;
import dev.bourse.server.access.Caller;
import dev.bourse.server.access.ServiceException;
import dev.bourse.server.node.Event;
import dev.bourse.server.node.EventLog;
import dev.bourse.server.node.Launch;
import dev.bourse.server.node.Node;
import dev.bourse.server.node.NodeProcess;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Conversations of a caller with the engines of this process. */
record EmbeddedConversations(Node node, Caller caller) implements Conversations {

  private static <T> T attempt(Supplier<T> action) {
    try {
      return action.get();
    } catch (ServiceException e) {
      throw CommandException.failed(e.words());
    }
  }

  @Override
  public Answer ask(String input) {
    NodeProcess process = attempt(() -> node.launch(caller, Launch.of(PROGRAM, input)));
    return new EmbeddedAnswer(process, process.log().read(0));
  }

  @Override
  public List<Kept> kept() {
    return attempt(() -> node.snapshots(caller)).stream()
        .map(
            info ->
                new Kept(
                    info.name().name(),
                    info.model(),
                    info.tokens(),
                    info.created(),
                    info.expires()))
        .toList();
  }

  @Override
  public void delete(String name) {
    var _ =
        attempt(
            () -> {
              node.deleteSnapshot(caller, name);
              return name;
            });
  }

  @Override
  public List<String> models() {
    return node.models().stream().map(ServedModel::name).toList();
  }

  @Override
  public String place() {
    return "on this machine";
  }

  private record EmbeddedAnswer(NodeProcess process, EventLog.Reader reader) implements Answer {
    @Override
    public @Nullable String next() {
      try {
        return switch (reader.next()) {
          case EventLog.Next.Said(long _, Event event) -> text(event);
          // While it is read, nothing is dropped.
          case EventLog.Next.Missed _ -> "";
          case EventLog.Next.Over() -> null;
        };
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return null;
      }
    }

    private static String text(Event event) {
      return switch (event) {
        case Event.Message(String text) -> text;
        case Event.Stdout(byte[] bytes) -> new String(bytes, StandardCharsets.UTF_8);
        case Event.File _, Event.Stderr _ -> "";
      };
    }

    @Override
    public void stop() {
      try {
        process.send("stop");
      } catch (ServiceException e) {
        // It has ended by itself.
        return;
      }
    }

    @Override
    public void kill() {
      process.terminate("stopped");
    }

    @Override
    public Optional<String> problem() {
      return process.ended().join().outcome() instanceof Outcome.Failed(var _, String message)
          ? Optional.of(message)
          : Optional.empty();
    }

    @Override
    public void close() {
      reader.close();
      process.terminate("the chat is over");
    }
  }
}
