package dev.bourse.sdk.wasm;

import org.teavm.interop.Import;

/** Queues and broadcasts. Names and types as in the guest ABI. */
final class MessagingImports {
  private MessagingImports() {}

  @Import(module = "pie:core/messaging", name = "push")
  static native void push(int topic, int topicLength, int message, int messageLength);

  @Import(module = "pie:core/messaging", name = "pull")
  static native int pull(int topic, int topicLength);

  @Import(module = "pie:core/messaging", name = "broadcast")
  static native void broadcast(int topic, int topicLength, int message, int messageLength);

  @Import(module = "pie:core/messaging", name = "subscribe")
  static native int subscribe(int topic, int topicLength);

  @Import(module = "pie:core/messaging", name = "[method]subscription.pollable")
  static native int pollable(int subscription);

  @Import(module = "pie:core/messaging", name = "[method]subscription.get")
  static native void get(int subscription, int result);

  @Import(module = "pie:core/messaging", name = "[resource-drop]subscription")
  static native void drop(int subscription);
}
