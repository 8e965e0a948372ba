package dev.bourse.server.config;

import dev.bourse.host.process.Limit;
import java.util.EnumMap;
import java.util.Map;

/** The keys of the table {@code [inferlets.limits]}: every limit by its name. */
final class LimitKeys {
  static final Map<Limit, Key<Long>> ALL = all();

  private LimitKeys() {}

  private static Map<Limit, Key<Long>> all() {
    Map<Limit, Key<Long>> keys = new EnumMap<>(Limit.class);
    for (Limit limit : Limit.values()) {
      keys.put(
          limit,
          Key.of(limit.key(), Kind.large(1, limit.ceiling()), limit.defaultMax(), about(limit)));
    }
    return keys;
  }

  private static String about(Limit limit) {
    return switch (limit) {
      case MODULE_BYTES -> "Bytes of the program.";
      case MEMORY_PAGES -> "Linear memory, in pages of 64 KiB.";
      case TABLE_ELEMENTS -> "Elements of tables, as declared and as they grow.";
      case WALL_TIME_MILLIS -> "Milliseconds from start to end, waiting included.";
      case CPU_TIME_MILLIS -> "Milliseconds of computing, in the guest and in its calls.";
      case ARGUMENT_BYTES -> "Bytes of strings and lists passed in one call.";
      case HELD_BYTES -> "Bytes that passes, outputs, grammars and decoders take of the heap.";
      case OUTPUT_BYTES -> "Bytes of text sent, standard output and the result.";
      case LOG_BYTES -> "Bytes of standard error.";
      case HANDLES -> "Handles open at once.";
      case FUTURES -> "Futures not dropped.";
      case CONTEXTS -> "Contexts open at once.";
      case CHILDREN -> "Processes alive that it launched, and that these did.";
      case FILES -> "Files, directories and links of its own.";
      case FILE_BYTES -> "Bytes of those files, on the heap.";
      case MESSAGE_QUEUE -> "Messages that wait: of the client, a subscription, a user's queues.";
      case MESSAGE_BYTES -> "Bytes of the messages that wait, of each of those.";
    };
  }
}
