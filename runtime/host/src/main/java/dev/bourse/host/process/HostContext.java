package dev.bourse.host.process;

import dev.bourse.engine.Context;

/**
 * A context that an inferlet holds, and the model it belongs to. Used by the inferlet's thread
 * only.
 */
public final class HostContext implements AutoCloseable {
  private final Inference inference;
  private final ServedModel model;
  private final Context context;
  private boolean destroyed;

  public HostContext(Inference inference, ServedModel model, Context context) {
    this.inference = inference;
    this.model = model;
    this.context = context;
  }

  public ServedModel model() {
    return model;
  }

  public Context engine() {
    return context;
  }

  /**
   * A new anonymous context with the same contents.
   *
   * @throws dev.bourse.engine.EngineException when the engine refuses
   */
  public HostContext fork() throws InterruptedException {
    inference.requireRoomForContext();
    return inference.adopt(model, context.fork());
  }

  /** Frees its pages; idempotent. */
  @Override
  public void close() {
    if (!destroyed) {
      destroyed = true;
      context.destroy();
      inference.released();
    }
  }
}
