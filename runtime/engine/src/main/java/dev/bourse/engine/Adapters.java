package dev.bourse.engine;

import dev.bourse.model.LoraAdapter;
import dev.bourse.model.ModelConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The adapters of an engine under names, each user's by himself: nobody sees another's. They
 * outlive the processes that made them, until they are destroyed or the engine ends; so their
 * number and size are bounded for each user.
 *
 * <p>Safe to use from any thread. It has a lock of its own, which is never held while an adapter is
 * read or computed.
 */
public final class Adapters {
  /** Adapters a user may have under names. */
  public static final int NAMES_MAX = 64;

  /** Bytes that a user's named adapters may have together, and those that his contexts hold. */
  public static final long BYTES_MAX = 1L << 30;

  private static final int NAME_CHARACTERS_MAX = 128;

  private final ModelConfig model;
  private final long bytesMax;
  private final Optional<AdapterFolder> folder;
  private final Map<String, Map<String, Adapter>> users = new LinkedHashMap<>();

  /**
   * @param bytesMax that a user's adapters may have together, and his files
   * @param folder of adapter files, if there is one
   */
  Adapters(ModelConfig model, long bytesMax, Optional<Path> folder) {
    this.model = model;
    this.bytesMax = bytesMax;
    this.folder = folder.map(path -> new AdapterFolder(path, bytesMax));
  }

  AdapterFolder folder() {
    return folder.orElseThrow(
        () ->
            new EngineException(
                "this engine has no folder of adapters: it was started without one"));
  }

  ModelConfig model() {
    return model;
  }

  /** Bytes that a user's adapters may have together. */
  public long bytesMax() {
    return bytesMax;
  }

  /**
   * A new adapter that changes nothing yet.
   *
   * @throws EngineException if the user has one of that name, or as many as he may
   */
  public Adapter create(String user, String name) {
    return add(user, name, Adapter.State.EMPTY);
  }

  /** The adapter of that name, if the user has one. */
  public synchronized Optional<Adapter> open(String user, String name) {
    return Optional.ofNullable(users.getOrDefault(user, Map.of()).get(name));
  }

  /** A user's adapters in the order of their names. */
  public synchronized List<Adapter> list(String user) {
    return List.copyOf(users.getOrDefault(user, Map.of()).values());
  }

  synchronized Adapter add(String user, String name, Adapter.State state) {
    if (name.isEmpty() || name.length() > NAME_CHARACTERS_MAX) {
      throw new EngineException(
          "an adapter's name has 1 to "
              + NAME_CHARACTERS_MAX
              + " characters, not "
              + name.length());
    }
    Map<String, Adapter> named = users.getOrDefault(user, Map.of());
    if (named.containsKey(name)) {
      throw new EngineException("there is an adapter \"" + name + "\" already: open it");
    }
    if (named.size() >= NAMES_MAX) {
      throw new EngineException(
          user + " has " + named.size() + " adapters, the limit: destroy some first");
    }
    requireRoom(user, state.bytes());
    Adapter adapter = new Adapter(this, user, name, state);
    users.computeIfAbsent(user, _ -> new TreeMap<>()).put(name, adapter);
    return adapter;
  }

  /** Replaces what an adapter is. */
  synchronized void change(Adapter adapter, Adapter.State from, Adapter.State to) {
    if (!isNamed(adapter)) {
      throw new EngineException("adapter \"" + adapter.name() + "\" was destroyed");
    }
    if (!adapter.state().equals(from)) {
      throw new EngineException(
          "adapter \"" + adapter.name() + "\" was changed by somebody else meanwhile: try again");
    }
    requireRoom(adapter.user(), to.bytes() - from.bytes());
    adapter.set(to);
  }

  synchronized void destroy(Adapter adapter) {
    if (isNamed(adapter)) {
      Map<String, Adapter> named = users.getOrDefault(adapter.user(), Map.of());
      named.remove(adapter.name());
      if (named.isEmpty()) {
        users.remove(adapter.user());
      }
    }
  }

  /** Whether a user's name stands for this very adapter. */
  private boolean isNamed(Adapter adapter) {
    return users.getOrDefault(adapter.user(), Map.of()).get(adapter.name()) == adapter;
  }

  /** A user's adapter by what it adds. */
  synchronized Optional<LoraAdapter> find(String user, String digest) {
    return users.getOrDefault(user, Map.of()).values().stream()
        .flatMap(adapter -> adapter.state().weights().stream())
        .filter(weights -> weights.digest().equals(digest))
        .findFirst();
  }

  private void requireRoom(String user, long more) {
    long bytes = more;
    for (Adapter adapter : users.getOrDefault(user, Map.of()).values()) {
      bytes += adapter.state().bytes();
    }
    if (more > 0 && bytes > bytesMax) {
      throw new EngineException(
          "the adapters of "
              + user
              + " would have "
              + bytes
              + " bytes, allowed "
              + bytesMax
              + ": destroy some first");
    }
  }
}
