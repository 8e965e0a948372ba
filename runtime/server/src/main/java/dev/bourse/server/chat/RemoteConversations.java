package dev.bourse.server.chat;

import com.google.protobuf.Timestamp;
import dev.bourse.client.Attachment;
import dev.bourse.client.BourseClient;
import dev.bourse.client.BourseException;
import dev.bourse.client.Event;
import dev.bourse.client.Launch;
import dev.bourse.proto.v1.Model;
import dev.bourse.proto.v1.Outcome;
import dev.bourse.server.remote.ServerOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Conversations on a server. A turn is stopped there when its line is closed. */
record RemoteConversations(BourseClient client, ServerOption server) implements Conversations {

  @Override
  public Answer ask(String input) {
    return new RemoteAnswer(
        server.attempt(() -> client.run(Launch.of(PROGRAM).withJson(input))), this);
  }

  @Override
  public List<Kept> kept() {
    return server.attempt(client::snapshots).stream()
        .map(
            kept ->
                new Kept(
                    kept.getName(),
                    kept.getModel(),
                    kept.getTokens(),
                    instant(kept.getCreatedAt()),
                    kept.hasExpiresAt()
                        ? Optional.of(instant(kept.getExpiresAt()))
                        : Optional.empty()))
        .toList();
  }

  private static Instant instant(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }

  @Override
  public void delete(String name) {
    var _ =
        server.attempt(
            () -> {
              client.deleteSnapshot(name);
              return name;
            });
  }

  @Override
  public List<String> models() {
    return server.attempt(client::models).stream().map(Model::getName).toList();
  }

  @Override
  public String place() {
    return server.target();
  }

  private record RemoteAnswer(Attachment attachment, RemoteConversations conversations)
      implements Answer {
    @Override
    public @Nullable String next() {
      Event event =
          conversations.server().attempt(() -> Optional.ofNullable(attachment.next())).orElse(null);
      return event == null ? null : event.text();
    }

    @Override
    public void stop() {
      tell(() -> attachment.send("stop"));
    }

    @Override
    public void kill() {
      tell(() -> conversations.client().terminate(attachment.processId(), "stopped"));
    }

    /** Whoever is told may have ended, or be out of reach: whoever reads learns that. */
    private static void tell(Runnable action) {
      try {
        action.run();
      } catch (BourseException e) {
        return;
      }
    }

    @Override
    public Optional<String> problem() {
      Outcome outcome = attachment.process().getOutcome();
      return outcome.hasFailure()
          ? Optional.of(outcome.getFailure().getMessage())
          : Optional.empty();
    }

    @Override
    public void close() {
      attachment.close();
    }
  }
}
