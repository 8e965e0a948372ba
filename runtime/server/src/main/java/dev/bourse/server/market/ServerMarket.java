package dev.bourse.server.market;

import dev.bourse.engine.AccountView;
import dev.bourse.engine.Engine.PageUse;
import dev.bourse.engine.MarketView;
import dev.bourse.engine.MarketView.ContextView;
import dev.bourse.engine.MarketView.State;
import dev.bourse.engine.MarketView.TenantView;
import dev.bourse.engine.Price;
import dev.bourse.proto.v1.ContextState;
import dev.bourse.proto.v1.TenantAccount;
import dev.bourse.proto.v1.Tick;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;

/** The market of a server, as its ticks tell. Used by one thread. */
public final class ServerMarket {
  /** Ticks of which prices are kept: more than any screen has columns. */
  private static final int PRICES_MAX = 1000;

  /** Ticks do not say what a context was forked from. */
  private static final long NO_PARENT = 0;

  private final Deque<Price> prices = new ArrayDeque<>();
  private long ticks;

  /** What is known after another tick. */
  public MarketReport after(Tick tick) {
    // A tick is one character of a picture, however many steps there were.
    prices.addLast(price(tick, Graphs.STEPS * ticks++));
    if (prices.size() > PRICES_MAX) {
      prices.removeFirst();
    }
    return new MarketReport(view(tick), List.copyOf(prices));
  }

  private static Price price(Tick tick, long step) {
    return new Price(
        step,
        tick.getSlots(),
        tick.getWanted(),
        tick.getTokens(),
        tick.getWaiting(),
        tick.getSlotPrice(),
        tick.getPagePrice(),
        tick.getRevenue());
  }

  private static MarketView view(Tick tick) {
    return new MarketView(
        tick.getPolicy(),
        price(tick, tick.getStep()),
        tick.getStepMicros(),
        new PageUse(
            tick.getPages().getTotal(),
            tick.getPages().getFree(),
            tick.getPages().getCached(),
            tick.getPages().getIdle(),
            tick.getPages().getSpilled()),
        tick.getWaitingForPages(),
        tick.getEvictions(),
        tick.getTreasury(),
        tick.getMinted(),
        tick.getTenantsList().stream().map(ServerMarket::tenant).toList(),
        tick.getContextsList().stream().map(ServerMarket::context).toList());
  }

  private static TenantView tenant(TenantAccount tenant) {
    return new TenantView(
        tenant.getName(),
        new AccountView(
            tenant.getBalance(),
            tenant.getEndowment(),
            tenant.getEndowments(),
            tenant.getDividend(),
            OptionalLong.empty()),
        tenant.getPaid(),
        tenant.getProcesses(),
        tenant.getContexts());
  }

  private static ContextView context(ContextState context) {
    return new ContextView(
        context.getId(),
        NO_PARENT,
        context.getProcessId(),
        context.getTenant(),
        switch (context.getActivity()) {
          case CONTEXT_ACTIVITY_COMPUTES -> State.COMPUTES;
          case CONTEXT_ACTIVITY_WAITS_FOR_SLOTS -> State.WAITS_FOR_SLOTS;
          case CONTEXT_ACTIVITY_WAITS_FOR_PAGES -> State.WAITS_FOR_PAGES;
          case CONTEXT_ACTIVITY_SUSPENDED -> State.SUSPENDED;
          // A server that is newer than this may know more.
          case CONTEXT_ACTIVITY_IDLE, CONTEXT_ACTIVITY_UNSPECIFIED, UNRECOGNIZED -> State.IDLE;
        },
        context.getTokens(),
        context.getPages(),
        context.getEffectivePages(),
        context.getPerToken(),
        context.getPerPage(),
        context.getWaitedSteps(),
        context.getWaitedMicros(),
        context.getServedStep(),
        context.getEvictions());
  }
}
