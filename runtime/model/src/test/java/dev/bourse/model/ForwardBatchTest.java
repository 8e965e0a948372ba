package dev.bourse.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ForwardBatchTest {
  private final ForwardBatch batch = new ForwardBatch();

  @Test
  void keepsWhatWasAddedUntilItIsCleared() {
    for (int round = 0; round < 2; round++) {
      for (int s = 0; s < 100; s++) {
        int sequence = batch.addSequence(new int[] {s, 2 * s, 0}, 2);
        assertThat(sequence).isEqualTo(s);
        int row = batch.addRow(sequence, s + 1, s + 2, s + 3);
        batch.setMask(row, new long[] {s, 0});
        assertThat(row).isEqualTo(s);
      }
      batch.requestLogits(99);
      batch.requestHidden(7);
      assertThat(batch.rows()).isEqualTo(100);
      assertThat(batch.sequences()).isEqualTo(100);
      for (int i = 0; i < 100; i++) {
        assertThat(batch.pageCount(i)).isEqualTo(2);
        assertThat(batch.page(i, 1)).isEqualTo(2 * i);
        assertThat(batch.sequence(i)).isEqualTo(i);
        assertThat(batch.token(i)).isEqualTo(i + 1);
        assertThat(batch.position(i)).isEqualTo(i + 2);
        assertThat(batch.slot(i)).isEqualTo(i + 3);
        assertThat(batch.mask(i)).containsExactly(i, 0);
        assertThat(batch.logits().contains(i)).isEqualTo(i == 99);
        assertThat(batch.hidden().contains(i)).isEqualTo(i == 7);
      }
      batch.clear();
      assertThat(batch.rows()).isZero();
      assertThat(batch.logits().count()).isZero();
    }
    batch.addRow(batch.addSequence(new int[] {1}, 1), 0, 0, 0);
    assertThat(batch.mask(0)).isNull();
    assertThat(batch.logits().contains(0)).isFalse();
  }

  @Test
  void refusesWhatCannotBeComputed() {
    assertThatIllegalArgumentException().isThrownBy(() -> batch.addSequence(new int[1], 0));
    assertThatIllegalArgumentException().isThrownBy(() -> batch.addSequence(new int[1], 2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> batch.addRow(0, 0, 0, 0))
        .withMessage("there is no sequence 0: the batch has 0");
    int sequence = batch.addSequence(new int[] {1}, 1);
    assertThatIllegalArgumentException().isThrownBy(() -> batch.addRow(sequence, -1, 0, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> batch.addRow(sequence, 0, -1, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> batch.addRow(sequence, 0, 0, -1));
    batch.addRow(sequence, 0, 0, 70);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> batch.addRow(sequence, 0, 0, 70))
        .withMessage("slot 70: the next row of its sequence needs 71 or more");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> batch.setMask(0, new long[1]))
        .withMessageContaining("no bit for slot 70");
    assertThatIllegalArgumentException().isThrownBy(() -> batch.requestLogits(1));
    assertThatIllegalArgumentException().isThrownBy(() -> batch.requestHidden(-1));
  }
}
