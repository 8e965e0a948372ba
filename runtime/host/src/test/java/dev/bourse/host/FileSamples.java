package dev.bourse.host;

import dev.bourse.host.GuestValues.Case;
import dev.bourse.host.Samples.Arguments;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/** Arguments with which the functions of {@code wasi:filesystem} succeed. */
final class FileSamples {
  static final String TYPES = "wasi:filesystem/types@0.2 [method]descriptor.";
  static final String DIRECTORIES = "wasi:filesystem/preopens@0.2 get-directories";

  /** Flags of {@code open-at}. */
  static final long CREATE = 1;

  static final long READ_AND_WRITE = 3;

  private static final AtomicInteger NAMES = new AtomicInteger();
  private static final Case NOW = new Case(1, GuestValues.NOTHING);

  private final BiConsumer<String, Arguments> known;

  FileSamples(BiConsumer<String, Arguments> known) {
    this.known = known;
  }

  private void put(String function, Arguments arguments) {
    known.accept(TYPES + function, arguments);
  }

  void addAll() {
    put("open-at", calls -> new Object[] {scratch(calls), 0L, name(), CREATE, READ_AND_WRITE});
    put("read-directory", calls -> new Object[] {scratch(calls)});
    put("stat-at", calls -> new Object[] {scratch(calls), 0L, file(calls)});
    put("metadata-hash-at", calls -> new Object[] {scratch(calls), 1L, "."});
    put("set-times-at", calls -> new Object[] {scratch(calls), 0L, file(calls), NOW, NOW});
    put("create-directory-at", calls -> new Object[] {scratch(calls), name()});
    put("remove-directory-at", calls -> new Object[] {scratch(calls), directory(calls)});
    put("unlink-file-at", calls -> new Object[] {scratch(calls), file(calls)});
    put("rename-at", calls -> new Object[] {scratch(calls), file(calls), scratch(calls), name()});
    put("link-at", calls -> new Object[] {scratch(calls), 0L, file(calls), scratch(calls), name()});
    put("symlink-at", calls -> new Object[] {scratch(calls), "target", name()});
    put("readlink-at", calls -> new Object[] {scratch(calls), link(calls)});
  }

  private static String name() {
    return "file-" + NAMES.incrementAndGet();
  }

  /** The scratch directory. */
  static Integer scratch(AbiCalls calls) {
    List<?> directories = (List<?>) calls.call(DIRECTORIES);
    return (Integer) ((Object[]) directories.getFirst())[0];
  }

  /** The name of a file that there is. */
  private static String file(AbiCalls calls) {
    String name = name();
    Case opened = create(calls, name);
    calls.call("wasi:filesystem/types@0.2 [resource-drop]descriptor", (Integer) opened.payload());
    return name;
  }

  /** Opens a file that there may not have been. */
  static Case create(AbiCalls calls, String name) {
    return (Case) calls.call(Samples.OPEN, scratch(calls), 0L, name, CREATE, READ_AND_WRITE);
  }

  private static String directory(AbiCalls calls) {
    String name = name();
    calls.call(TYPES + "create-directory-at", scratch(calls), name);
    return name;
  }

  private static String link(AbiCalls calls) {
    String name = name();
    calls.call(TYPES + "symlink-at", scratch(calls), "target", name);
    return name;
  }

  /** A stream to where no file can end: whoever writes to it gets an error. */
  static Object brokenStream(AbiCalls calls) {
    Object file = create(calls, name()).payload();
    Case stream = (Case) calls.call(TYPES + "write-via-stream", file, Long.MAX_VALUE);
    return stream.payload();
  }
}
