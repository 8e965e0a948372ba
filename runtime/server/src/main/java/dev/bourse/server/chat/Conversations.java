package dev.bourse.server.chat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where conversations are held and kept. What it refuses is a {@link
 * dev.bourse.server.CommandException}.
 */
interface Conversations {
  /** The inferlet whose processes are the turns. */
  String PROGRAM = "conversation";

  /**
   * A conversation that is kept.
   *
   * @param expires from when on it is gone
   */
  record Kept(String name, String model, long tokens, Instant saved, Optional<Instant> expires) {}

  /** What a model answers, as it comes. Read by one thread; any thread may stop it. */
  interface Answer extends AutoCloseable {
    /**
     * Waits for the next piece of it.
     *
     * @return null at its end
     */
    @Nullable String next();

    /** Ends it where it is: what was said so far is kept. */
    void stop();

    /** Ends it at once: the conversation is as it was before this turn. */
    void kill();

    /** After its end: why it failed, if it did. */
    Optional<String> problem();

    @Override
    void close();
  }

  /**
   * Begins a turn.
   *
   * @param input parameters of {@value #PROGRAM}, as the text of one JSON object
   */
  Answer ask(String input);

  /** Those that are kept, by name. */
  List<Kept> kept();

  void delete(String name);

  /** The models that can be asked; the first is the default. */
  List<String> models();

  /** Where this is, for a person. */
  String place();
}
