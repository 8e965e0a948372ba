package dev.bourse.server.market;

import dev.bourse.client.BourseClient;
import dev.bourse.client.MarketWatch;
import dev.bourse.proto.v1.Tick;
import dev.bourse.server.CommandException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Follows the market of a server in a thread of its own, until it is closed. */
final class MarketFeed implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofMillis(250);

  private final MarketWatch watch;
  private final CountDownLatch first = new CountDownLatch(1);
  private volatile @Nullable MarketReport last;
  private volatile @Nullable RuntimeException end;

  private MarketFeed(MarketWatch watch) {
    this.watch = watch;
  }

  /**
   * Begins to follow, and returns when there is something to see.
   *
   * @param model its name; the server's default if empty
   * @throws RuntimeException as {@link #report}
   */
  static MarketFeed start(BourseClient client, String model) {
    MarketFeed feed = new MarketFeed(client.market(model, INTERVAL));
    Thread.ofPlatform().daemon().name("bourse-market").start(feed::follow);
    try {
      feed.first.await();
      var _ = feed.report();
      return feed;
    } catch (InterruptedException e) {
      feed.close();
      throw new IllegalStateException("nobody interrupts this thread", e);
    }
  }

  private void follow() {
    ServerMarket market = new ServerMarket();
    try {
      for (Tick tick = watch.next(); tick != null; tick = watch.next()) {
        last = market.after(tick);
        first.countDown();
      }
      end = CommandException.failed("the server tells no more of its market");
    } catch (RuntimeException e) {
      // For whoever asks next.
      end = e;
    } finally {
      first.countDown();
    }
  }

  /**
   * What was heard last.
   *
   * @throws dev.bourse.client.BourseException why no more is heard
   */
  MarketReport report() {
    RuntimeException problem = end;
    if (problem != null) {
      throw problem;
    }
    return last();
  }

  /** What was heard last, though no more may be heard. */
  MarketReport last() {
    MarketReport report = last;
    if (report == null) {
      throw new IllegalStateException("a feed has been heard before it is handed out");
    }
    return report;
  }

  @Override
  public void close() {
    watch.close();
  }
}
