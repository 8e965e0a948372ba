package dev.bourse.sdk.wasm;

import org.teavm.interop.Import;

/**
 * Bourse's own operations on contexts, and the standard ones on their names. Names and types as in
 * the guest ABI.
 */
final class SnapshotImports {
  private SnapshotImports() {}

  @Import(module = "pie:core/context", name = "[static]context.open")
  static native void open(int model, int name, int length, int result);

  @Import(module = "pie:core/context", name = "[static]context.take")
  static native void take(int model, int name, int length, int result);

  @Import(module = "pie:core/context", name = "[static]context.delete")
  static native void delete(int model, int name, int length, int result);

  @Import(module = "pie:core/context", name = "[method]context.save")
  static native void save(int context, int name, int length, int result);

  @Import(module = "pie:core/context", name = "[method]context.snapshot")
  static native void snapshot(int context, int result);

  @Import(module = "pie:core/context", name = "[method]context.suspend")
  static native void suspend(int context, int result);

  @Import(module = "bourse:context", name = "[static]context.open")
  static native void openExpecting(
      int model, int name, int length, int manifest, int manifestLength, int result);

  @Import(module = "bourse:context", name = "[method]context.save")
  static native void saveWith(
      int context,
      int name,
      int length,
      int replace,
      int hasTtl,
      long ttlSeconds,
      int hasManifest,
      int manifest,
      int manifestLength,
      int grants,
      int grantCount,
      int result);

  @Import(module = "bourse:context", name = "[static]context.exists")
  static native void exists(int model, int name, int length, int result);

  @Import(module = "bourse:context", name = "[static]context.rename")
  static native void rename(int model, int from, int fromLength, int to, int toLength, int result);

  @Import(module = "bourse:context", name = "[static]context.list")
  static native void list(int model, int after, int length, int room, int result);

  @Import(module = "bourse:context", name = "[static]context.describe")
  static native void describe(int model, int name, int length, int result);

  @Import(module = "bourse:context", name = "[static]context.manifest")
  static native void manifest(int model, int name, int length, int result);

  @Import(module = "bourse:context", name = "[static]context.runtime")
  static native void runtime(int model, int result);

  @Import(module = "bourse:context", name = "[method]context.window")
  static native void window(int context, int sinkTokens, int windowTokens, int result);

  @Import(module = "bourse:context", name = "[method]context.drop-pages")
  static native void dropPages(int context, int first, int count, int result);

  @Import(module = "bourse:context", name = "[method]context.length")
  static native int length(int context);

  @Import(module = "bourse:context", name = "[method]context.tokens")
  static native void tokens(int context, int from, int count, int result);

  @Import(module = "bourse:context", name = "[method]context.positions")
  static native void positions(int context, int from, int count, int result);
}
