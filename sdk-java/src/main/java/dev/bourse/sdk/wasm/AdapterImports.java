package dev.bourse.sdk.wasm;

import org.teavm.interop.Import;

/** Adapters. Names and types as in the guest ABI. */
final class AdapterImports {
  private AdapterImports() {}

  @Import(module = "pie:core/adapter", name = "[static]adapter.create")
  static native void create(int model, int name, int nameLength, int result);

  @Import(module = "pie:core/adapter", name = "[static]adapter.open")
  static native void open(int model, int name, int nameLength, int result);

  @Import(module = "pie:core/adapter", name = "[method]adapter.fork")
  static native int fork(int adapter, int name, int nameLength);

  @Import(module = "pie:core/adapter", name = "[method]adapter.load")
  static native void load(int adapter, int path, int pathLength, int result);

  @Import(module = "pie:core/adapter", name = "[method]adapter.save")
  static native void save(int adapter, int path, int pathLength, int result);

  @Import(module = "pie:core/adapter", name = "[method]adapter.destroy")
  static native void destroy(int adapter);

  @Import(module = "pie:core/adapter", name = "[resource-drop]adapter")
  static native void drop(int adapter);
}
