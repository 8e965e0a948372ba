package dev.bourse.sdk.wasm;

import org.teavm.interop.Import;

/** Bids, prices and accounts. Names and types as in {@code docs/abi-bourse.md}. */
final class MarketImports {
  private MarketImports() {}

  @Import(module = "bourse:market", name = "[method]context.bids")
  static native void bids(int context, double perToken, double perPage);

  @Import(module = "bourse:market", name = "[method]context.auto-bid")
  static native void autoBid(int context);

  @Import(module = "bourse:market", name = "[method]context.horizon")
  static native void horizon(int context, int steps);

  @Import(module = "bourse:market", name = "[method]context.offers")
  static native void offers(int context, int result);

  @Import(module = "bourse:market", name = "[method]future-output.payment")
  static native void payment(int future, int result);

  @Import(module = "bourse:market", name = "[static]model.account")
  static native void account(int model, int result);

  @Import(module = "bourse:market", name = "[static]model.prices")
  static native void prices(int model, int steps, int result);

  @Import(module = "bourse:market", name = "[static]model.fund")
  static native void fund(int model, int name, int length, double credits, int result);

  @Import(module = "bourse:market", name = "[static]model.funds")
  static native void funds(int model, int name, int length, int result);
}
