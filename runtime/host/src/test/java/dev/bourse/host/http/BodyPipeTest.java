package dev.bourse.host.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.host.http.HttpError.Code;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BodyPipeTest {
  private final BodyPipe pipe = new BodyPipe();

  private static long soon() {
    return System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
  }

  private static Fields fields() throws FieldException {
    Fields fields = new Fields();
    fields.append("x-end", "1");
    return fields;
  }

  @Test
  void bytesComeOutInTheirOrderAndThenTheTrailers() throws Exception {
    pipe.write("hello ".getBytes(UTF_8));
    pipe.write("world".getBytes(UTF_8));
    pipe.end(fields());
    assertThat(pipe.trailers()).isNotDone();
    assertThat(pipe.read(4)).isEqualTo("hell".getBytes(UTF_8));
    assertThat(pipe.read(100)).isEqualTo("o ".getBytes(UTF_8));
    assertThat(pipe.atEnd()).isFalse();
    assertThat(pipe.take(100, soon())).isEqualTo("world".getBytes(UTF_8));
    assertThat(pipe.atEnd()).isTrue();
    assertThat(pipe.take(100, soon())).isEmpty();
    assertThat(pipe.trailers().join().values("x-end")).containsExactly("1");
  }

  @Test
  void aWriterThatLooksNeverExceedsTheCapacity() {
    while (pipe.room() > 0) {
      pipe.write(new byte[Math.min(pipe.room(), 10_000)]);
    }
    AtomicInteger told = new AtomicInteger();
    pipe.onWritable(told::incrementAndGet);
    assertThat(pipe.isDrained()).isFalse();
    assertThat(pipe.read(1 << 20).length).isEqualTo(10_000);
    assertThat(told).hasValue(1);
    assertThat(pipe.room()).isEqualTo(10_000);
  }

  @Test
  void whatWasWrittenBeforeAFailureCanStillBeRead() throws Exception {
    pipe.write(new byte[] {1});
    pipe.fail(new HttpError(Code.HTTP_RESPONSE_INCOMPLETE, "gone"));
    pipe.write(new byte[] {2});
    pipe.end(fields());
    assertThat(pipe.failure()).isEmpty();
    assertThat(pipe.take(9, soon())).containsExactly(1);
    assertThat(pipe.failure()).isPresent();
    assertThatThrownBy(() -> pipe.take(9, soon())).hasMessage("gone");
    assertThatThrownBy(() -> pipe.trailers().join()).isInstanceOf(CompletionException.class);
  }

  @Test
  void aTakeThatNothingComesForTimesOut() {
    assertThatThrownBy(() -> pipe.take(9, System.nanoTime() - 1))
        .isInstanceOfSatisfying(
            HttpException.class,
            e -> assertThat(e.error().code()).isEqualTo(Code.CONNECTION_READ_TIMEOUT));
  }

  @Test
  void aTakeCanBeInterrupted() throws Exception {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> pipe.take(9, soon())).isInstanceOf(InterruptedException.class);
  }

  @Test
  void aReaderThatGivesUpTellsTheWriterOnce() {
    AtomicInteger told = new AtomicInteger();
    pipe.onCancel(told::incrementAndGet);
    pipe.write(new byte[9]);
    pipe.cancel();
    pipe.cancel();
    assertThat(told).hasValue(1);
    assertThat(pipe.isDrained()).isTrue();
    pipe.write(new byte[9]);
    assertThat(pipe.read(9)).isEmpty();
    assertThat(pipe.trailers()).isCompletedExceptionally();
    AtomicInteger late = new AtomicInteger();
    pipe.onCancel(late::incrementAndGet);
    assertThat(late).hasValue(1);
  }

  @Test
  void aBodyThatNobodyReadsIsThrownAwayUpToItsTrailersButNotForEver() throws Exception {
    pipe.write(new byte[9]);
    pipe.discard();
    pipe.write(new byte[1000]);
    pipe.end(fields());
    assertThat(pipe.trailers().join().values("x-end")).containsExactly("1");

    BodyPipe endless = new BodyPipe();
    AtomicInteger told = new AtomicInteger();
    endless.onCancel(told::incrementAndGet);
    endless.discard();
    for (int i = 0; i < 200; i++) {
      assertThat(endless.room()).isEqualTo(BodyPipe.CAPACITY);
      endless.write(new byte[8192]);
    }
    assertThat(told).hasValue(1);
    assertThatThrownBy(() -> endless.trailers().join())
        .hasMessageContaining("more than 1048576 bytes of a body were not read");
  }
}
