package dev.bourse.host;

import static dev.bourse.host.TestHosts.failure;
import static dev.bourse.host.TestHosts.result;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.host.process.Capabilities;
import dev.bourse.host.process.Limit;
import dev.bourse.host.process.Limits;
import dev.bourse.host.process.Outcome.FailureKind;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Files as a guest of WASI preview 1 sees them: the same directory, the same quota, no way out. */
class Preview1FilesTest {
  private static final String WASI = "wasi_snapshot_preview1";

  /** The directory that is open from the start. */
  private static final int ROOT = 3;

  private static final int CREATE = 1;
  private static final long READ = 1L << 1;
  private static final long WRITE = 1L << 6;

  // errno
  private static final long SUCCESS = 0;
  private static final long BAD_DESCRIPTOR = 8;
  private static final long QUOTA = 19;
  private static final long FILE_TOO_LARGE = 22;
  private static final long INVALID = 28;
  private static final long TOO_MANY_OPEN_FILES = 33;
  private static final long NAME_TOO_LONG = 37;
  private static final long NO_ENTRY = 44;
  private static final long NOT_PERMITTED = 63;

  private final InferletHost host = Driver.host();

  @AfterEach
  void close() {
    host.close();
  }

  private void run(UnaryOperator<LaunchRequest> request, Driver.Script script) throws Exception {
    result(Driver.run(host, request, script));
  }

  private void run(Driver.Script script) throws Exception {
    run(request -> request, script);
  }

  private static UnaryOperator<LaunchRequest> with(Limit limit, long max) {
    return request -> request.withLimits(Limits.DEFAULT.with(limit, max));
  }

  /** Opens a file; the descriptor, or minus the error. */
  private static long open(Driver guest, String path, int flags, long rights)
      throws InterruptedException {
    int area = guest.area(8);
    long error =
        guest.call(
            WASI,
            "path_open",
            ROOT,
            1,
            guest.put(path),
            Driver.length(path),
            flags,
            rights,
            rights,
            0,
            area);
    return error == SUCCESS ? guest.i32(area) : -error;
  }

  private static long write(Driver guest, long file, String text) throws InterruptedException {
    int buffers = guest.area(8);
    guest.storeInt(buffers, guest.put(text));
    guest.storeInt(buffers + 4, Driver.length(text));
    return guest.call(WASI, "fd_write", file, buffers, 1, guest.area(8));
  }

  private static String read(Driver guest, long file) throws InterruptedException {
    int buffers = guest.area(8);
    guest.storeInt(buffers, guest.area(100));
    guest.storeInt(buffers + 4, 100);
    int count = guest.area(8);
    assertThat(guest.call(WASI, "fd_read", file, buffers, 1, count)).isEqualTo(SUCCESS);
    return new String(guest.bytes(guest.i32(buffers), guest.i32(count)), StandardCharsets.UTF_8);
  }

  private static long path(Driver guest, String function, String path) throws InterruptedException {
    return guest.call(WASI, function, ROOT, guest.put(path), Driver.length(path));
  }

  @Test
  void filesAreWrittenAndRead() throws Exception {
    run(
        guest -> {
          long file = open(guest, "a", CREATE, WRITE);
          assertThat(file).isGreaterThan(ROOT);
          assertThat(write(guest, file, "hello")).isEqualTo(SUCCESS);
          assertThat(guest.call(WASI, "fd_close", file)).isEqualTo(SUCCESS);
          assertThat(read(guest, open(guest, "a", 0, READ))).isEqualTo("hello");
          assertThat(path(guest, "path_create_directory", "d")).isEqualTo(SUCCESS);
          assertThat(path(guest, "path_remove_directory", "d")).isEqualTo(SUCCESS);
          assertThat(path(guest, "path_unlink_file", "a")).isEqualTo(SUCCESS);
          assertThat(open(guest, "a", 0, READ)).isEqualTo(-NO_ENTRY);
        });
  }

  @Test
  void theDirectoryIsTheOneOfWasi02() throws Exception {
    run(
        guest -> {
          long file = open(guest, "shared", CREATE, WRITE);
          assertThat(write(guest, file, "x")).isEqualTo(SUCCESS);
          GuestFiles files = new GuestFiles(guest);
          int root = Integer.parseInt(files.directories().getFirst().split(" ", -1)[0]);
          assertThat(files.read(root, "shared")).isEqualTo("x|");
        });
  }

  @Test
  void noPathLeadsOut() throws Exception {
    run(
        guest -> {
          for (String path : new String[] {"../x", "/etc/passwd", "a/../../x", ".."}) {
            assertThat(open(guest, path, 0, READ)).as(path).isIn(-NOT_PERMITTED, -NO_ENTRY);
            assertThat(path(guest, "path_create_directory", path)).as(path).isNotEqualTo(SUCCESS);
          }
          String target = "../../../../etc/passwd";
          assertThat(
                  guest.call(
                      WASI,
                      "path_symlink",
                      guest.put(target),
                      Driver.length(target),
                      ROOT,
                      guest.put("l"),
                      1))
              .isNotEqualTo(SUCCESS);
          assertThat(open(guest, "a\0b", CREATE, WRITE)).isEqualTo(-INVALID);
        });
  }

  @Test
  void filesAndOpenFilesAreCounted() throws Exception {
    run(
        with(Limit.FILES, 20),
        guest -> {
          for (int i = 0; i < 20; i++) {
            long file = open(guest, "f" + i, CREATE, WRITE);
            assertThat(file).isPositive();
            guest.call(WASI, "fd_close", file);
          }
          assertThat(open(guest, "more", CREATE, WRITE)).isEqualTo(-QUOTA);
          assertThat(path(guest, "path_create_directory", "d")).isEqualTo(QUOTA);
          assertThat(path(guest, "path_unlink_file", "f3")).isEqualTo(SUCCESS);
          assertThat(path(guest, "path_create_directory", "d")).isEqualTo(SUCCESS);
        });
    run(
        with(Limit.HANDLES, 10),
        guest -> {
          for (int round = 0; round < 3; round++) {
            long[] files = new long[10];
            for (int i = 0; i < 10; i++) {
              files[i] = open(guest, "f", CREATE, WRITE);
              assertThat(files[i]).isPositive();
            }
            assertThat(open(guest, "f", CREATE, WRITE)).isEqualTo(-TOO_MANY_OPEN_FILES);
            for (long file : files) {
              guest.call(WASI, "fd_close", file);
            }
          }
        });
  }

  @Test
  void bytesAreCountedAlsoWhereNothingWasWritten() throws Exception {
    run(
        with(Limit.FILE_BYTES, 64 << 10),
        guest -> {
          long file = open(guest, "a", CREATE, WRITE | READ);
          int area = guest.area(8);
          assertThat(guest.call(WASI, "fd_filestat_set_size", file, 1L << 40))
              .isEqualTo(FILE_TOO_LARGE);
          assertThat(guest.call(WASI, "fd_filestat_set_size", file, -1L)).isEqualTo(INVALID);
          assertThat(guest.call(WASI, "fd_allocate", file, 1L << 62, 1L << 62))
              .isEqualTo(FILE_TOO_LARGE);
          assertThat(guest.call(WASI, "fd_seek", file, 1L << 50, 0, area)).isEqualTo(INVALID);
          assertThat(guest.call(WASI, "fd_seek", file, Long.MIN_VALUE, 0, area))
              .isNotEqualTo(SUCCESS);
          assertThat(guest.call(WASI, "fd_seek", file, 60 << 10, 0, area)).isEqualTo(SUCCESS);
          assertThat(guest.call(WASI, "fd_seek", file, 60 << 10, 1, area)).isEqualTo(INVALID);
          assertThat(write(guest, file, "x".repeat(1000))).isNotEqualTo(SUCCESS);
          assertThat(guest.call(WASI, "fd_filestat_set_size", file, 60 << 10)).isEqualTo(SUCCESS);
          long second = open(guest, "b", CREATE, WRITE);
          assertThat(write(guest, second, "x".repeat(10_000))).isNotEqualTo(SUCCESS);
          assertThat(guest.call(WASI, "fd_filestat_set_size", file, 0)).isEqualTo(SUCCESS);
          assertThat(write(guest, second, "x".repeat(10_000))).isEqualTo(SUCCESS);
        });
  }

  @Test
  void namesHaveALength() throws Exception {
    run(
        guest -> {
          assertThat(open(guest, "x".repeat(256), CREATE, WRITE)).isEqualTo(-NAME_TOO_LONG);
          assertThat(path(guest, "path_create_directory", "y".repeat(1 << 20)))
              .isEqualTo(NAME_TOO_LONG);
          assertThat(open(guest, "x".repeat(255), CREATE, WRITE)).isPositive();
        });
  }

  @Test
  void buffersLieInMemoryBeforeTheHostMakesRoomForThem() throws Exception {
    var failed =
        failure(
            Driver.run(
                host,
                guest -> {
                  int buffers = guest.area(8);
                  guest.storeInt(buffers, 0);
                  guest.storeInt(buffers + 4, Integer.MAX_VALUE);
                  guest.call(WASI, "fd_read", 0, buffers, 1, guest.area(8));
                }));
    assertThat(failed.kind()).isEqualTo(FailureKind.TRAP);
    assertThat(failed.message()).contains("span of 2147483647 bytes at address 0 is outside");
    run(
        guest ->
            assertThat(guest.call(WASI, "fd_write", 1, 0, Integer.MAX_VALUE, 0))
                .isEqualTo(INVALID));
  }

  @Test
  void aFileThatIsOnlyReadIsNotCut() throws Exception {
    run(
        guest -> {
          open(guest, "a", CREATE, WRITE);
          long reader = open(guest, "a", 0, READ);
          assertThat(guest.call(WASI, "fd_filestat_set_size", reader, 0)).isEqualTo(BAD_DESCRIPTOR);
        });
  }

  @Test
  void withoutTheCapabilityThereIsNoDirectory() throws Exception {
    run(
        request -> request.withCapabilities(Capabilities.NONE),
        guest -> {
          assertThat(open(guest, "a", CREATE, WRITE)).isEqualTo(-BAD_DESCRIPTOR);
          assertThat(guest.call(WASI, "fd_prestat_get", ROOT, guest.area(8)))
              .isEqualTo(BAD_DESCRIPTOR);
        });
  }
}
