package dev.bourse.engine;

import dev.bourse.model.LoraAdapter;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The adapters that rows of one context were computed with, held until the context is gone. Owned
 * by whoever holds the engine's lock.
 */
final class ContextAdapters {
  /** Adapters one context may have been computed with. */
  static final int ADAPTERS_MAX = 64;

  private final AdapterHolds holds;
  private final String user;
  private final Map<String, LoraAdapter> held = new LinkedHashMap<>();

  ContextAdapters(AdapterHolds holds, String user) {
    this.holds = holds;
    this.user = user;
  }

  /**
   * Rows are about to be computed with an adapter.
   *
   * @throws EngineException if that is one too many, for the context or for the user
   */
  void hold(LoraAdapter adapter) {
    if (held.containsKey(adapter.digest())) {
      return;
    }
    if (held.size() >= ADAPTERS_MAX) {
      throw new EngineException(
          "the context was computed with "
              + ADAPTERS_MAX
              + " adapters, its limit: go on in another one");
    }
    held.put(adapter.digest(), holds.acquire(user, adapter));
  }

  /** Holds what another context does; for its fork. */
  void holdAll(ContextAdapters other) {
    other.held.values().forEach(this::hold);
  }

  /** The adapter of a row. */
  LoraAdapter get(String digest) {
    LoraAdapter adapter = held.get(digest);
    if (adapter == null) {
      throw new IllegalStateException("the context does not hold adapter " + digest);
    }
    return adapter;
  }

  /** The context is gone. */
  void releaseAll() {
    held.values().forEach(adapter -> holds.release(user, adapter));
    held.clear();
  }
}
