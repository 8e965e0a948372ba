package dev.bourse.host;

import dev.bourse.sdk.spi.GuestContext;
import dev.bourse.sdk.spi.GuestModel;

/** The SDK's view of a model, in the host's own JVM. */
record JavaModel(JavaRuntime runtime, ServedModel model) implements GuestModel {

  @Override
  public GuestContext createContext() {
    return runtime.call(
        () -> new JavaContext(runtime, runtime.process().inference().newContext(model)));
  }

  @Override
  public int[] encode(String text) {
    return runtime.call(() -> model.tokenizer().encode(text, false, false));
  }

  @Override
  public String decode(int[] tokens) {
    return runtime.call(() -> model.decode(tokens));
  }

  @Override
  public int[] system(String text) {
    return runtime.call(() -> model.chat().system(text));
  }

  @Override
  public int[] firstUser(String text) {
    return runtime.call(() -> model.chat().firstUser(text));
  }

  @Override
  public int[] user(String text) {
    return runtime.call(() -> model.chat().user(text));
  }

  @Override
  public int[] systemUser(String system, String user) {
    return runtime.call(() -> model.chat().systemUser(system, user));
  }

  @Override
  public int[] assistant(String text) {
    return runtime.call(() -> model.chat().assistant(text));
  }

  @Override
  public int[] cue() {
    return runtime.call(() -> model.chat().cue());
  }

  @Override
  public int[] seal() {
    return runtime.call(() -> model.chat().seal());
  }

  @Override
  public int[] stopTokens() {
    return runtime.call(() -> model.chat().stopTokens());
  }

  @Override
  public double balance() {
    return 0;
  }

  @Override
  public double dividend() {
    return 0;
  }
}
