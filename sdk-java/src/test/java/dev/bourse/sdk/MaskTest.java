package dev.bourse.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class MaskTest {
  @Test
  void runsAlternateBeginningWithWhatIsOut() {
    assertThat(Mask.of(true, true, false, true).runs()).containsExactly(0, 2, 1, 1);
    assertThat(Mask.of(false, true).runs()).containsExactly(1, 1);
    assertThat(Mask.range(2, 5).runs()).containsExactly(2, 3);
    assertThat(Mask.only(7, 3, 4, 3).runs()).containsExactly(3, 2, 2, 1);
    assertThat(Mask.only().runs()).isEmpty();
    assertThat(Mask.range(4, 4).runs()).isEmpty();
  }

  @Test
  void everyWayToBuildASetAgrees() {
    Random random = new Random(1);
    for (int round = 0; round < 500; round++) {
      boolean[] members = new boolean[random.nextInt(60)];
      for (int i = 0; i < members.length; i++) {
        members[i] = random.nextInt(3) == 0;
      }
      int[] indices = IntStream.range(0, members.length).filter(i -> members[i]).toArray();
      Mask mask = Mask.of(members);
      assertThat(Mask.only(indices)).isEqualTo(mask).hasSameHashCodeAs(mask);
      assertThat(Mask.ofRuns(mask.runs())).isEqualTo(mask);
      assertThat(IntStream.range(0, 70).filter(mask::contains).toArray()).isEqualTo(indices);
      assertThat(mask.or(Mask.only(indices))).isEqualTo(mask);
    }
  }

  @Test
  void refusesWhatIsNoSet() {
    assertThatThrownBy(() -> Mask.only(2, -1)).hasMessageContaining("-1");
    assertThatThrownBy(() -> Mask.range(3, 2)).hasMessageContaining("from 3 to 2");
    assertThatThrownBy(() -> Mask.ofRuns(Integer.MAX_VALUE, 1)).hasMessageContaining("2147483648");
  }
}
