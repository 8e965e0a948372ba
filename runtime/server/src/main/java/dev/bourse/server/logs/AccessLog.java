package dev.bourse.server.logs;

import dev.bourse.server.request.RequestObserver;
import dev.bourse.server.request.RequestScope;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A line for every request. */
public final class AccessLog implements RequestObserver {
  private static final Logger LOG = System.getLogger(AccessLog.class.getName());

  @Override
  public void begun(RequestScope request) {}

  @Override
  public void ended(RequestScope request, End end) {
    if (!LOG.isLoggable(Level.INFO)) {
      return;
    }
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("wire", request.wire().name().toLowerCase(Locale.ROOT));
    if (!request.method().isEmpty()) {
      values.put("method", request.method());
    }
    values.put("path", request.path());
    values.put("status", end.status());
    values.put("ms", TimeUnit.NANOSECONDS.toMillis(request.nanos()));
    values.put("received", end.received());
    values.put("sent", end.sent());
    if (!end.complete()) {
      values.put("complete", false);
    }
    request.run(() -> LOG.log(Level.INFO, "{0}", new LogFields(values)));
  }
}
