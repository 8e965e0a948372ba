package dev.bourse.host;

import static dev.bourse.host.TestHosts.failure;
import static dev.bourse.host.TestHosts.result;
import static dev.bourse.host.TestHosts.run;
import static dev.bourse.host.abi.WitTypes.own;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.host.abi.ImportModule;
import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.wasi.ByteSink;
import dev.bourse.host.wasi.ByteSource;
import dev.bourse.host.wasi.IoError;
import dev.bourse.host.wasi.StreamException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Streams whose source or sink has to be waited for, comes to an end, or fails. */
class WasiStreamsTest {
  private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
  private final StringBuilder closed = new StringBuilder();
  private final InferletHost host =
      TestHosts.host(
          new ImportModule("test:io")
              .function("source", own(ByteSource.TYPE), guest -> new Slow(guest.process()))
              .function("sink", own(ByteSink.TYPE), guest -> new Narrow(guest.process())));

  @AfterEach
  void close() {
    host.close();
  }

  /** Three bytes, each some time after it was asked for, and the end. */
  private final class Slow implements ByteSource {
    private final InferletProcess process;
    private CompletableFuture<?> next = new CompletableFuture<>();
    private int given;

    Slow(InferletProcess process) {
      this.process = process;
      arrive();
    }

    private void arrive() {
      next = CompletableFuture.runAsync(() -> {}, after());
      process.wakeOn(next);
    }

    private static Executor after() {
      return CompletableFuture.delayedExecutor(5, TimeUnit.MILLISECONDS);
    }

    @Override
    public byte[] read(int max) throws StreamException {
      if (!next.isDone()) {
        return new byte[0];
      }
      if (given == 3) {
        throw StreamException.closed();
      }
      arrive();
      return new byte[] {(byte) ('a' + given++)};
    }

    @Override
    public boolean isReady() {
      return next.isDone();
    }

    @Override
    public void close() {
      closed.append("source ");
    }
  }

  /** Takes two bytes at a time, passes them on later, and breaks after six. */
  private final class Narrow implements ByteSink {
    private final InferletProcess process;
    private CompletableFuture<?> passed = CompletableFuture.completedFuture(null);

    Narrow(InferletProcess process) {
      this.process = process;
    }

    @Override
    public int room() throws StreamException {
      if (taken.size() >= 6) {
        throw StreamException.failed(new IoError("broken", null));
      }
      return passed.isDone() ? 2 : 0;
    }

    @Override
    public void write(byte[] bytes) {
      assertThat(bytes.length).isLessThanOrEqualTo(2);
      taken.writeBytes(bytes);
      passed = CompletableFuture.runAsync(() -> {}, Slow.after());
      process.wakeOn(passed);
    }

    @Override
    public boolean isFlushed() {
      return passed.isDone();
    }

    @Override
    public boolean isReady() {
      return passed.isDone();
    }

    @Override
    public void close() {
      closed.append("sink ");
    }
  }

  private static Wasm guest(String code) {
    return new Wasm()
        .imports("test:io", "source", "", "i32") // 0
        .imports("test:io", "sink", "", "i32") // 1
        .imports("wasi:io/streams@0.2.0", "[method]input-stream.read", "i32 i64 i32", "")
        .imports("wasi:io/streams@0.2.0", "[method]input-stream.blocking-read", "i32 i64 i32", "")
        .imports("wasi:io/streams@0.2.0", "[method]output-stream.check-write", "i32 i32", "") // 4
        .imports("wasi:io/streams@0.2.0", "[method]output-stream.write", "i32 i32 i32 i32", "")
        .imports(
            "wasi:io/streams@0.2.0",
            "[method]output-stream.blocking-write-and-flush",
            "i32 i32 i32 i32",
            "") // 6
        .imports(
            "wasi:io/streams@0.2.0",
            "[method]output-stream.blocking-splice",
            "i32 i32 i64 i32",
            "") // 7
        .imports("bourse:entry", "result-ok", "i32 i32", "") // 8
        .imports("wasi:io/error@0.2.0", "[method]error.to-debug-string", "i32 i32", "") // 9
        .memory(1, 16)
        .bumpAllocator()
        .data(64, "abcdefgh")
        .function("_start", "", "", code);
  }

  /** Reports {@code count} bytes at the address that is stored at {@code at}. */
  private static String report(int at, int count) {
    return " i32.const %d i32.load i32.const %d call 8".formatted(at, count);
  }

  @Test
  void aBlockingReadWaitsAndAReadDoesNot() throws Exception {
    String read =
        "call 0 local.set 0"
            // Nothing yet: an empty list.
            + " local.get 0 i64.const 9 i32.const 200 call 2"
            + " i32.const 200 i32.load8_u if unreachable end"
            + " i32.const 208 i32.load if unreachable end"
            + " local.get 0 i64.const 9 i32.const 200 call 3";
    assertThat(result(run(host, guest(read + report(204, 1))))).isEqualTo("a");
  }

  @Test
  void aReadOfNothingGivesNothingAndTheEndIsAnError() throws Exception {
    String three = " local.get 0 i64.const 1 i32.const 200 call 3".repeat(3);
    String end =
        " local.get 0 i64.const 0 i32.const 200 call 3 i32.const 200 i32.load8_u if unreachable end"
            + " local.get 0 i64.const -1 i32.const 200 call 3"
            // stream-error: closed
            + " i32.const 200 i32.load8_u i32.const 204 i32.load8_u i32.and i32.eqz"
            + " if unreachable end";
    String code = "call 0 local.set 0" + three + end + " i32.const 64 i32.const 1 call 8";
    assertThat(result(run(host, guest(code)))).isEqualTo("a");
    assertThat(closed).asString().isEqualTo("source ");
  }

  @Test
  void aBlockingWriteGoesInAsFastAsTheSinkTakesIt() throws Exception {
    String code =
        "call 1 i32.const 64 i32.const 5 i32.const 200 call 6"
            + " i32.const 200 i32.load8_u if unreachable end i32.const 64 i32.const 0 call 8";
    result(run(host, guest(code)));
    assertThat(taken.toString(StandardCharsets.UTF_8)).isEqualTo("abcde");
  }

  @Test
  void aFailureIsAnErrorThatCanBeAsked() throws Exception {
    String code =
        "call 1 i32.const 64 i32.const 8 i32.const 200 call 6"
            + " i32.const 200 i32.load8_u i32.eqz if unreachable end"
            // last-operation-failed, with the error's handle
            + " i32.const 204 i32.load8_u if unreachable end"
            + " i32.const 208 i32.load i32.const 220 call 9";
    assertThat(result(run(host, guest(code + report(220, 6))))).isEqualTo("broken");
    assertThat(taken.toString(StandardCharsets.UTF_8)).isEqualTo("abcdef");
  }

  @Test
  void aWriteOfMoreThanIsPermittedTraps() throws Exception {
    String code = "call 1 i32.const 64 i32.const 3 i32.const 200 call 5";
    assertThat(failure(run(host, guest(code))).message())
        .contains("a write of 3 bytes to a stream, check-write permits 2");
    assertThat(taken.size()).isZero();
    assertThat(closed).asString().isEqualTo("sink ");
  }

  @Test
  void aSpliceMovesWhatThereIs() throws Exception {
    String code =
        "call 1 call 0 i64.const 100 i32.const 200 call 7"
            + " i32.const 200 i32.load8_u if unreachable end"
            + " i32.const 208 i32.load i32.const 1 i32.ne if unreachable end"
            + " i32.const 64 i32.const 0 call 8";
    result(run(host, guest(code)));
    assertThat(taken.toString(StandardCharsets.UTF_8)).isEqualTo("a");
  }
}
