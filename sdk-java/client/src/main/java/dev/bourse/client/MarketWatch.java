package dev.bourse.client;

import dev.bourse.proto.v1.Tick;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import org.jspecify.annotations.Nullable;

/** The market at intervals, until it is closed. Read by one thread. */
public final class MarketWatch implements AutoCloseable {
  private final BlockingClientCall<?, Tick> call;

  MarketWatch(BlockingClientCall<?, Tick> call) {
    this.call = call;
  }

  /**
   * Waits for the next tick.
   *
   * @return null when the server has ended the call
   */
  public @Nullable Tick next() {
    try {
      return call.read();
    } catch (StatusException e) {
      throw BourseException.of(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw BourseException.of(Status.CANCELLED.withDescription("interrupted").asException());
    }
  }

  @Override
  public void close() {
    call.cancel("the client closed it", null);
  }
}
