package dev.bourse.server.dashboard;

import dev.bourse.engine.BatchView;
import dev.bourse.engine.BatchView.Kind;
import dev.bourse.engine.Engine.PageUse;
import dev.bourse.engine.MarketView;
import dev.bourse.engine.MarketView.ContextView;
import dev.bourse.server.access.Caller;
import dev.bourse.server.access.Role;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A sample as one caller may see it: prices and totals are everybody's, the rest his tenant's.
 *
 * @param contexts those that compute or wait first, at most {@value #CONTEXTS_MAX}
 * @param contextsAll how many there are
 * @param batches of the steps since the last sample that he saw
 * @param treasury absent for who does not administer, and so is {@code minted}
 */
record LiveView(
    Sample.Point point,
    String policy,
    long step,
    Slots slots,
    double revenue,
    Pages pages,
    long evictions,
    @Nullable Double treasury,
    @Nullable Double minted,
    List<Tenant> tenants,
    List<Row> contexts,
    int contextsAll,
    List<Batch> batches,
    int running,
    List<ProcessView> processes) {
  static final int CONTEXTS_MAX = 300;
  private static final int PARTS_MAX = 64;
  private static final String HOST_PREFIX = "inferlet-";

  /** Token slots of the last step. */
  record Slots(int sold, int all, long wanted, int waiting, int waitingForPages) {}

  /**
   * The page pool.
   *
   * @param held pages that contexts use
   * @param shared pages that contexts of the caller do not need, as they share others
   * @param idle pages that only suspended contexts hold
   * @param cached free pages whose contents can still be found
   * @param free the others that are free
   * @param spilled pages on disk
   */
  record Pages(int all, int held, long shared, int idle, int cached, int free, int spilled) {}

  /** An account. */
  record Tenant(
      String name,
      double balance,
      double dividend,
      double paid,
      double endowment,
      int processes,
      int contexts) {}

  /** A context. */
  record Row(
      long id,
      long parent,
      String process,
      String tenant,
      String state,
      int tokens,
      int pages,
      double share,
      double perToken,
      double perPage,
      int waitedSteps,
      double waitedMs,
      long servedStep,
      int evictions) {}

  /** A step. Its tokens are everybody's, its parts the caller's. */
  record Batch(
      long step, double ms, int prefill, int decode, int again, int contexts, List<Part> parts) {}

  /** What a context got. */
  record Part(long context, String process, String tenant, String kind, int tokens) {}

  /**
   * What {@code caller} may see of a sample.
   *
   * @param since number of the last step that he saw
   */
  static LiveView of(Sample sample, ProcessList.Rows processes, Caller caller, long since) {
    MarketView market = sample.market();
    boolean all = caller.role().includes(Role.ADMINISTER);
    List<ContextView> contexts =
        market.contexts().stream().filter(context -> caller.sees(context.user())).toList();
    return new LiveView(
        sample.point(),
        market.policy(),
        market.price().step(),
        new Slots(
            market.price().tokens(),
            market.price().slots(),
            market.price().wanted(),
            market.price().waiting(),
            market.waitingForPages()),
        market.price().revenue(),
        pages(market.pages(), contexts),
        market.evictions(),
        all ? market.treasury() : null,
        all ? market.minted() : null,
        market.tenants().stream()
            .filter(tenant -> caller.sees(tenant.name()))
            .map(LiveView::tenant)
            .toList(),
        contexts.stream()
            .sorted(
                Comparator.comparing(ContextView::state)
                    .thenComparing(Comparator.comparingLong(ContextView::servedStep).reversed())
                    .thenComparingLong(ContextView::id))
            .limit(CONTEXTS_MAX)
            .map(LiveView::row)
            .toList(),
        contexts.size(),
        sample.batches().stream()
            .filter(batch -> batch.step() > since)
            .map(batch -> batch(batch, caller))
            .toList(),
        processes.running(),
        processes.list());
  }

  private static Pages pages(PageUse use, List<ContextView> contexts) {
    double shared =
        contexts.stream()
            .mapToDouble(context -> Math.max(0, context.pages() - context.effectivePages()))
            .sum();
    return new Pages(
        use.pages(),
        use.pages() - use.free() - use.idle(),
        Math.round(shared),
        use.idle(),
        use.cached(),
        use.free() - use.cached(),
        use.spilled());
  }

  private static Tenant tenant(MarketView.TenantView tenant) {
    return new Tenant(
        tenant.name(),
        tenant.account().balance(),
        tenant.account().dividend(),
        tenant.paid(),
        tenant.account().endowments() == 0
            ? 0
            : (double) tenant.account().endowment() / tenant.account().endowments(),
        tenant.processes(),
        tenant.contexts());
  }

  private static Row row(ContextView context) {
    return new Row(
        context.id(),
        context.parent(),
        processId(context.process()),
        context.user(),
        context.state().name().toLowerCase(Locale.ROOT),
        context.tokens(),
        context.pages(),
        context.effectivePages(),
        context.perToken(),
        context.perPage(),
        context.waitedSteps(),
        context.waitedMicros() / 1e3,
        context.servedStep(),
        context.evictions());
  }

  /** The id of the process that the host calls by this name at its engine. */
  private static String processId(String name) {
    return name.startsWith(HOST_PREFIX) ? name.substring(HOST_PREFIX.length()) : name;
  }

  private static Batch batch(BatchView batch, Caller caller) {
    Stream<BatchView.Part> own =
        batch.parts().stream().filter(part -> caller.sees(part.user())).limit(PARTS_MAX);
    return new Batch(
        batch.step(),
        batch.micros() / 1e3,
        batch.tokens(Kind.PREFILL),
        batch.tokens(Kind.DECODE),
        batch.tokens(Kind.AGAIN),
        batch.parts().size(),
        own.map(
                part ->
                    new Part(
                        part.context(),
                        processId(part.process()),
                        part.user(),
                        part.kind().name().toLowerCase(Locale.ROOT),
                        part.tokens()))
            .toList());
  }
}
