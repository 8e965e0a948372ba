package dev.bourse.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.host.GuestValues.Case;
import dev.bourse.host.process.GuestTrap;
import dev.bourse.host.process.Limit;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Guests that take more of what lasts than their limits say: processes, files and messages; and the
 * count of all attempts, one per limit at least.
 */
class LimitEscapesTest extends Escapes {
  /** The number of {@code quota} among the errors of files. */
  private static final int QUOTA = 6;

  private static final String CREATE_DIRECTORY = FileSamples.TYPES + "create-directory-at";

  static Stream<Escape> escapes() {
    return Stream.of(
        flood(
            "children",
            "limit children exceeded: 3, allowed 2",
            limit(Limit.CHILDREN, 2),
            made -> {
              String input = "{\"prompt\":\"a\",\"max_tokens\":500}";
              refusedWith(made.call("pie:core/runtime launch", "text-completion", input));
            }),
        flood(
            "files",
            "files: quota",
            limit(Limit.FILES, 20),
            made -> {
              Object directory = FileSamples.scratch(made);
              Case opened = FileSamples.create(made, "f" + made.call(NANOS));
              within("files", opened);
              made.call("wasi:filesystem/types@0.2 [resource-drop]descriptor", opened.payload());
              made.call("wasi:filesystem/types@0.2 [resource-drop]descriptor", directory);
            }),
        flood(
            "directories",
            "files: quota",
            limit(Limit.FILES, 20),
            made ->
                within(
                    "files",
                    made.call(
                        CREATE_DIRECTORY, FileSamples.scratch(made), "d" + made.call(NANOS)))),
        calls(
            "a file without an end",
            "file-bytes: quota",
            limit(Limit.FILE_BYTES, 1 << 16),
            made -> {
              Object file = FileSamples.create(made, "large").payload();
              List<Long> block = Collections.nCopies(4096, 7L);
              for (long at = 0; at < 1 << 20; at += block.size()) {
                within("file-bytes", made.call(FileSamples.TYPES + "write", file, block, at));
                made.reset();
              }
            }),
        calls(
            "many small files",
            "file-bytes: ",
            limit(Limit.FILE_BYTES, 1 << 16),
            made -> {
              for (int i = 0; i < 100; i++) {
                Object file = FileSamples.create(made, "small" + i).payload();
                Object written = made.call(FileSamples.TYPES + "write", file, List.of(7L), 0L);
                if (((Case) written).discriminant() != 0) {
                  throw new GuestTrap("file-bytes: " + Samples.show(written) + " after " + i);
                }
                made.reset();
              }
            }),
        calls(
            "a file that is all hole",
            "file-bytes: quota",
            limit(Limit.FILE_BYTES, 1 << 16),
            made -> {
              Object file = FileSamples.create(made, "hole").payload();
              within("file-bytes", made.call(FileSamples.TYPES + "set-size", file, 1L << 40));
            }),
        flood(
            "messages in a queue",
            "limit message-queue exceeded: 11, allowed 10",
            limit(Limit.MESSAGE_QUEUE, 10),
            made -> made.call("pie:core/messaging push", "full", "")),
        flood(
            "messages that are long",
            "limit message-bytes exceeded",
            limit(Limit.MESSAGE_BYTES, 10_000),
            made -> made.call("pie:core/messaging push", "long", "x".repeat(3000))),
        calls(
            "broadcasts that it does not read",
            "limit message-queue exceeded: 11, allowed 10",
            limit(Limit.MESSAGE_QUEUE, 10),
            made -> {
              Object subscription = made.call("pie:core/messaging subscribe", "news");
              for (int i = 0; i < 20; i++) {
                made.call("pie:core/messaging broadcast", "news", "");
              }
              made.call("pie:core/messaging [method]subscription.get", subscription);
            }),
        flood(
            "text that a decoder keeps",
            "limit held-bytes exceeded",
            limit(Limit.HELD_BYTES, 100_000),
            made -> {
              Object model = Samples.model(made);
              Object decoder = made.call("pie:instruct/chat create-decoder", model);
              for (int i = 0; i < 1_000; i++) {
                List<Long> tokens = Collections.nCopies(1000, 65L);
                made.call("pie:instruct/chat [method]decoder.feed", decoder, tokens);
                made.reset();
              }
            }));
  }

  private static final String NANOS = "wasi:clocks/monotonic-clock@0.2 now";

  /** Ends the guest when the answer is the error of a quota, and fails on any other. */
  private static void within(String what, Object answer) {
    if (answer instanceof Case(int discriminant, Object code) && discriminant == 1) {
      assertThat(code).isEqualTo((long) QUOTA);
      throw new GuestTrap(what + ": quota");
    }
  }

  @Test
  void everyLimitIsTried() {
    List<String> errors =
        Stream.concat(escapes(), EscapeTest.escapes())
            .map(escape -> escape.name() + ": " + escape.error())
            .toList();
    for (Limit limit : Limit.values()) {
      assertThat(errors).as(limit.key()).anyMatch(error -> error.contains(limit.key()));
    }
    System.out.printf(
        "hostile guests: %d by what they do, %d by what they take, %d by what they may not%n",
        EscapeTest.escapes().count(), escapes().count(), CapabilityEscapesTest.escapes().count());
  }
}
