package dev.bourse.kv.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Laws 4 and 6 of the store, under random histories on a disk that does what disks may do. */
class StoreHistoryTest {
  private static final int HISTORIES = Integer.getInteger("bourse.store.histories", 250);
  private static final int STEPS = 400;

  @Test
  void whatWasAcknowledgedIsThereWhateverFails() {
    Map<String, Integer> counts = new TreeMap<>();
    for (int seed = 0; seed < HISTORIES; seed++) {
      StoreHistory history = new StoreHistory(seed);
      history.run(STEPS);
      history.counts().forEach((what, count) -> counts.merge(what, count, Integer::sum));
    }
    System.out.println("histories of the snapshot store: " + counts);
    assertThat(counts)
        .containsKeys(
            "collected clean", "done", "failed", "killed", "over quota", "power failed", "refused");
  }
}
