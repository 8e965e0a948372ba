package dev.bourse.server.request;

import dev.bourse.host.process.TraceContext;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A request while it is answered. It is bound to the threads that answer it, so that whatever they
 * log, launch or send can be told to belong to it. Thread safe.
 */
public final class RequestScope {
  /** The field, of HTTP and of gRPC's metadata, with a request's id. */
  public static final String ID = "x-request-id";

  /** The route of a request that nobody answers. */
  public static final String NOWHERE = "none";

  private static final ScopedValue<RequestScope> CURRENT = ScopedValue.newInstance();
  private static final Pattern SANE = Pattern.compile("[A-Za-z0-9._:+/=@-]{1,128}");
  private static final int ID_BYTES = 12;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Wire wire;
  private final String id;
  private final Optional<TraceContext> trace;
  private final String method;
  private final String path;
  private final long beganNanos;
  private volatile String route = NOWHERE;
  private volatile String tenant = "";
  private volatile String process = "";

  /** How it came. */
  public enum Wire {
    HTTP,
    GRPC
  }

  private RequestScope(
      Wire wire, String id, Optional<TraceContext> trace, String method, String path) {
    this.wire = wire;
    this.id = id;
    this.trace = trace;
    this.method = method;
    this.path = path;
    this.beganNanos = System.nanoTime();
  }

  /**
   * A request that begins.
   *
   * @param ids that the client gave it; one of its own is made unless there is one that is sane
   * @param method of HTTP; empty for gRPC
   * @param path without its query
   */
  public static RequestScope begin(
      Wire wire, List<String> ids, Optional<TraceContext> trace, String method, String path) {
    String id =
        ids.size() == 1 && SANE.matcher(ids.getFirst()).matches() ? ids.getFirst() : newId();
    return new RequestScope(wire, id, trace, method, path);
  }

  private static String newId() {
    byte[] random = new byte[ID_BYTES];
    RANDOM.nextBytes(random);
    return "req_" + HexFormat.of().formatHex(random);
  }

  /** The request that the current thread answers, if it answers one. */
  public static Optional<RequestScope> current() {
    return CURRENT.isBound() ? Optional.of(CURRENT.get()) : Optional.empty();
  }

  /** {@code action} for the request that the current thread answers, on any thread. */
  public static Runnable bound(Runnable action) {
    Optional<RequestScope> request = current();
    return request.isEmpty() ? action : () -> request.get().run(action);
  }

  /** Does something for this request. */
  public void run(Runnable action) {
    ScopedValue.where(CURRENT, this).run(action);
  }

  /** Does something for this request. */
  public <T, X extends Throwable> T call(ScopedValue.CallableOp<T, X> action) throws X {
    return ScopedValue.where(CURRENT, this).call(action);
  }

  public Wire wire() {
    return wire;
  }

  public String id() {
    return id;
  }

  public Optional<TraceContext> trace() {
    return trace;
  }

  public String method() {
    return method;
  }

  public String path() {
    return path;
  }

  /** Since it began. */
  public long nanos() {
    return System.nanoTime() - beganNanos;
  }

  /** Which of the things that can be asked for it asks for; one of few. */
  public String route() {
    return route;
  }

  public void route(String newRoute) {
    route = newRoute;
  }

  /** Whose it is; empty as long as nobody knows. */
  public String tenant() {
    return tenant;
  }

  public void tenant(String newTenant) {
    tenant = newTenant;
  }

  /** The process that it launched; empty if it launched none. */
  public String process() {
    return process;
  }

  public void process(String newProcess) {
    process = newProcess;
  }
}
