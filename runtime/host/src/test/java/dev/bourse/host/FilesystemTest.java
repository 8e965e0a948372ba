package dev.bourse.host;

import static dev.bourse.host.TestHosts.result;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.host.GuestFiles.Stat;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Files as a guest of WASI 0.2 sees them: every function, and what it refuses. */
class FilesystemTest {
  private static final String TYPES = "wasi:filesystem/types@0.2.0";
  private static final String STREAMS = "wasi:io/streams@0.2.0";

  // descriptor-flags
  private static final int READ = 1;
  private static final int WRITE = 2;
  private static final int MUTATE = 32;

  // open-flags
  private static final int CREATE = 1;
  private static final int DIRECTORY = 2;
  private static final int EXCLUSIVE = 4;
  private static final int TRUNCATE = 8;

  private static final int FOLLOW = 1;

  // error-code
  private static final String BAD_DESCRIPTOR = "error 3";
  private static final String EXIST = "error 7";
  private static final String INVALID = "error 12";
  private static final String IS_DIRECTORY = "error 14";
  private static final String LOOP = "error 15";
  private static final String NO_ENTRY = "error 20";
  private static final String NOT_DIRECTORY = "error 24";
  private static final String NOT_EMPTY = "error 25";
  private static final String NOT_PERMITTED = "error 31";

  private final InferletHost host = Driver.host();

  @AfterEach
  void close() {
    host.close();
    assertThat(host.processes()).isEmpty();
  }

  private void run(GuestFiles.Script script) throws Exception {
    run(request -> request, script);
  }

  private void run(UnaryOperator<LaunchRequest> request, GuestFiles.Script script)
      throws Exception {
    result(Driver.run(host, request, guest -> GuestFiles.script(guest, script)));
  }

  @Test
  void aFileIsCreatedWrittenReadAndStated() throws Exception {
    run(
        (files, root) -> {
          int file = files.opened(root, "a.txt", CREATE, READ | WRITE);
          assertThat(files.pwrite(file, 0, "hello")).isEqualTo("ok 5");
          assertThat(files.pwrite(file, 8, "!")).isEqualTo("ok 1");
          assertThat(files.pread(file, 0, 100)).isEqualTo("hello\0\0\0!|");
          assertThat(files.pread(file, 1, 3)).isEqualTo("ell");
          assertThat(files.pread(file, 50, 3)).isEqualTo("|");
          assertThat(files.pread(file, -1, 3)).isEqualTo(INVALID);
          assertThat(files.pwrite(file, -1, "x")).isEqualTo(INVALID);
          assertThat(files.stat(file)).isEqualTo(new Stat(6, 1, 9));
          assertThat(files.plain("set-size", file, 3)).isEqualTo("ok");
          assertThat(files.plain("set-size", file, 6)).isEqualTo("ok");
          assertThat(files.pread(file, 0, 100)).isEqualTo("hel\0\0\0|");
          assertThat(files.plain("sync", file)).isEqualTo("ok");
          assertThat(files.plain("sync-data", file)).isEqualTo("ok");
          assertThat(files.plain("advise", file, 0, 0, 5)).isEqualTo("ok");
          assertThat(files.stat(root, 0, "a.txt")).isEqualTo(new Stat(6, 1, 6).toString());
          assertThat(files.stat(root).type()).isEqualTo(3);
          files.drop(file);
        });
  }

  @Test
  void openingIsWhatItsFlagsSay() throws Exception {
    run(
        (files, root) -> {
          assertThat(files.open(root, "a", 0, READ)).isEqualTo(NO_ENTRY);
          files.write(root, "a", "text");
          assertThat(files.open(root, "a", CREATE | EXCLUSIVE, WRITE)).isEqualTo(EXIST);
          assertThat(files.open(root, "a", DIRECTORY, READ)).isEqualTo(NOT_DIRECTORY);
          assertThat(files.open(root, "a/", 0, READ)).isEqualTo(NOT_DIRECTORY);
          assertThat(files.open(root, "a/b", 0, READ)).isEqualTo(NOT_DIRECTORY);
          assertThat(files.open(root, "b", CREATE | DIRECTORY, READ)).isEqualTo(INVALID);
          assertThat(files.open(root, "b/", CREATE, WRITE)).isEqualTo(NO_ENTRY);
          assertThat(files.open(root, "b/c", CREATE, WRITE)).isEqualTo(NO_ENTRY);
          assertThat(files.open(root, ".", 0, WRITE)).isEqualTo(IS_DIRECTORY);
          assertThat(files.open(root, ".", TRUNCATE, READ)).isEqualTo(IS_DIRECTORY);
          assertThat(files.open(root, "", 0, READ)).isEqualTo(NO_ENTRY);
          int reader = files.opened(root, "./a", 0, READ);
          assertThat(files.pwrite(reader, 0, "x")).isEqualTo(BAD_DESCRIPTOR);
          assertThat(files.plain("set-size", reader, 0)).isEqualTo(BAD_DESCRIPTOR);
          int writer = files.opened(root, "a", 0, WRITE);
          assertThat(files.pread(writer, 0, 1)).isEqualTo(BAD_DESCRIPTOR);
          assertThat(files.open(reader, "x", 0, READ)).isEqualTo(NOT_DIRECTORY);
          files.opened(root, "a", TRUNCATE, WRITE);
          assertThat(files.pread(reader, 0, 10)).isEqualTo("|");
          assertThat(files.pread(root, 0, 10)).isEqualTo(IS_DIRECTORY);
          assertThat(files.pwrite(root, 0, "x")).isEqualTo(IS_DIRECTORY);
          assertThat(files.plain("advise", root, 0, 0, 0)).isEqualTo(IS_DIRECTORY);
        });
  }

  @Test
  void flagsAndTypesAreTold() throws Exception {
    run(
        (files, root) -> {
          Driver guest = files.guest();
          int file = files.opened(root, "a", CREATE, WRITE);
          int[][] expected = {{root, READ | MUTATE, 3}, {file, WRITE, 6}};
          for (int[] row : expected) {
            int area = guest.area(8);
            guest.call(TYPES, "[method]descriptor.get-flags", row[0], area);
            assertThat(guest.u8(area + 1)).isEqualTo(row[1]);
            guest.call(TYPES, "[method]descriptor.get-type", row[0], area);
            assertThat(guest.u8(area + 1)).isEqualTo(row[2]);
          }
        });
  }

  @Test
  void directoriesAreMadeListedAndRemoved() throws Exception {
    run(
        (files, root) -> {
          assertThat(files.plain("create-directory-at", root, "d")).isEqualTo("ok");
          assertThat(files.plain("create-directory-at", root, "d/e/")).isEqualTo("ok");
          assertThat(files.plain("create-directory-at", root, "d")).isEqualTo(EXIST);
          assertThat(files.plain("create-directory-at", root, "x/y")).isEqualTo(NO_ENTRY);
          int directory = files.opened(root, "d", DIRECTORY, READ);
          files.write(directory, "f", "1");
          assertThat(files.list(directory)).containsExactlyInAnyOrder("e:3", "f:6");
          assertThat(files.list(root)).containsExactly("d:3");
          assertThat(files.plain("remove-directory-at", root, "d")).isEqualTo(NOT_EMPTY);
          assertThat(files.plain("remove-directory-at", root, "d/f")).isEqualTo(NOT_DIRECTORY);
          assertThat(files.plain("remove-directory-at", root, "x")).isEqualTo(NO_ENTRY);
          assertThat(files.plain("remove-directory-at", root, ".")).isEqualTo(INVALID);
          assertThat(files.plain("unlink-file-at", root, "d/e")).isEqualTo(IS_DIRECTORY);
          assertThat(files.plain("unlink-file-at", root, "d/f/")).isEqualTo(NOT_DIRECTORY);
          assertThat(files.plain("unlink-file-at", root, "d/f")).isEqualTo("ok");
          assertThat(files.plain("unlink-file-at", root, "d/f")).isEqualTo(NO_ENTRY);
          assertThat(files.plain("remove-directory-at", root, "d/e")).isEqualTo("ok");
          assertThat(files.plain("remove-directory-at", root, "d")).isEqualTo("ok");
          assertThat(files.list(root)).isEmpty();
          int file = files.opened(root, "f", CREATE, WRITE);
          assertThat(files.i32("read-directory", file)).isEqualTo(NOT_DIRECTORY);
        });
  }

  @Test
  void renamingMovesAndReplaces() throws Exception {
    run(
        (files, root) -> {
          files.write(root, "a", "A");
          files.write(root, "b", "B");
          assertThat(files.plain("create-directory-at", root, "d")).isEqualTo("ok");
          int directory = files.opened(root, "d", 0, READ);
          assertThat(files.plain("rename-at", root, "a", directory, "a2")).isEqualTo("ok");
          assertThat(files.read(directory, "a2")).isEqualTo("A|");
          assertThat(files.plain("rename-at", root, "b", directory, "a2")).isEqualTo("ok");
          assertThat(files.read(root, "d/a2")).isEqualTo("B|");
          assertThat(files.plain("rename-at", root, "b", root, "c")).isEqualTo(NO_ENTRY);
          files.write(root, "c", "C");
          assertThat(files.plain("rename-at", root, "c", root, "d")).isEqualTo(IS_DIRECTORY);
          assertThat(files.plain("rename-at", root, "d", root, "c")).isEqualTo(NOT_DIRECTORY);
          assertThat(files.plain("rename-at", root, "d", root, "d/e")).isEqualTo(INVALID);
          assertThat(files.plain("rename-at", root, "c", root, "c")).isEqualTo("ok");
          assertThat(files.plain("rename-at", root, ".", root, "e")).isEqualTo(INVALID);
          assertThat(files.plain("create-directory-at", root, "full")).isEqualTo("ok");
          files.write(root, "full/x", "X");
          assertThat(files.plain("rename-at", root, "d", root, "full")).isEqualTo(NOT_EMPTY);
          assertThat(files.read(root, "c")).isEqualTo("C|");
        });
  }

  @Test
  void hardLinksShareAFile() throws Exception {
    run(
        (files, root) -> {
          files.write(root, "a", "one");
          assertThat(files.plain("link-at", root, 0, "a", root, "b")).isEqualTo("ok");
          assertThat(files.plain("link-at", root, 0, "a", root, "b")).isEqualTo(EXIST);
          assertThat(files.plain("link-at", root, 0, ".", root, "c")).isEqualTo(NOT_PERMITTED);
          assertThat(files.plain("link-at", root, 0, "x", root, "c")).isEqualTo(NO_ENTRY);
          assertThat(files.stat(root, 0, "b")).isEqualTo(new Stat(6, 2, 3).toString());
          int a = files.opened(root, "a", 0, READ | WRITE);
          int b = files.opened(root, "b", 0, READ);
          assertThat(files.guest().call(TYPES, "[method]descriptor.is-same-object", a, b))
              .isEqualTo(1);
          assertThat(files.guest().call(TYPES, "[method]descriptor.is-same-object", a, root))
              .isZero();
          files.pwrite(a, 0, "ONE");
          assertThat(files.pread(b, 0, 9)).isEqualTo("ONE|");
        });
  }

  @Test
  void anOpenFileOutlivesItsName() throws Exception {
    run(
        (files, root) -> {
          files.write(root, "a", "still here");
          int file = files.opened(root, "a", 0, READ);
          assertThat(files.plain("unlink-file-at", root, "a")).isEqualTo("ok");
          assertThat(files.pread(file, 0, 99)).isEqualTo("still here|");
          assertThat(files.stat(file)).isEqualTo(new Stat(6, 0, 10));
          files.write(root, "a", "another");
          assertThat(files.stat(file)).isEqualTo(new Stat(6, 0, 10));
        });
  }

  @Test
  void symbolicLinksAreFollowedInsideOnly() throws Exception {
    run(
        (files, root) -> {
          files.plain("create-directory-at", root, "d");
          files.write(root, "d/f", "F");
          assertThat(files.plain("symlink-at", root, "f", "d/l")).isEqualTo("ok");
          assertThat(files.plain("symlink-at", root, "../d/l", "d/up")).isEqualTo("ok");
          assertThat(files.plain("symlink-at", root, "d", "to-d")).isEqualTo("ok");
          assertThat(files.read(root, "d/l")).isEqualTo("F|");
          assertThat(files.read(root, "to-d/up")).isEqualTo("F|");
          assertThat(files.link(root, "d/up")).isEqualTo("../d/l");
          assertThat(files.link(root, "d/f")).isEqualTo(INVALID);
          assertThat(files.open(root, 0, "d/l", 0, READ)).isEqualTo(LOOP);
          assertThat(files.stat(root, 0, "d/l")).isEqualTo(new Stat(5, 1, 1).toString());
          assertThat(files.stat(root, FOLLOW, "d/l")).isEqualTo(new Stat(6, 1, 1).toString());
          int directory = files.opened(root, "d", 0, READ);
          assertThat(files.open(directory, "up", 0, READ)).isEqualTo(NOT_PERMITTED);
          assertThat(files.plain("symlink-at", root, "/etc/passwd", "p")).isEqualTo(NOT_PERMITTED);
          assertThat(files.plain("symlink-at", root, "x", "d/l")).isEqualTo(EXIST);
          assertThat(files.plain("symlink-at", root, "new", "dangling")).isEqualTo("ok");
          files.write(root, "dangling", "made");
          assertThat(files.read(root, "new")).isEqualTo("made|");
          assertThat(files.plain("unlink-file-at", root, "dangling")).isEqualTo("ok");
          assertThat(files.read(root, "new")).isEqualTo("made|");
        });
  }

  @Test
  void timesAreSetAndHashesTellChanges() throws Exception {
    run(
        (files, root) -> {
          Driver guest = files.guest();
          files.write(root, "a", "A");
          int file = files.opened(root, "a", 0, READ | WRITE);
          assertThat(files.plain("set-times", file, 2, 1000L, 7, 2, 2000L, 8)).isEqualTo("ok");
          int area = guest.area(128);
          guest.call(TYPES, "[method]descriptor.stat", file, area);
          assertThat(guest.u8(area + 32)).isEqualTo(1);
          assertThat(guest.i64(area + 40)).isEqualTo(1000);
          assertThat(guest.i32(area + 48)).isEqualTo(7);
          assertThat(guest.i64(area + 64)).isEqualTo(2000);
          assertThat(guest.i32(area + 72)).isEqualTo(8);
          assertThat(files.plain("set-times-at", root, 0, "a", 0, 0L, 0, 2, 3000L, 0))
              .isEqualTo("ok");
          guest.call(TYPES, "[method]descriptor.stat", file, area);
          assertThat(guest.i64(area + 40)).isEqualTo(1000);
          assertThat(guest.i64(area + 64)).isEqualTo(3000);
          assertThat(files.plain("set-times", file, 1, 0L, 0, 0, 0L, 0)).isEqualTo("ok");
          assertThat(files.plain("set-times", file, 2, 0L, 1_000_000_000, 0, 0L, 0))
              .isEqualTo(INVALID);
          assertThat(files.plain("set-times", file, 2, -1L, 0, 0, 0L, 0)).isEqualTo(INVALID);
          assertThat(files.plain("set-times", file, 2, Long.MAX_VALUE, 0, 0, 0L, 0))
              .isEqualTo(INVALID);
          guest.call(TYPES, "[method]descriptor.metadata-hash", file, area);
          long before = guest.i64(area + 8);
          guest.call(
              TYPES, "[method]descriptor.metadata-hash-at", root, 0, guest.put("a"), 1, area);
          assertThat(guest.i64(area + 8)).isEqualTo(before);
          files.pwrite(file, 0, "longer");
          guest.call(TYPES, "[method]descriptor.metadata-hash", file, area);
          assertThat(guest.i64(area + 8)).isNotEqualTo(before);
        });
  }

  @Test
  void streamsReadWriteAndAppend() throws Exception {
    run(
        (files, root) -> {
          Driver guest = files.guest();
          int file = files.opened(root, "a", CREATE, READ | WRITE);
          int out = Integer.parseInt(files.i32("write-via-stream", file, 2));
          int append = Integer.parseInt(files.i32("append-via-stream", file));
          int in = Integer.parseInt(files.i32("read-via-stream", file, 1));
          files.drop(file);
          int area = guest.area(32);
          guest.call(STREAMS, "[method]output-stream.check-write", out, area);
          assertThat(guest.u8(area)).isZero();
          assertThat(guest.i64(area + 8)).isPositive();
          guest.call(
              STREAMS,
              "[method]output-stream.blocking-write-and-flush",
              out,
              guest.put("cde"),
              3,
              area);
          guest.call(STREAMS, "[method]output-stream.write", append, guest.put("fg"), 2, area);
          guest.call(STREAMS, "[method]output-stream.write-zeroes", append, 1, area);
          guest.call(STREAMS, "[method]output-stream.blocking-flush", append, area);
          guest.call(STREAMS, "[method]input-stream.skip", in, 2, area);
          assertThat(guest.i64(area + 8)).isEqualTo(2);
          guest.call(STREAMS, "[method]input-stream.blocking-read", in, 100, area);
          assertThat(guest.stringAt(area + 4)).isEqualTo("defg\0");
          guest.call(STREAMS, "[method]input-stream.read", in, 100, area);
          assertThat(guest.u8(area)).isEqualTo(1);
          assertThat(guest.u8(area + 4)).isEqualTo(1);
          int again = files.opened(root, "a", 0, READ);
          int source = Integer.parseInt(files.i32("read-via-stream", again, 2));
          guest.call(STREAMS, "[method]output-stream.splice", append, source, 3, area);
          assertThat(guest.i64(area + 8)).isEqualTo(3);
          assertThat(files.pread(again, 0, 100)).isEqualTo("\0\0cdefg\0cde|");
          assertThat(files.i32("read-via-stream", root, 0)).isEqualTo(IS_DIRECTORY);
          assertThat(files.i32("append-via-stream", again)).isEqualTo(BAD_DESCRIPTOR);
        });
  }
}
