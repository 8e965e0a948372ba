package dev.bourse.sdk;

import dev.bourse.sdk.spi.GuestAdapter;

/**
 * A low-rank adapter of a model, under a name among those of the user. It outlives this inferlet,
 * until it is {@linkplain #destroy destroyed} or the engine ends.
 *
 * {@snippet :
 * try (Adapter style = model.adapter("style").orElseGet(() -> model.newAdapter("style").load("style.gguf"))) {
 *   session.send(context.adapter(style).generate(Sampler.greedy()).text());
 * }
 * }
 */
public final class Adapter implements AutoCloseable {
  private final GuestAdapter guest;
  private boolean closed;

  Adapter(GuestAdapter guest) {
    this.guest = guest;
  }

  /**
   * Becomes what a file in the engine's folder of adapters holds, GGUF or safetensors. Passes that
   * were made before stay what they are.
   *
   * @throws InferletException if there is no such file, or it is no adapter of this model
   */
  public Adapter load(String path) {
    guest().load(path);
    return this;
  }

  /**
   * Writes it to a file of the user's own in the engine's folder of adapters.
   *
   * @throws InferletException if it changes nothing, or cannot be written
   */
  public Adapter save(String path) {
    guest().save(path);
    return this;
  }

  /** Another adapter that is what this one is now. */
  public Adapter fork(String name) {
    return new Adapter(guest().fork(name));
  }

  /** Forgets the name. */
  public void destroy() {
    guest().destroy();
  }

  GuestAdapter guest() {
    if (closed) {
      throw new IllegalStateException("this adapter is closed");
    }
    return guest;
  }

  /** Lets go of it: the user keeps it, under its name. Idempotent. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      guest.close();
    }
  }
}
