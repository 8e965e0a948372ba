package dev.bourse.host;

import static dev.bourse.host.TestHosts.failure;
import static dev.bourse.host.TestHosts.result;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.host.FilesystemTest.Files.Stat;
import dev.bourse.host.process.Capabilities;
import dev.bourse.host.process.Limit;
import dev.bourse.host.process.Limits;
import dev.bourse.host.process.Mount;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files as a guest of WASI 0.2 sees them: every function, every error, and no way out. */
class FilesystemTest {
  private static final String TYPES = "wasi:filesystem/types@0.2.0";
  private static final String PREOPENS = "wasi:filesystem/preopens@0.2.0";
  private static final String STREAMS = "wasi:io/streams@0.2.0";
  private static final String ERROR = "wasi:io/error@0.2.0";

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
  private static final String QUOTA = "error 6";
  private static final String EXIST = "error 7";
  private static final String INVALID = "error 12";
  private static final String IS_DIRECTORY = "error 14";
  private static final String LOOP = "error 15";
  private static final String NAME_TOO_LONG = "error 18";
  private static final String NO_ENTRY = "error 20";
  private static final String NOT_DIRECTORY = "error 24";
  private static final String NOT_EMPTY = "error 25";
  private static final String NOT_PERMITTED = "error 31";
  private static final String READ_ONLY = "error 33";
  private static final String CROSS_DEVICE = "error 36";

  @TempDir private Path folder;

  private final InferletHost host = Driver.host();

  @AfterEach
  void close() {
    host.close();
    assertThat(host.processes()).isEmpty();
  }

  /** Calls of a guest; an answer of {@code "error n"} is the error-code n. */
  record Files(Driver guest) {
    interface Script {
      void run(Files files, int root) throws Exception;
    }

    record Stat(int type, long links, long size) {}

    private int area() {
      return guest.area(128);
    }

    private String method(String name, int area, int self, long... more)
        throws InterruptedException {
      long[] arguments = new long[more.length + 2];
      arguments[0] = self;
      System.arraycopy(more, 0, arguments, 1, more.length);
      arguments[more.length + 1] = area;
      guest.call(TYPES, "[method]descriptor." + name, arguments);
      return guest.u8(area) == 0 ? "ok" : "error";
    }

    /** A method whose result carries nothing. */
    String plain(String name, int self, Object... more) throws InterruptedException {
      int area = area();
      String end = method(name, area, self, flat(more));
      return end.equals("ok") ? end : "error " + guest.u8(area + 1);
    }

    long[] flat(Object... values) {
      List<Long> flat = new ArrayList<>();
      for (Object value : values) {
        switch (value) {
          case String text -> {
            flat.add((long) guest.put(text));
            flat.add((long) Driver.length(text));
          }
          case byte[] bytes -> {
            flat.add((long) guest.put(bytes));
            flat.add((long) bytes.length);
          }
          case Number number -> flat.add(number.longValue());
          default -> throw new IllegalArgumentException(value.toString());
        }
      }
      return flat.stream().mapToLong(Long::longValue).toArray();
    }

    /** A method whose result carries an i32, at its alignment. */
    private String i32(String name, int self, Object... more) throws InterruptedException {
      int area = area();
      return method(name, area, self, flat(more)).equals("ok")
          ? Integer.toString(guest.i32(area + 4))
          : "error " + guest.u8(area + 4);
    }

    String open(int base, String path, int openFlags, int flags) throws InterruptedException {
      return open(base, FOLLOW, path, openFlags, flags);
    }

    String open(int base, int pathFlags, String path, int openFlags, int flags)
        throws InterruptedException {
      return i32("open-at", base, pathFlags, path, openFlags, flags);
    }

    int opened(int base, String path, int openFlags, int flags) throws InterruptedException {
      return Integer.parseInt(open(base, path, openFlags, flags));
    }

    void drop(int descriptor) throws InterruptedException {
      guest.call(TYPES, "[resource-drop]descriptor", descriptor);
    }

    void write(int base, String path, String text) throws InterruptedException {
      int file = opened(base, path, CREATE | TRUNCATE, WRITE);
      assertThat(pwrite(file, 0, text)).isEqualTo("ok " + Driver.length(text));
      drop(file);
    }

    String read(int base, String path) throws InterruptedException {
      String file = open(base, path, 0, READ);
      if (file.startsWith("error")) {
        return file;
      }
      String text = pread(Integer.parseInt(file), 0, 1000);
      drop(Integer.parseInt(file));
      return text;
    }

    String pwrite(int file, long offset, String text) throws InterruptedException {
      int area = area();
      return method("write", area, file, flat(text, offset)).equals("ok")
          ? "ok " + guest.i64(area + 8)
          : "error " + guest.u8(area + 8);
    }

    String pread(int file, long offset, long length) throws InterruptedException {
      int area = area();
      return method("read", area, file, length, offset).equals("ok")
          ? guest.stringAt(area + 4) + (guest.u8(area + 12) == 1 ? "|" : "")
          : "error " + guest.u8(area + 4);
    }

    String stat(int base, int flags, String path) throws InterruptedException {
      int area = area();
      return method("stat-at", area, base, flat(flags, path)).equals("ok")
          ? statAt(area).toString()
          : "error " + guest.u8(area + 8);
    }

    Stat stat(int descriptor) throws InterruptedException {
      int area = area();
      assertThat(method("stat", area, descriptor)).isEqualTo("ok");
      return statAt(area);
    }

    private Stat statAt(int area) {
      return new Stat(guest.u8(area + 8), guest.i64(area + 16), guest.i64(area + 24));
    }

    String link(int base, String path) throws InterruptedException {
      int area = area();
      return method("readlink-at", area, base, flat(path)).equals("ok")
          ? guest.stringAt(area + 4)
          : "error " + guest.u8(area + 4);
    }

    List<String> list(int directory) throws InterruptedException {
      int stream = Integer.parseInt(i32("read-directory", directory));
      List<String> names = new ArrayList<>();
      while (true) {
        int area = area();
        guest.call(
            TYPES, "[method]directory-entry-stream.read-directory-entry", stream, area);
        assertThat(guest.u8(area)).isZero();
        if (guest.u8(area + 4) == 0) {
          guest.call(TYPES, "[resource-drop]directory-entry-stream", stream);
          return names;
        }
        names.add(guest.stringAt(area + 12) + ":" + guest.u8(area + 8));
      }
    }

    /** The handles of the directories that are open from the start, and where they are. */
    List<String> directories() throws InterruptedException {
      int area = area();
      guest.call(PREOPENS, "get-directories", area);
      List<String> found = new ArrayList<>();
      for (int i = 0; i < guest.i32(area + 4); i++) {
        int entry = guest.i32(area) + 12 * i;
        found.add(guest.i32(entry) + " " + guest.stringAt(entry + 4));
      }
      return found;
    }
  }

  private void run(Files.Script script) throws Exception {
    run(request -> request, script);
  }

  private void run(UnaryOperator<LaunchRequest> request, Files.Script script) throws Exception {
    result(Driver.run(host, request, guest -> script(guest, script)));
  }

  private static void script(Driver guest, Files.Script script) throws Exception {
    Files files = new Files(guest);
    String first = files.directories().getFirst();
    int root = Integer.parseInt(first.substring(0, first.indexOf(' ')));
    script.run(files, root);
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
  void noPathLeadsOut() throws Exception {
    run(
        (files, root) -> {
          files.plain("create-directory-at", root, "d");
          int directory = files.opened(root, "d", 0, READ);
          files.plain("symlink-at", root, "..", "out");
          files.plain("symlink-at", root, "../../../../etc", "d/etc");
          for (String path :
              new String[] {
                "..", "../", "/", "/etc/passwd", "d/../..", "d/../../etc/passwd", "out", "out/x",
                "d/etc", "d/etc/passwd", "./../x", "//etc"
              }) {
            assertThat(files.open(root, path, 0, READ)).as(path).isEqualTo(NOT_PERMITTED);
            assertThat(files.open(root, path, CREATE, WRITE)).as(path).isEqualTo(NOT_PERMITTED);
            assertThat(files.stat(root, FOLLOW, path)).as(path).isEqualTo(NOT_PERMITTED);
          }
          for (String path : new String[] {"..", "../x", "/x", "d/../../x"}) {
            assertThat(files.plain("create-directory-at", root, path)).isEqualTo(NOT_PERMITTED);
            assertThat(files.plain("remove-directory-at", root, path)).isEqualTo(NOT_PERMITTED);
            assertThat(files.plain("unlink-file-at", root, path)).isEqualTo(NOT_PERMITTED);
            assertThat(files.plain("symlink-at", root, "x", path)).isEqualTo(NOT_PERMITTED);
            assertThat(files.link(root, path)).isEqualTo(NOT_PERMITTED);
            assertThat(files.plain("rename-at", root, path, root, "x")).isEqualTo(NOT_PERMITTED);
            assertThat(files.plain("rename-at", root, "d", root, path)).isEqualTo(NOT_PERMITTED);
            assertThat(files.plain("link-at", root, 0, path, root, "x")).isEqualTo(NOT_PERMITTED);
          }
          assertThat(files.open(directory, "../d", 0, READ)).isEqualTo(NOT_PERMITTED);
          assertThat(files.open(root, "a\0b", CREATE, WRITE)).isEqualTo(INVALID);
        });
  }

  @Test
  void loopsOfLinksEnd() throws Exception {
    run(
        (files, root) -> {
          files.plain("symlink-at", root, "b", "a");
          files.plain("symlink-at", root, "a", "b");
          files.plain("symlink-at", root, "self/self", "self");
          assertThat(files.open(root, "a", 0, READ)).isEqualTo(LOOP);
          assertThat(files.open(root, "a/x", CREATE, WRITE)).isEqualTo(LOOP);
          assertThat(files.open(root, "self", 0, READ)).isEqualTo(LOOP);
          String step = "./".repeat(2000) + "big";
          files.plain("symlink-at", root, step, "big");
          assertThat(files.open(root, "big", 0, READ)).isEqualTo(LOOP);
        });
  }

  @Test
  void namesAndPathsHaveALength() throws Exception {
    run(
        (files, root) -> {
          assertThat(files.open(root, "x".repeat(255), CREATE, WRITE)).doesNotContain("error");
          assertThat(files.open(root, "x".repeat(256), CREATE, WRITE)).isEqualTo(NAME_TOO_LONG);
          assertThat(files.open(root, "é".repeat(128), CREATE, WRITE)).isEqualTo(NAME_TOO_LONG);
          assertThat(files.open(root, "d/".repeat(2100), 0, READ)).isEqualTo(NAME_TOO_LONG);
          assertThat(files.plain("symlink-at", root, "x".repeat(5000), "l"))
              .isEqualTo(NAME_TOO_LONG);
          assertThat(files.plain("create-directory-at", root, "y".repeat(1 << 20)))
              .isEqualTo(NAME_TOO_LONG);
        });
  }

  @Test
  void directoriesNestAsDeepAsThereMayBeFiles() throws Exception {
    run(
        request -> request.withLimits(Limits.DEFAULT.with(Limit.FILES, 500)),
        (files, root) -> {
          int directory = root;
          String end = "ok";
          int depth = 0;
          while (end.equals("ok")) {
            end = files.plain("create-directory-at", directory, "d");
            if (end.equals("ok")) {
              int next = files.opened(directory, "d", 0, READ);
              if (directory != root) {
                files.drop(directory);
              }
              directory = next;
              depth++;
            }
          }
          assertThat(end).isEqualTo(QUOTA);
          assertThat(depth).isEqualTo(500);
        });
  }

  @Test
  void filesAreCountedAndCanBeMadeAgainWhenOthersAreGone() throws Exception {
    run(
        request -> request.withLimits(Limits.DEFAULT.with(Limit.FILES, 100)),
        (files, root) -> {
          int made = 0;
          String end = "";
          while (!end.startsWith("error") && made < 1_000_000) {
            end = files.open(root, "f" + made, CREATE, WRITE);
            if (!end.startsWith("error")) {
              files.drop(Integer.parseInt(end));
              made++;
            }
          }
          assertThat(end).isEqualTo(QUOTA);
          assertThat(made).isEqualTo(100);
          assertThat(files.plain("create-directory-at", root, "d")).isEqualTo(QUOTA);
          assertThat(files.plain("symlink-at", root, "x", "l")).isEqualTo(QUOTA);
          assertThat(files.plain("link-at", root, 0, "f1", root, "l")).isEqualTo(QUOTA);
          assertThat(files.plain("unlink-file-at", root, "f0")).isEqualTo("ok");
          assertThat(files.plain("create-directory-at", root, "d")).isEqualTo("ok");
          assertThat(files.plain("create-directory-at", root, "d2")).isEqualTo(QUOTA);
        });
  }

  @Test
  void bytesAreCountedAlsoWhereNothingWasWritten() throws Exception {
    run(
        request -> request.withLimits(Limits.DEFAULT.with(Limit.FILE_BYTES, 64 << 10)),
        (files, root) -> {
          int sparse = files.opened(root, "sparse", CREATE, READ | WRITE);
          assertThat(files.pwrite(sparse, 1L << 20, "x")).isEqualTo(QUOTA);
          assertThat(files.pwrite(sparse, 1L << 62, "x")).isEqualTo(QUOTA);
          assertThat(files.pwrite(sparse, Long.MAX_VALUE, "x")).isEqualTo(QUOTA);
          assertThat(files.plain("set-size", sparse, 1L << 40)).isEqualTo(QUOTA);
          assertThat(files.plain("set-size", sparse, -1L)).isEqualTo(QUOTA);
          assertThat(files.plain("set-size", sparse, 48 << 10)).isEqualTo("ok");
          int second = files.opened(root, "second", CREATE, WRITE);
          assertThat(files.plain("set-size", second, 32 << 10)).isEqualTo(QUOTA);
          assertThat(files.pwrite(second, 0, "x".repeat(10_000))).isEqualTo("ok 10000");
          assertThat(files.plain("set-size", sparse, 0)).isEqualTo("ok");
          assertThat(files.plain("set-size", second, 60 << 10)).isEqualTo("ok");
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

  @Test
  void aStreamTellsWhichErrorEndedIt() throws Exception {
    run(
        request -> request.withLimits(Limits.DEFAULT.with(Limit.FILE_BYTES, 8192)),
        (files, root) -> {
          Driver guest = files.guest();
          int file = files.opened(root, "a", CREATE, WRITE);
          int out = Integer.parseInt(files.i32("write-via-stream", file, 8190));
          int area = guest.area(32);
          guest.call(STREAMS, "[method]output-stream.write", out, guest.put("xyz"), 3, area);
          assertThat(guest.u8(area)).isEqualTo(1);
          assertThat(guest.u8(area + 4)).isZero();
          int error = guest.i32(area + 8);
          guest.call(ERROR, "[method]error.to-debug-string", error, area);
          assertThat(guest.stringAt(area)).isEqualTo("the file: QUOTA");
          guest.call(TYPES, "filesystem-error-code", error, area);
          assertThat(guest.u8(area)).isEqualTo(1);
          assertThat("error " + guest.u8(area + 1)).isEqualTo(QUOTA);
          guest.call(STREAMS, "[method]output-stream.check-write", out, area);
          assertThat(guest.u8(area)).isEqualTo(1);
          assertThat(guest.u8(area + 8)).isEqualTo(1);
        });
  }

  @Test
  void mountedFoldersAreReadAndNeverWritten() throws Exception {
    Path data = java.nio.file.Files.createDirectory(folder.resolve("data"));
    java.nio.file.Files.writeString(folder.resolve("secret"), "secret");
    java.nio.file.Files.createDirectory(data.resolve("sub"));
    java.nio.file.Files.writeString(data.resolve("sub/f"), "inside");
    java.nio.file.Files.createSymbolicLink(data.resolve("in"), Path.of("sub/f"));
    java.nio.file.Files.createSymbolicLink(data.resolve("out"), Path.of("../secret"));
    java.nio.file.Files.createSymbolicLink(data.resolve("abs"), folder.resolve("secret"));
    run(
        request -> request.withMounts(List.of(new Mount("/data", data))),
        (files, root) -> {
          List<String> directories = files.directories();
          assertThat(directories.get(0)).endsWith(" /");
          assertThat(directories.get(1)).endsWith(" /data");
          int mount = Integer.parseInt(directories.get(1).split(" ")[0]);
          assertThat(files.read(mount, "sub/f")).isEqualTo("inside|");
          assertThat(files.read(mount, "in")).isEqualTo("inside|");
          assertThat(files.read(mount, "sub/../sub/./f")).isEqualTo("inside|");
          assertThat(files.list(mount))
              .containsExactlyInAnyOrder("sub:3", "in:5", "out:5", "abs:5");
          int sub = files.opened(mount, "sub", 0, READ);
          assertThat(files.list(sub)).containsExactly("f:6");
          for (String out : new String[] {"out", "abs", "../secret", "sub/../../secret"}) {
            assertThat(files.read(mount, out)).as(out).isEqualTo(NOT_PERMITTED);
          }
          assertThat(files.link(mount, "out")).isEqualTo("../secret");
          assertThat(files.link(mount, "abs")).isEqualTo(NOT_PERMITTED);
          assertThat(files.open(mount, "sub/f", 0, WRITE)).isEqualTo(READ_ONLY);
          assertThat(files.open(mount, "new", CREATE, READ)).isEqualTo(READ_ONLY);
          assertThat(files.open(mount, "sub/f", TRUNCATE, READ)).isEqualTo(READ_ONLY);
          assertThat(files.open(mount, "sub", DIRECTORY, MUTATE)).isEqualTo(READ_ONLY);
          assertThat(files.plain("create-directory-at", mount, "n")).isEqualTo(READ_ONLY);
          assertThat(files.plain("remove-directory-at", mount, "sub")).isEqualTo(READ_ONLY);
          assertThat(files.plain("unlink-file-at", mount, "sub/f")).isEqualTo(READ_ONLY);
          assertThat(files.plain("symlink-at", mount, "x", "n")).isEqualTo(READ_ONLY);
          assertThat(files.plain("rename-at", mount, "in", mount, "n")).isEqualTo(READ_ONLY);
          assertThat(files.plain("link-at", mount, 0, "in", root, "n")).isEqualTo(READ_ONLY);
          assertThat(files.plain("set-times-at", mount, 0, "in", 1, 0L, 0, 1, 0L, 0))
              .isEqualTo(READ_ONLY);
          files.write(root, "mine", "x");
          assertThat(files.plain("rename-at", root, "mine", mount, "mine")).isEqualTo(READ_ONLY);
          int file = files.opened(mount, "sub/f", 0, READ);
          assertThat(files.plain("set-size", file, 0)).isEqualTo(BAD_DESCRIPTOR);
          assertThat(files.pwrite(file, 0, "x")).isEqualTo(BAD_DESCRIPTOR);
          for (int i = 0; i < 200; i++) {
            if (files.open(mount, "sub/f", 0, READ).startsWith("error")) {
              assertThat(i).isEqualTo(127);
              return;
            }
          }
          throw new AssertionError("as many files of the host as one likes");
        });
    assertThat(data.resolve("sub/f")).hasContent("inside");
    assertThat(data.resolve("n")).doesNotExist();
  }

  @Test
  void everyProcessHasAScratchDirectoryOfItsOwn() throws Exception {
    run((files, root) -> files.write(root, "mine", "x"));
    run((files, root) -> assertThat(files.list(root)).isEmpty());
  }

  @Test
  void withoutTheCapabilityThereIsNoDirectory() throws Exception {
    result(
        Driver.run(
            host,
            request ->
                request
                    .withCapabilities(Capabilities.NONE)
                    .withMounts(List.of(new Mount("/data", folder))),
            guest -> assertThat(new Files(guest).directories()).isEmpty()));
  }

  @Test
  void openFilesAreHandlesAndBounded() throws Exception {
    assertThat(
            failure(
                    Driver.run(
                        host,
                        request -> request.withLimits(Limits.DEFAULT.with(Limit.HANDLES, 50)),
                        guest ->
                            script(
                                guest,
                                (files, root) -> {
                                  for (int i = 0; i < 1000; i++) {
                                    files.open(root, "f", CREATE, WRITE);
                                  }
                                })))
                .message())
        .isEqualTo("limit handles exceeded: 51, allowed 50");
  }

  @Test
  void whatGuestsGetWrongTraps() throws Exception {
    String[][] wrong = {
      {"[method]descriptor.stat", "77 0", "handle 77 is not an open descriptor"},
      {"[method]directory-entry-stream.read-directory-entry", "5 0", "directory-entry-stream"},
      {"[method]descriptor.advise", "ROOT 0 0 6 0", "discriminant 6 of the enum advice"},
      {"[method]descriptor.set-times", "ROOT 3 0 0 0 0 0 0", "discriminant 3 of a variant"},
      {"[method]descriptor.unlink-file-at", "ROOT 100000000 4 0", "outside the memory"},
      {"[method]descriptor.unlink-file-at", "ROOT 0 1 100000000", "outside the memory"},
      {"[method]descriptor.stat", "ROOT 4", "not aligned"},
      {"[resource-drop]descriptor", "0", "handle 0"},
      {"filesystem-error-code", "9 0", "handle 9 is not an open error"},
    };
    for (String[] row : wrong) {
      assertThat(
              failure(
                      Driver.run(
                          host,
                          guest ->
                              script(
                                  guest,
                                  (files, root) -> {
                                    String[] words = row[1].replace("ROOT", "" + root).split(" ");
                                    long[] arguments = new long[words.length];
                                    for (int i = 0; i < words.length; i++) {
                                      arguments[i] = Long.parseLong(words[i]);
                                    }
                                    guest.call(TYPES, row[0], arguments);
                                  })))
                  .message())
          .as(row[0])
          .contains("trap: ")
          .contains(row[2]);
    }
    assertThat(
            failure(
                    Driver.run(
                        host,
                        guest ->
                            script(
                                guest,
                                (files, root) -> {
                                  byte[] bad = {(byte) 0xff};
                                  guest.call(
                                      TYPES,
                                      "[method]descriptor.unlink-file-at",
                                      root,
                                      guest.put(bad),
                                      1,
                                      guest.area(8));
                                })))
                .message())
        .contains("is not UTF-8");
  }
}
