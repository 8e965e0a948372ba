package dev.bourse.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.kv.PagePool;
import dev.bourse.model.gguf.GgufFile;
import dev.bourse.model.gguf.ModelFileException;
import dev.bourse.tensor.Kernels;
import dev.bourse.tensor.TensorType;
import dev.bourse.tensor.WorkerPool;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Files that were cut off or changed on their way. Loading one all the way to logits either works
 * or ends with a message that names the file; never with another exception, never by taking much
 * memory or time.
 */
@Timeout(120)
class DamagedModelTest {
  private static final int CUTS = 700;
  private static final int CHANGES = 1_500;

  /** Above what a whole tiny model takes, and far below what a lying number would ask for. */
  private static final long ALLOCATED_BYTES_MAX = 48L << 20;

  /** How a sweep ended. */
  private static final class Outcome {
    int computed;
    int refused;

    void of(byte[] bytes, String what) {
      long before = allocatedBytes();
      try {
        if (compute(bytes)) {
          computed++;
        }
      } catch (ModelFileException refusal) {
        assertThat(refusal).hasMessageStartingWith("tiny.gguf: ");
        assertThat(refusal.getMessage()).hasSizeLessThan(1_000);
        refused++;
      } catch (RuntimeException | Error raw) {
        throw new AssertionError(what + " came out as a raw exception", raw);
      }
      assertThat(allocatedBytes() - before)
          .as("allocated after " + what)
          .isLessThan(ALLOCATED_BYTES_MAX);
    }
  }

  private static long allocatedBytes() {
    return ((com.sun.management.ThreadMXBean)
            java.lang.management.ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }

  private static boolean compute(byte[] bytes) throws ModelFileException {
    GgufFile file = GgufFile.of("tiny.gguf", MemorySegment.ofArray(bytes));
    try (Model model = Model.load(file, new WorkerPool(1));
        PagePool pool = new PagePool(model.config().kvLayout(8), 1);
        ForwardPass pass = model.newForwardPass(pool, 2, Kernels.scalar())) {
      int[] tokens = {model.tokenizer().encode("a", false, false).length, 0};
      float[] logits = TestContext.prefill(model, pass, new TestContext(pool), tokens, 1);
      return logits.length == model.config().vocabularySize();
    }
  }

  private static byte[] whole(Family family) {
    return new TinyModel(family, TensorType.Q8_0, true, 1, 3).bytes();
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void cutOffFilesAreRefused(Family family) {
    byte[] whole = whole(family);
    Random random = new Random(family.architecture().hashCode());
    Outcome outcome = new Outcome();
    for (int i = 0; i < CUTS; i++) {
      int length = random.nextInt(whole.length - 64);
      outcome.of(Arrays.copyOf(whole, length), "a cut at " + length);
    }
    assertThat(outcome.refused).isEqualTo(CUTS);
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void changedFilesAreRefusedOrComputed(Family family) {
    byte[] whole = whole(family);
    int metadataEnd = metadataEnd(whole);
    Random random = new Random(17 + family.architecture().hashCode());
    Outcome outcome = new Outcome();
    for (int i = 0; i < CHANGES; i++) {
      byte[] changed = whole.clone();
      // Most of a file is weights, where nothing can go wrong: nine of ten changes hit the rest.
      int at = random.nextInt(i % 10 == 0 ? whole.length : metadataEnd);
      byte was = changed[at];
      changed[at] =
          (byte)
              switch (random.nextInt(3)) {
                case 0 -> was ^ 1 << random.nextInt(8);
                case 1 -> random.nextInt(256);
                default -> random.nextBoolean() ? 0xff : 0;
              };
      outcome.of(changed, "byte %d from %02x to %02x".formatted(at, was, changed[at]));
    }
    assertThat(outcome.refused).isGreaterThan(CHANGES / 4);
    assertThat(outcome.computed).isGreaterThan(CHANGES / 20);
  }

  /** The tensors' bytes begin about here: they are all that is left of a file without them. */
  private static int metadataEnd(byte[] whole) {
    try {
      return (int)
          GgufFile.of("tiny.gguf", MemorySegment.ofArray(whole))
              .tensors()
              .iterator()
              .next()
              .fileOffset();
    } catch (ModelFileException impossible) {
      throw new AssertionError(impossible);
    }
  }
}
