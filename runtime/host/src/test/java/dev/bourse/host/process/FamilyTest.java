package dev.bourse.host.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FamilyTest {
  @Test
  void aChildIsToldTheTimeThatIsLeftForAllAsItsOwnLimit() {
    Family family = new Family(Limits.DEFAULT.with(Limit.WALL_TIME_MILLIS, 50_000));
    assertThat(family.within(Limits.DEFAULT).max(Limit.WALL_TIME_MILLIS)).isBetween(1L, 50_000L);
    Limits shorter = Limits.DEFAULT.with(Limit.WALL_TIME_MILLIS, 7);
    assertThat(family.within(shorter)).isEqualTo(shorter);
  }

  @Test
  void allComputeInTheTimeOfTheFirst() {
    Family family = new Family(Limits.DEFAULT.with(Limit.CPU_TIME_MILLIS, 100));
    family.charge(60);
    family.charge(40);
    assertThatThrownBy(() -> family.charge(1))
        .isInstanceOf(LimitExceededException.class)
        .hasMessageContaining("cpu-time-millis")
        .hasMessageContaining("100");
  }

  @Test
  void whoHasEndedMakesRoom() {
    Family family = new Family(Limits.DEFAULT.with(Limit.CHILDREN, 1));
    family.enter();
    assertThatThrownBy(family::enter)
        .isInstanceOf(LimitExceededException.class)
        .hasMessageContaining("children");
    family.leave();
    family.enter();
  }
}
