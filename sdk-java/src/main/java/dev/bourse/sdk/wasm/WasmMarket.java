package dev.bourse.sdk.wasm;

import dev.bourse.sdk.Bids;
import dev.bourse.sdk.Payment;
import dev.bourse.sdk.Price;
import dev.bourse.sdk.spi.GuestAccount;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Bids, prices and accounts, through imports; the layouts are those of {@code bourse:market}. */
final class WasmMarket {
  private static final int OFFERS_BYTES = 16;
  private static final int PAYMENT_BYTES = 40;
  private static final int ACCOUNT_BYTES = 48;
  private static final int PRICE_BYTES = 40;
  private static final int FUNDS_BYTES = 24;

  /** What aligning to eight bytes may cost. */
  private static final int PADDING = 4;

  private final Arena arena;

  WasmMarket(Arena arena) {
    this.arena = arena;
  }

  Bids offers(int context) {
    int area = area(OFFERS_BYTES);
    int base = arena.open();
    int result = arena.aligned(area, 8);
    MarketImports.offers(context, base + result);
    return new Bids(arena.f64(result), arena.f64(result + 8));
  }

  /** Of an output that is ready. */
  Payment payment(int future) {
    int area = area(PAYMENT_BYTES);
    int base = arena.open();
    int result = arena.aligned(area, 8);
    MarketImports.payment(future, base + result);
    return new Payment(
        arena.f64(result + 8),
        arena.f64(result + 16),
        arena.f64(result + 24),
        arena.i64(result + 32));
  }

  GuestAccount account(int model) {
    int area = area(ACCOUNT_BYTES);
    int base = arena.open();
    int result = arena.aligned(area, 8);
    MarketImports.account(model, base + result);
    return new GuestAccount(
        arena.f64(result),
        arena.i64(result + 8),
        arena.i64(result + 16),
        arena.f64(result + 24),
        arena.u8(result + 32) == 0
            ? OptionalLong.empty()
            : OptionalLong.of(arena.i64(result + 40)));
  }

  List<Price> prices(int model, int steps) {
    arena.begin(8 + PADDING + PRICE_BYTES * steps);
    int result = arena.area(8, 4);
    int base = arena.open();
    MarketImports.prices(model, steps, base + result);
    int first = arena.pointer(result);
    int count = arena.i32(result + 4);
    List<Price> prices = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      prices.add(price(first + PRICE_BYTES * i));
    }
    return prices;
  }

  private Price price(int at) {
    return new Price(
        arena.i64(at),
        arena.i32(at + 8),
        arena.i32(at + 12),
        arena.i32(at + 16),
        arena.f64(at + 24),
        arena.f64(at + 32));
  }

  void fund(int model, String name, double credits) {
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    arena.begin(utf8.length + WasmRuntime.SHORT_TEXT_BYTES);
    int nameAt = arena.putBytes(utf8);
    int result = arena.area(12, 4);
    int base = arena.open();
    MarketImports.fund(model, base + nameAt, utf8.length, credits, base + result);
    arena.checkOk(result);
  }

  OptionalDouble funds(int model, String name) {
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    arena.begin(utf8.length + FUNDS_BYTES + WasmRuntime.SHORT_TEXT_BYTES);
    int nameAt = arena.putBytes(utf8);
    int area = arena.area(PADDING + FUNDS_BYTES, 4);
    int base = arena.open();
    int result = arena.aligned(area, 8);
    MarketImports.funds(model, base + nameAt, utf8.length, base + result);
    arena.checkOk(result, 8);
    return arena.u8(result + 8) == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(arena.f64(result + 16));
  }

  private int area(int bytes) {
    arena.begin(bytes + PADDING);
    return arena.area(bytes + PADDING, 4);
  }
}
