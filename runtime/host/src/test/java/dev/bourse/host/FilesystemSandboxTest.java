package dev.bourse.host;

import static dev.bourse.host.TestHosts.failure;
import static dev.bourse.host.TestHosts.result;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.host.process.Capabilities;
import dev.bourse.host.process.Limit;
import dev.bourse.host.process.Limits;
import dev.bourse.host.process.Mount;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of guests that try to get out, to take more than they may, or to confuse the host. */
class FilesystemSandboxTest {
  private static final String TYPES = "wasi:filesystem/types@0.2.0";
  private static final String STREAMS = "wasi:io/streams@0.2.0";
  private static final String ERROR = "wasi:io/error@0.2.0";

  // descriptor-flags
  private static final int READ = 1;
  private static final int WRITE = 2;
  private static final int MUTATE = 32;

  // open-flags
  private static final int CREATE = 1;
  private static final int DIRECTORY = 2;
  private static final int TRUNCATE = 8;

  private static final int FOLLOW = 1;

  // error-code
  private static final String BAD_DESCRIPTOR = "error 3";
  private static final String QUOTA = "error 6";
  private static final String INVALID = "error 12";
  private static final String LOOP = "error 15";
  private static final String NAME_TOO_LONG = "error 18";
  private static final String NOT_PERMITTED = "error 31";
  private static final String READ_ONLY = "error 33";

  @TempDir private Path folder;

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
  void noPathLeadsOut() throws Exception {
    run(
        (files, root) -> {
          files.plain("create-directory-at", root, "d");
          int directory = files.opened(root, "d", 0, READ);
          files.plain("symlink-at", root, "..", "out");
          files.plain("symlink-at", root, "../../../../etc", "d/etc");
          for (String path :
              new String[] {
                "..",
                "../",
                "/",
                "/etc/passwd",
                "d/../..",
                "d/../../etc/passwd",
                "out",
                "out/x",
                "d/etc",
                "d/etc/passwd",
                "./../x",
                "//etc"
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
    Path data = Files.createDirectory(folder.resolve("data"));
    Files.writeString(folder.resolve("secret"), "secret");
    Files.createDirectory(data.resolve("sub"));
    Files.writeString(data.resolve("sub/f"), "inside");
    Files.createSymbolicLink(data.resolve("in"), Path.of("sub/f"));
    Files.createSymbolicLink(data.resolve("out"), Path.of("../secret"));
    Files.createSymbolicLink(data.resolve("abs"), folder.resolve("secret"));
    run(
        request -> request.withMounts(List.of(new Mount("/data", data))),
        (files, root) -> {
          List<String> directories = files.directories();
          assertThat(directories.get(0)).endsWith(" /");
          assertThat(directories.get(1)).endsWith(" /data");
          int mount = Integer.parseInt(directories.get(1).split(" ", -1)[0]);
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
            guest -> assertThat(new GuestFiles(guest).directories()).isEmpty()));
  }

  @Test
  void openFilesAreHandlesAndBounded() throws Exception {
    assertThat(
            failure(
                    Driver.run(
                        host,
                        request -> request.withLimits(Limits.DEFAULT.with(Limit.HANDLES, 50)),
                        guest ->
                            GuestFiles.script(
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
                              GuestFiles.script(
                                  guest,
                                  (files, root) -> {
                                    String[] words =
                                        row[1].replace("ROOT", "" + root).split(" ", -1);
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
                            GuestFiles.script(
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
