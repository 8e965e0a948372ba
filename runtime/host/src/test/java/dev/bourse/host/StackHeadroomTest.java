package dev.bourse.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.host.process.StackHeadroom;
import org.junit.jupiter.api.Test;

class StackHeadroomTest {
  private int depth;

  /** However deep the caller is, the stack ends while room is asked for, never after. */
  @Test
  void theStackEndsBeforeAHostCallBegins() {
    for (int i = 0; i < 20; i++) {
      depth = 0;
      try {
        recurse();
      } catch (StackOverflowError e) {
        assertThat(e.getStackTrace()[0].getClassName()).isEqualTo(StackHeadroom.class.getName());
      }
      assertThat(depth).isGreaterThan(100);
    }
  }

  @SuppressWarnings("InfiniteRecursion") // That is what is tested.
  private void recurse() {
    depth++;
    StackHeadroom.require();
    recurse();
  }
}
