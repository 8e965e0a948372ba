package dev.bourse.host.pie;

import static dev.bourse.host.abi.WitTypes.STRING;
import static dev.bourse.host.abi.WitTypes.UNIT;
import static dev.bourse.host.abi.WitTypes.borrow;
import static dev.bourse.host.abi.WitTypes.option;
import static dev.bourse.host.abi.WitTypes.own;

import dev.bourse.host.abi.Guest;
import dev.bourse.host.abi.ImportModule;
import dev.bourse.host.abi.Pollable;
import dev.bourse.host.abi.ResourceType;
import dev.bourse.host.abi.Unit;
import dev.bourse.host.process.Capabilities;
import dev.bourse.host.process.Capability;
import dev.bourse.host.process.GuestTrap;
import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.process.Mailbox;
import dev.bourse.host.process.Subscription;
import dev.bourse.host.process.UserMessages;

/** {@code pie:core/messaging}: the queues and the broadcasts of the user. */
public final class MessagingImports {
  private MessagingImports() {}

  private static final ResourceType<Subscription> SUBSCRIPTION =
      ResourceType.of("subscription", Subscription.class, Subscription::close);

  public static ImportModule module() {
    return new ImportModule("pie:core/messaging")
        .function(
            "push",
            STRING,
            STRING,
            UNIT,
            (guest, topic, message) -> {
              messages(guest).push(topic, message, guest.limits());
              return Unit.UNIT;
            })
        .function("pull", STRING, own(FutureString.TYPE), MessagingImports::pull)
        .function(
            "broadcast",
            STRING,
            STRING,
            UNIT,
            (guest, topic, message) -> {
              messages(guest).broadcast(topic, message);
              return Unit.UNIT;
            })
        .function(
            "subscribe",
            STRING,
            own(SUBSCRIPTION),
            (guest, topic) -> messages(guest).subscribe(topic, guest.process()))
        .function(
            "[method]subscription.pollable",
            borrow(SUBSCRIPTION),
            own(Pollable.TYPE),
            (guest, subscription) -> new Pollable(subscription::isReady, Pollable.NEVER))
        .function(
            "[method]subscription.get",
            borrow(SUBSCRIPTION),
            option(STRING),
            (guest, subscription) -> subscription.get())
        .function(
            "[method]subscription.unsubscribe",
            borrow(SUBSCRIPTION),
            UNIT,
            (guest, subscription) -> {
              subscription.close();
              return Unit.UNIT;
            })
        .drop(SUBSCRIPTION);
  }

  private static UserMessages messages(Guest guest) {
    InferletProcess process = guest.process();
    if (!process.capabilities().has(Capability.MESSAGING)) {
      // Its functions have no result that an error could be.
      throw new GuestTrap(Capabilities.refusal(Capability.MESSAGING, "pie:core/messaging"));
    }
    return process.messages();
  }

  private static FutureString pull(Guest guest, String topic) {
    UserMessages messages = messages(guest);
    guest.futures().take(1);
    Mailbox<String>.Request request;
    try {
      request = messages.pull(topic).waking(guest.process());
    } catch (RuntimeException e) {
      guest.futures().giveBack(1);
      throw e;
    }
    return new FutureString(request, () -> messages.close(topic, request), guest.futures());
  }
}
