package dev.bourse.sdk.wasm;

import org.teavm.interop.Import;

/** Contexts at the level of pages. Names and types as in the guest ABI. */
final class ContextImports {
  private ContextImports() {}

  @Import(module = "pie:core/context", name = "[static]context.create")
  static native void create(int model, int result);

  @Import(module = "pie:core/context", name = "[method]context.fork")
  static native void fork(int context, int result);

  @Import(module = "pie:core/context", name = "[method]context.tokens-per-page")
  static native int tokensPerPage(int context);

  @Import(module = "pie:core/context", name = "[method]context.committed-page-count")
  static native int committedPageCount(int context);

  @Import(module = "pie:core/context", name = "[method]context.working-page-count")
  static native int workingPageCount(int context);

  @Import(module = "pie:core/context", name = "[method]context.working-page-token-count")
  static native int workingPageTokenCount(int context);

  @Import(module = "pie:core/context", name = "[method]context.commit-working-pages")
  static native void commitWorkingPages(int context, int pages, int result);

  @Import(module = "pie:core/context", name = "[method]context.reserve-working-pages")
  static native void reserveWorkingPages(int context, int pages, int result);

  @Import(module = "pie:core/context", name = "[method]context.release-working-pages")
  static native void releaseWorkingPages(int context, int pages);

  @Import(module = "pie:core/context", name = "[method]context.truncate-working-page-tokens")
  static native void truncateWorkingPageTokens(int context, int tokens);

  @Import(module = "pie:core/context", name = "[method]context.bid")
  static native void bid(int context, double credits);

  @Import(module = "pie:core/context", name = "[resource-drop]context")
  static native void drop(int context);
}
