package dev.bourse.server.access;

import dev.bourse.server.access.RateLimiter.Answer;
import dev.bourse.server.request.RequestScope;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Lets requests in, by HTTP and gRPC alike: by their key, and as many of a tenant as it may make.
 * Thread safe.
 */
public final class Admission {
  /** The limit of {@link TenantLimits#requests}. */
  public static final String RATE = "requests-per-second";

  /** The limit of {@link TenantLimits#requestsAtOnce}. */
  public static final String AT_ONCE = "requests-at-once";

  private final Access access;
  private final Quotas quotas;
  private final LongSupplier clock;
  private final RateLimiter rates;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Integer> open = new HashMap<>();
  private final LongAdder overRate = new LongAdder();
  private final LongAdder overAtOnce = new LongAdder();

  public Admission(Access access, Quotas quotas) {
    this(access, quotas, System::nanoTime);
  }

  /**
   * @param clock nanoseconds that never go back
   */
  Admission(Access access, Quotas quotas, LongSupplier clock) {
    this.access = access;
    this.quotas = quotas;
    this.clock = clock;
    this.rates = new RateLimiter(tenant -> quotas.of(tenant).requests());
  }

  /** Whose keys let in. */
  public Access access() {
    return access;
  }

  /** A request that was let in, until it is closed. */
  public final class Visit implements AutoCloseable {
    private final Caller caller;
    private final Answer rate;
    private final AtomicBoolean over = new AtomicBoolean();

    private Visit(Caller caller, Answer rate) {
      this.caller = caller;
      this.rate = rate;
    }

    public Caller caller() {
      return caller;
    }

    /** How much more the tenant may ask, as fields of an HTTP answer. */
    public Map<String, String> fields() {
      return Admission.fields(rate);
    }

    /** It was answered; again does nothing. */
    @Override
    public void close() {
      if (over.compareAndSet(false, true)) {
        leave(caller.tenant());
      }
    }
  }

  /**
   * Lets a request in.
   *
   * @param secret that it shows
   * @throws ServiceException with {@link Reason#UNAUTHENTICATED}; {@link Reason#RATE_LIMITED} with
   *     the detail {@link #RETRY_MILLIS}; or {@link Reason#LIMIT_EXCEEDED}
   */
  public Visit enter(Optional<String> secret) {
    Caller caller = access.caller(secret);
    RequestScope.current().ifPresent(request -> request.tenant(caller.tenant()));
    Answer rate = rates.take(caller.tenant(), clock.getAsLong());
    if (!rate.taken()) {
      overRate.increment();
      throw tooFast("requests", caller.tenant(), RATE, rate);
    }
    int max = quotas.of(caller.tenant()).requestsAtOnce();
    lock.lock();
    try {
      int now = open.getOrDefault(caller.tenant(), 0);
      if (now >= max) {
        overAtOnce.increment();
        throw new ServiceException(
            Reason.LIMIT_EXCEEDED,
            "tenant %s has %d requests that are being answered, as many as it may; wait for one to end"
                .formatted(caller.tenant(), now),
            Map.of("limit", AT_ONCE, "max", Integer.toString(max), RETRY_MILLIS, "1000"));
      }
      open.put(caller.tenant(), now + 1);
    } finally {
      lock.unlock();
    }
    return new Visit(caller, rate);
  }

  /** The detail of a refusal that says after how many milliseconds to try again. */
  public static final String RETRY_MILLIS = "retry-after-ms";

  /** The refusal of somebody who asks too often. */
  public static ServiceException tooFast(String what, String tenant, String limit, Answer rate) {
    long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(rate.retryNanos() + 999_999));
    Map<String, String> details = new LinkedHashMap<>();
    details.put("limit", limit);
    details.put("burst", Integer.toString(rate.burst()));
    details.put(RETRY_MILLIS, Long.toString(millis));
    details.putAll(fields(rate));
    return new ServiceException(
        Reason.RATE_LIMITED,
        "tenant %s makes more %s than it may; try again after %d ms"
            .formatted(tenant, what, millis),
        details);
  }

  private static Map<String, String> fields(Answer rate) {
    return Map.of(
        "x-ratelimit-limit-requests",
        Integer.toString(rate.burst()),
        "x-ratelimit-remaining-requests",
        Integer.toString(rate.left()),
        "x-ratelimit-reset-requests",
        TimeUnit.NANOSECONDS.toMillis(rate.fullNanos() + 999_999) + "ms");
  }

  private void leave(String tenant) {
    lock.lock();
    try {
      open.computeIfPresent(tenant, (name, now) -> now == 1 ? null : now - 1);
    } finally {
      lock.unlock();
    }
  }

  /** Requests of a tenant that are being answered. */
  public int open(String tenant) {
    lock.lock();
    try {
      return open.getOrDefault(tenant, 0);
    } finally {
      lock.unlock();
    }
  }

  /** Requests that were refused, by the limit. */
  public Map<String, Long> refused() {
    return Map.of(RATE, overRate.sum(), AT_ONCE, overAtOnce.sum());
  }
}
