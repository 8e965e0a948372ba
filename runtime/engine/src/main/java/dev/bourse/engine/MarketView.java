package dev.bourse.engine;

import java.util.List;

/**
 * The market at one moment: who won, who waits and for what, who has how much. Amounts are credits.
 *
 * @param policy the scheduling policy; only {@code market} takes money
 * @param price of the last step
 * @param stepMicros how long a step of this size is thought to take, microseconds
 * @param pages how full the page pool is
 * @param waitingForPages contexts that wait for memory
 * @param evictions contexts that had to leave memory for others, since the engine started
 * @param treasury credits that were paid and not yet given back
 * @param minted all credits there are
 * @param tenants in the order in which they came
 * @param contexts of all processes
 */
public record MarketView(
    String policy,
    Price price,
    double stepMicros,
    Engine.PageUse pages,
    int waitingForPages,
    long evictions,
    double treasury,
    double minted,
    List<TenantView> tenants,
    List<ContextView> contexts) {

  /**
   * A user.
   *
   * @param paid credits his processes paid since the engine started
   * @param processes that are open
   * @param contexts that are open
   */
  public record TenantView(
      String name, AccountView account, double paid, int processes, int contexts) {}

  /** What a context does. */
  public enum State {
    /** It is part of the step that is computed. */
    COMPUTES,
    /** It wants token slots. */
    WAITS_FOR_SLOTS,
    /** It wants memory, or what was in it is brought back. */
    WAITS_FOR_PAGES,
    /** It has nothing to do, and its pages in memory. */
    IDLE,
    /** It has nothing to do, and its pages may leave memory. */
    SUSPENDED
  }

  /**
   * A context.
   *
   * @param id its number
   * @param parent number of the context that it was forked from; 0 if it was not
   * @param process its process's name
   * @param user whose it is
   * @param tokens it holds
   * @param pages it holds
   * @param effectivePages its pages, with those it shares counted in part
   * @param perToken what it offers for a token slot
   * @param perPage what it offers for a page and step
   * @param waitedSteps steps since it was last served, if it waits; for memory, ticks since it
   *     asked for it: a tick is a step, or a millisecond in which there was none
   * @param waitedMicros how long that is, microseconds
   * @param servedStep number of the last step it was part of, from 1; 0 if there was none
   * @param evictions times it had to leave memory for others
   */
  public record ContextView(
      long id,
      long parent,
      String process,
      String user,
      State state,
      int tokens,
      int pages,
      double effectivePages,
      double perToken,
      double perPage,
      int waitedSteps,
      double waitedMicros,
      long servedStep,
      int evictions) {}
}
