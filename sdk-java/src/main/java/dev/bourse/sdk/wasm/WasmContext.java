package dev.bourse.sdk.wasm;

import dev.bourse.sdk.Bids;
import dev.bourse.sdk.SaveOptions;
import dev.bourse.sdk.spi.ForwardRequest;
import dev.bourse.sdk.spi.GuestContext;
import dev.bourse.sdk.spi.GuestPass;

/** A context handle. */
final class WasmContext implements GuestContext {
  private final Arena arena;
  private final int model;
  private final int handle;
  private boolean closed;

  WasmContext(Arena arena, int model, int handle) {
    this.arena = arena;
    this.model = model;
    this.handle = handle;
  }

  @Override
  public GuestContext fork() {
    int result = result();
    int base = arena.open();
    ContextImports.fork(handle, base + result);
    return new WasmContext(arena, model, arena.handle(result));
  }

  @Override
  public int tokensPerPage() {
    return ContextImports.tokensPerPage(handle);
  }

  @Override
  public int committedPages() {
    return ContextImports.committedPageCount(handle);
  }

  @Override
  public int workingPages() {
    return ContextImports.workingPageCount(handle);
  }

  @Override
  public int workingTokens() {
    return ContextImports.workingPageTokenCount(handle);
  }

  @Override
  public void reserveWorkingPages(int pages) {
    int result = result();
    int base = arena.open();
    ContextImports.reserveWorkingPages(handle, pages, base + result);
    arena.checkOk(result);
  }

  @Override
  public void releaseWorkingPages(int pages) {
    ContextImports.releaseWorkingPages(handle, pages);
  }

  @Override
  public void commitWorkingPages(int pages) {
    int result = result();
    int base = arena.open();
    ContextImports.commitWorkingPages(handle, pages, base + result);
    arena.checkOk(result);
  }

  @Override
  public void truncateWorkingTokens(int tokens) {
    ContextImports.truncateWorkingPageTokens(handle, tokens);
  }

  @Override
  public int length() {
    return SnapshotImports.length(handle);
  }

  @Override
  public int[] tokens(int from, int count) {
    int result = list(count);
    int base = arena.open();
    SnapshotImports.tokens(handle, from, count, base + result);
    return arena.ints(result);
  }

  @Override
  public int[] positions(int from, int count) {
    int result = list(count);
    int base = arena.open();
    SnapshotImports.positions(handle, from, count, base + result);
    return arena.ints(result);
  }

  @Override
  public void save(String name, SaveOptions options) {
    new WasmSnapshots(arena).save(handle, name, options);
  }

  @Override
  public String snapshot() {
    return new WasmSnapshots(arena).snapshot(handle);
  }

  @Override
  public void suspend() {
    int result = result();
    int base = arena.open();
    SnapshotImports.suspend(handle, base + result);
    arena.checkOk(result);
  }

  @Override
  public void window(int sinkTokens, int windowTokens) {
    int result = result();
    int base = arena.open();
    SnapshotImports.window(handle, sinkTokens, windowTokens, base + result);
    arena.checkOk(result);
  }

  @Override
  public void dropPages(int first, int count) {
    int result = result();
    int base = arena.open();
    SnapshotImports.dropPages(handle, first, count, base + result);
    arena.checkOk(result);
  }

  @Override
  public void bid(double credits) {
    ContextImports.bid(handle, credits);
  }

  @Override
  public void bid(double perToken, double perPage) {
    MarketImports.bids(handle, perToken, perPage);
  }

  @Override
  public void autoBid() {
    MarketImports.autoBid(handle);
  }

  @Override
  public void horizon(int steps) {
    MarketImports.horizon(handle, steps);
  }

  @Override
  public Bids bids() {
    return new WasmMarket(arena).offers(handle);
  }

  @Override
  public double rent() {
    return RuntimeImports.rent(handle);
  }

  @Override
  public double latency() {
    return RuntimeImports.latency(handle);
  }

  @Override
  public GuestPass start(ForwardRequest request) {
    return new WasmForward(arena, model, handle).start(request);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      ContextImports.drop(handle);
    }
  }

  private int list(int count) {
    arena.begin(8 + 4 * count);
    return arena.area(8, 4);
  }

  private int result() {
    arena.begin(WasmRuntime.SHORT_TEXT_BYTES);
    return arena.area(12, 4);
  }
}
