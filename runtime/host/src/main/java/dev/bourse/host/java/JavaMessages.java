package dev.bourse.host.java;

import dev.bourse.host.process.Capability;
import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.process.Mailbox;
import dev.bourse.host.process.Subscription;
import dev.bourse.host.process.UserMessages;
import dev.bourse.sdk.spi.GuestMessages;
import dev.bourse.sdk.spi.GuestSubscription;
import java.util.Optional;

/** The SDK's view of the user's queues and broadcasts, in the host's own JVM. */
record JavaMessages(JavaRuntime runtime) implements GuestMessages {

  JavaMessages {
    runtime.run(() -> runtime.process().require(Capability.MESSAGING, "session.messages()"));
  }

  @Override
  public void push(String topic, String message) {
    runtime.run(() -> messages().push(topic, message, runtime.process().limits()));
  }

  @Override
  public String pull(String topic) {
    return runtime.call(
        () -> {
          Mailbox<String>.Request request = messages().pull(topic);
          try {
            return request.await(runtime.process());
          } finally {
            messages().close(topic, request);
          }
        });
  }

  @Override
  public void broadcast(String topic, String message) {
    runtime.run(() -> messages().broadcast(topic, message));
  }

  @Override
  public GuestSubscription subscribe(String topic) {
    InferletProcess process = runtime.process();
    Subscription subscription = runtime.call(() -> messages().subscribe(topic, process));
    process.resources().onEnd(subscription::close);
    return new JavaSubscription(runtime, subscription);
  }

  private UserMessages messages() {
    return runtime.process().messages();
  }

  private record JavaSubscription(JavaRuntime runtime, Subscription subscription)
      implements GuestSubscription {

    @Override
    public Optional<String> poll() {
      return runtime.call(subscription::get);
    }

    @Override
    public String next() {
      return runtime.call(
          () -> {
            runtime.process().await(subscription::isReady, InferletProcess.NEVER);
            return subscription.get().orElseThrow();
          });
    }

    @Override
    public void close() {
      subscription.close();
    }
  }
}
