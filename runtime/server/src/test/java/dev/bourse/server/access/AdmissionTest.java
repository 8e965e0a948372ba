package dev.bourse.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.server.access.TenantLimits.Rate;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdmissionTest {
  @TempDir private Path folder;
  private final AtomicLong now = new AtomicLong();
  private Admission admission;
  private Optional<String> ann = Optional.empty();
  private Optional<String> bob = Optional.empty();

  @BeforeEach
  void open() {
    Access access = new Access(new ApiKeys(folder.resolve("keys.json"), Clock.systemUTC()));
    ann = Optional.of(access.keys().create("ann", Role.USE, "").secret());
    bob = Optional.of(access.keys().create("bob", Role.USE, "").secret());
    TenantLimits few = new TenantLimits(9, new Rate(1, 9), new Rate(1, 4), 2);
    admission =
        new Admission(access, new Quotas(Map.of("ann", few), TenantLimits.DEFAULT), now::get);
  }

  private ServiceException refusal(Optional<String> secret) {
    List<ServiceException> refusals = new ArrayList<>();
    assertThatThrownBy(() -> admission.enter(secret).close())
        .isInstanceOfSatisfying(ServiceException.class, refusals::add);
    return refusals.getFirst();
  }

  @Test
  void soManyAtOnceAndNoMore() {
    Admission.Visit first = admission.enter(ann);
    assertThat(first.caller().tenant()).isEqualTo("ann");
    Admission.Visit second = admission.enter(ann);
    assertThat(admission.open("ann")).isEqualTo(2);
    ServiceException refusal = refusal(ann);
    assertThat(refusal.reason()).isEqualTo(Reason.LIMIT_EXCEEDED);
    assertThat(refusal.details())
        .containsEntry("limit", Admission.AT_ONCE)
        .containsEntry("max", "2");
    admission.enter(bob).close();
    first.close();
    first.close();
    assertThat(admission.open("ann")).isEqualTo(1);
    admission.enter(ann).close();
    second.close();
    assertThat(admission.open("ann")).isZero();
    assertThat(admission.refused()).isEqualTo(Map.of(Admission.RATE, 0L, Admission.AT_ONCE, 1L));
  }

  @Test
  void soManyASecondAndNoMore() {
    for (int left = 3; left >= 0; left--) {
      try (Admission.Visit visit = admission.enter(ann)) {
        assertThat(visit.fields())
            .containsEntry("x-ratelimit-limit-requests", "4")
            .containsEntry("x-ratelimit-remaining-requests", Integer.toString(left))
            .containsEntry("x-ratelimit-reset-requests", (4 - left) * 1000 + "ms");
      }
    }
    now.addAndGet(TimeUnit.MILLISECONDS.toNanos(400));
    ServiceException refusal = refusal(ann);
    assertThat(refusal.reason()).isEqualTo(Reason.RATE_LIMITED);
    assertThat(refusal.words()).contains("tenant ann", "try again after 600 ms");
    assertThat(refusal.details())
        .containsEntry("limit", Admission.RATE)
        .containsEntry(Admission.RETRY_MILLIS, "600")
        .containsEntry("x-ratelimit-remaining-requests", "0");
    for (int i = 0; i < 1000; i++) {
      admission.enter(bob).close();
    }
    now.addAndGet(TimeUnit.MILLISECONDS.toNanos(600));
    admission.enter(ann).close();
    assertThat(admission.refused()).containsEntry(Admission.RATE, 1L);
  }

  @Test
  void whoShowsNoKeyUsesUpNobodysLimits() {
    for (int i = 0; i < 100; i++) {
      assertThat(refusal(Optional.of("bourse_wrong")).reason()).isEqualTo(Reason.UNAUTHENTICATED);
      assertThat(refusal(Optional.empty()).reason()).isEqualTo(Reason.UNAUTHENTICATED);
    }
    admission.enter(ann).close();
  }
}
