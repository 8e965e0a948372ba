package dev.bourse.server.top;

import com.google.protobuf.util.Timestamps;
import dev.bourse.proto.v1.Process;
import dev.bourse.proto.v1.Usage;
import java.util.Comparator;
import java.util.Locale;

/** By what processes are sorted, the most first. */
enum Order {
  PAID,
  PAGES,
  TOKENS,
  AGE;

  /** Stays the same where nothing has changed. */
  Comparator<Process> comparator() {
    return ascending().reversed().thenComparing(Process::getId);
  }

  private Comparator<Process> ascending() {
    return switch (this) {
      case PAID -> Comparator.comparingDouble(process -> process.getUsage().getPaid());
      case PAGES -> Comparator.comparingInt(process -> process.getUsage().getPages());
      case TOKENS -> Comparator.comparingLong(process -> computed(process.getUsage()));
      case AGE -> Comparator.comparing(Process::getLaunchedAt, Timestamps.comparator().reversed());
    };
  }

  Order next() {
    return switch (this) {
      case PAID -> PAGES;
      case PAGES -> TOKENS;
      case TOKENS -> AGE;
      case AGE -> PAID;
    };
  }

  /** Tokens that were computed. */
  static long computed(Usage usage) {
    return usage.getPromptTokens() + usage.getDecodedTokens();
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
