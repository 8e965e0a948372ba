package dev.bourse.sdk.spi;

/** An adapter under a name ({@code pie:core/adapter.adapter}). */
public interface GuestAdapter {
  /** {@code adapter.load}. */
  void load(String path);

  /** {@code adapter.save}. */
  void save(String path);

  /** {@code adapter.fork}. */
  GuestAdapter fork(String name);

  /** {@code adapter.destroy}. */
  void destroy();

  /** Drops the handle. */
  void close();
}
