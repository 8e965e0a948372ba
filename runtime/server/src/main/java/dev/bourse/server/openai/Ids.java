package dev.bourse.server.openai;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names that nobody has used before, and nobody guesses. */
final class Ids {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int BYTES = 16;

  /** An id of a call says which function it calls, so that its result needs no memory of it. */
  private static final Pattern CALL = Pattern.compile("call_[0-9a-f]{32}_(.+)");

  private Ids() {}

  /** A new id. */
  static String next(String prefix) {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return prefix + HexFormat.of().formatHex(bytes);
  }

  /** A new id for a call of a function. */
  static String call(String function) {
    return next("call_") + "_" + function;
  }

  /** The function that a call of this id was of, if the id is one of ours. */
  static Optional<String> calledFunction(String id) {
    Matcher matcher = CALL.matcher(id);
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }
}
