package dev.bourse.server.grpc;

import dev.bourse.engine.Engine;
import dev.bourse.engine.MarketView;
import dev.bourse.host.process.ServedModel;
import dev.bourse.proto.v1.MarketGrpc;
import dev.bourse.proto.v1.Pages;
import dev.bourse.proto.v1.Tick;
import dev.bourse.proto.v1.WatchRequest;
import dev.bourse.server.access.Caller;
import dev.bourse.server.access.Reason;
import dev.bourse.server.access.Role;
import dev.bourse.server.access.ServiceException;
import dev.bourse.server.node.Node;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** The credit auction, as it runs. */
final class MarketService extends MarketGrpc.MarketImplBase {
  private static final long INTERVAL_MIN_MILLIS = 50;
  private static final long INTERVAL_MAX_MILLIS = 3_600_000;
  private static final long INTERVAL_MILLIS = 1_000;

  private final Node node;
  private final ScheduledExecutorService clock;

  /**
   * @param clock runs what is short and does not wait
   */
  MarketService(Node node, ScheduledExecutorService clock) {
    this.node = node;
    this.clock = clock;
  }

  @Override
  public void watch(WatchRequest request, StreamObserver<Tick> observer) {
    ServerCallStreamObserver<Tick> answer = (ServerCallStreamObserver<Tick>) observer;
    try {
      Caller caller = KeyInterceptor.caller();
      caller.require(Role.USE, "watching the market");
      ServedModel model = node.model(request.getModel());
      long millis = interval(request);
      ScheduledFuture<?> ticks =
          clock.scheduleAtFixedRate(
              () -> tick(answer, model, caller), 0, millis, TimeUnit.MILLISECONDS);
      answer.setOnCancelHandler(() -> ticks.cancel(false));
      if (answer.isCancelled()) {
        ticks.cancel(false);
      }
    } catch (ServiceException e) {
      answer.onError(Failures.of(e));
    }
  }

  private static long interval(WatchRequest request) {
    if (!request.hasInterval()) {
      return INTERVAL_MILLIS;
    }
    long millis =
        TimeUnit.SECONDS.toMillis(request.getInterval().getSeconds())
            + TimeUnit.NANOSECONDS.toMillis(request.getInterval().getNanos());
    if (millis < INTERVAL_MIN_MILLIS || millis > INTERVAL_MAX_MILLIS) {
      throw new ServiceException(
          Reason.INVALID_ARGUMENT,
          "the interval is %d ms, but must be from %d to %d"
              .formatted(millis, INTERVAL_MIN_MILLIS, INTERVAL_MAX_MILLIS));
    }
    return millis;
  }

  /** Whoever does not keep up misses some. */
  private void tick(ServerCallStreamObserver<Tick> answer, ServedModel model, Caller caller) {
    if (!node.models().contains(model)) {
      ServiceException gone =
          new ServiceException(
              Reason.NOT_FOUND, "the model %s was removed".formatted(model.name()));
      answer.onError(Failures.of(gone));
      throw gone; // Ends the ticks.
    }
    if (answer.isReady()) {
      answer.onNext(message(model.engine(), caller));
    }
  }

  private static Tick message(Engine engine, Caller caller) {
    MarketView view = engine.market();
    Tick.Builder tick =
        Tick.newBuilder()
            .setPolicy(view.policy())
            .setStep(view.price().step())
            .setSlots(view.price().slots())
            .setTokens(view.price().tokens())
            .setWanted(view.price().wanted())
            .setWaiting(view.price().waiting())
            .setRevenue(view.price().revenue())
            .setSlotPrice(view.price().slotPrice())
            .setPagePrice(view.price().pagePrice())
            .setStepMicros(view.stepMicros())
            .setWaitingForPages(view.waitingForPages())
            .setEvictions(view.evictions())
            .setPages(
                Pages.newBuilder()
                    .setTotal(view.pages().pages())
                    .setFree(view.pages().free())
                    .setCached(view.pages().cached())
                    .setIdle(view.pages().idle())
                    .setSpilled(view.pages().spilled()));
    if (caller.role().includes(Role.ADMINISTER)) {
      tick.setTreasury(view.treasury()).setMinted(view.minted());
    }
    view.tenants().stream()
        .filter(tenant -> caller.sees(tenant.name()))
        .forEach(tenant -> tick.addTenants(Convert.account(tenant)));
    view.contexts().stream()
        .filter(context -> caller.sees(context.user()))
        .forEach(context -> tick.addContexts(Convert.context(context)));
    return tick.build();
  }
}
