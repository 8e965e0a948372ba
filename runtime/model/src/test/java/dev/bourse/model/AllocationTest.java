package dev.bourse.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.bourse.kv.PagePool;
import dev.bourse.model.gguf.ModelFileException;
import dev.bourse.tensor.Kernels;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class AllocationTest {
  private static final int CONTEXTS = 16;
  private static final int STEPS = 200;

  /** One step of a warm engine: some contexts decode, one prefills. */
  private static void step(ForwardBatch batch, ForwardPass pass, int[][] pages, int step) {
    batch.clear();
    for (int i = 0; i < CONTEXTS; i++) {
      int sequence = batch.addSequence(pages[i], pages[i].length);
      int rows = i == 0 ? 8 : 1;
      for (int row = 0; row < rows; row++) {
        int slot = rows * step % 128 + row;
        int added = batch.addRow(sequence, i + row, slot, slot);
        if (row == rows - 1) {
          batch.requestLogits(added);
        }
      }
    }
    pass.run(batch);
  }

  @Test
  void aWarmStepAllocatesNothing() throws ModelFileException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (Model model = new TinyModel(Family.QWEN3).load(1);
        PagePool pool = new PagePool(model.config().kvLayout(16), CONTEXTS * 8);
        ForwardPass pass = model.newForwardPass(pool, 64, Kernels.scalar())) {
      ForwardBatch batch = new ForwardBatch();
      int[][] pages = new int[CONTEXTS][];
      for (int i = 0; i < CONTEXTS; i++) {
        TestContext context = new TestContext(pool);
        context.addTo(batch, 128);
        pages[i] = context.pages();
      }
      for (int i = 0; i < STEPS; i++) {
        step(batch, pass, pages, i);
      }
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < STEPS; i++) {
        step(batch, pass, pages, i);
      }
      long each = (threads.getCurrentThreadAllocatedBytes() - before) / STEPS;
      assertThat(each).as("bytes allocated by a step").isLessThan(64);
    }
  }
}
