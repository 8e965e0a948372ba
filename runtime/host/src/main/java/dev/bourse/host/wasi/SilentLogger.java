package dev.bourse.host.wasi;

import com.dylibso.chicory.log.Logger;
import org.jspecify.annotations.Nullable;

/** Says nothing: what guests call as often as they like must not fill the log of the host. */
final class SilentLogger implements Logger {
  @Override
  public void log(Level level, String message, @Nullable Throwable thrown) {}

  @Override
  public boolean isLoggable(Level level) {
    return false;
  }
}
