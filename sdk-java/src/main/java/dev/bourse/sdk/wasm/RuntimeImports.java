package dev.bourse.sdk.wasm;

import org.teavm.interop.Import;

/** Runtime, session, futures and what a context costs. Names and types as in the guest ABI. */
final class RuntimeImports {
  private RuntimeImports() {}

  @Import(module = "pie:core/runtime", name = "version")
  static native void version(int result);

  @Import(module = "bourse:runtime", name = "stopping")
  static native int stopping();

  @Import(module = "pie:core/runtime", name = "instance-id")
  static native void instanceId(int result);

  @Import(module = "pie:core/runtime", name = "username")
  static native void username(int result);

  @Import(module = "pie:core/runtime", name = "models")
  static native void models(int result);

  @Import(module = "pie:core/session", name = "send")
  static native void send(int text, int length);

  @Import(module = "pie:core/session", name = "receive")
  static native int receive();

  @Import(module = "pie:core/types", name = "[method]future-string.pollable")
  static native int futureStringPollable(int future);

  @Import(module = "pie:core/types", name = "[method]future-string.get")
  static native void futureStringGet(int future, int result);

  @Import(module = "pie:core/types", name = "[resource-drop]future-string")
  static native void dropFutureString(int future);

  @Import(module = "pie:core/session", name = "send-file")
  static native void sendFile(int bytes, int length);

  @Import(module = "pie:core/session", name = "receive-file")
  static native int receiveFile();

  @Import(module = "pie:core/types", name = "[method]future-blob.pollable")
  static native int futureBlobPollable(int future);

  @Import(module = "pie:core/types", name = "[method]future-blob.get")
  static native void futureBlobGet(int future, int result);

  @Import(module = "pie:core/types", name = "[resource-drop]future-blob")
  static native void dropFutureBlob(int future);

  @Import(module = "wasi:io/poll@0.2.0", name = "[method]pollable.block")
  static native void block(int pollable);

  @Import(module = "wasi:io/poll@0.2.0", name = "[resource-drop]pollable")
  static native void dropPollable(int pollable);

  @Import(module = "pie:core/scheduling", name = "rent")
  static native double rent(int context);

  @Import(module = "pie:core/scheduling", name = "latency")
  static native double latency(int context);
}
