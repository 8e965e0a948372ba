package dev.bourse.host.java;

import dev.bourse.engine.Adapter;
import dev.bourse.engine.Adapters;
import dev.bourse.host.process.Capability;
import dev.bourse.host.process.ServedModel;
import dev.bourse.sdk.spi.GuestAdapter;
import java.util.Optional;

/** The SDK's view of an adapter, in the host's own JVM. */
record JavaAdapter(JavaRuntime runtime, Adapter adapter) implements GuestAdapter {

  static GuestAdapter create(JavaRuntime runtime, ServedModel model, String name) {
    return runtime.call(
        () -> new JavaAdapter(runtime, adapters(runtime, model).create(runtime.username(), name)));
  }

  static Optional<GuestAdapter> open(JavaRuntime runtime, ServedModel model, String name) {
    return runtime.call(
        () ->
            adapters(runtime, model)
                .open(runtime.username(), name)
                .map(adapter -> new JavaAdapter(runtime, adapter)));
  }

  private static Adapters adapters(JavaRuntime runtime, ServedModel model) {
    runtime.process().require(Capability.ADAPTERS, "an adapter under a name");
    return model.engine().adapters();
  }

  @Override
  public void load(String path) {
    runtime.run(() -> adapter.load(path));
  }

  @Override
  public void save(String path) {
    runtime.run(() -> adapter.save(path));
  }

  @Override
  public GuestAdapter fork(String name) {
    return runtime.call(() -> new JavaAdapter(runtime, adapter.fork(name)));
  }

  @Override
  public void destroy() {
    adapter.destroy();
  }

  /** The user keeps it. */
  @Override
  public void close() {}
}
