package dev.bourse.host;

import static dev.bourse.host.TestHosts.failure;
import static dev.bourse.host.TestHosts.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.host.process.Capabilities;
import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.process.Limit;
import dev.bourse.host.process.LimitExceededException;
import dev.bourse.host.process.Limits;
import dev.bourse.host.process.Outcome.Failed;
import dev.bourse.host.process.Outcome.FailureKind;
import dev.bourse.host.process.OutputListener;
import dev.bourse.host.process.UserMessages;
import dev.bourse.host.program.Program;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Queues, broadcasts, and the line to the client: nothing lost, nothing kept, all bounded. */
class MessagingTest {
  private static final String MESSAGING = "pie:core/messaging";
  private static final String TYPES = "pie:core/types";
  private static final String SESSION = "pie:core/session";
  private static final String POLL = "wasi:io/poll@0.2.3";

  private final InferletHost host = Driver.host();
  private final AtomicReference<UserMessages> messages = new AtomicReference<>();

  @AfterEach
  void nothingIsLeft() {
    host.close();
    UserMessages left = messages.get();
    if (left != null) {
      assertThat(left.topics()).as("topics").isZero();
      assertThat(left.backlog().messages()).as("messages").isZero();
      assertThat(left.backlog().bytes()).as("bytes").isZero();
    }
  }

  private void push(Driver guest, String topic, String message) throws InterruptedException {
    tell(guest, "push", topic, message);
  }

  private void tell(Driver guest, String function, String topic, String message)
      throws InterruptedException {
    messages.set(guest.process().messages());
    guest.call(
        MESSAGING,
        function,
        guest.put(topic),
        Driver.length(topic),
        guest.put(message),
        Driver.length(message));
  }

  private static int ask(Driver guest, String function, String topic) throws InterruptedException {
    return (int) guest.call(MESSAGING, function, guest.put(topic), Driver.length(topic));
  }

  private static void await(Driver guest, String module, String method, int handle)
      throws InterruptedException {
    int pollable = (int) guest.call(module, method, handle);
    guest.call(POLL, "[method]pollable.block", pollable);
    guest.call(POLL, "[resource-drop]pollable", pollable);
  }

  private static String get(Driver guest, String module, String method, int handle)
      throws InterruptedException {
    int area = guest.area(12);
    guest.call(module, method, handle, area);
    return guest.u8(area) == 0 ? "nothing" : guest.stringAt(area + 4);
  }

  private static String pull(Driver guest, String topic) throws InterruptedException {
    int future = ask(guest, "pull", topic);
    await(guest, TYPES, "[method]future-string.pollable", future);
    String message = get(guest, TYPES, "[method]future-string.get", future);
    guest.call(TYPES, "[resource-drop]future-string", future);
    return message;
  }

  @Test
  void aQueueGivesItsMessagesInOrderEachToOne() throws Exception {
    result(
        Driver.run(
            host,
            guest -> {
              push(guest, "work", "one");
              push(guest, "work", "zwei ✓");
              push(guest, "other", "three");
              assertThat(pull(guest, "work")).isEqualTo("one");
              assertThat(pull(guest, "work")).isEqualTo("zwei ✓");
              assertThat(pull(guest, "other")).isEqualTo("three");
              int future = ask(guest, "pull", "work");
              assertThat(get(guest, TYPES, "[method]future-string.get", future))
                  .isEqualTo("nothing");
              push(guest, "work", "four");
              assertThat(get(guest, TYPES, "[method]future-string.get", future)).isEqualTo("four");
              guest.call(TYPES, "[resource-drop]future-string", future);
              assertThat(guest.openHandles()).isZero();
            }));
  }

  @Test
  void aPullWaitsForAnotherProcess() throws Exception {
    CountDownLatch waiting = new CountDownLatch(1);
    InferletProcess puller =
        Driver.launch(
            host,
            request -> request,
            guest -> {
              waiting.countDown();
              assertThat(pull(guest, "work")).isEqualTo("late");
            });
    assertThat(waiting.await(60, TimeUnit.SECONDS)).isTrue();
    result(Driver.run(host, guest -> push(guest, "work", "late")));
    result(puller.outcome().get(60, TimeUnit.SECONDS));
  }

  @Test
  void aPullerThatDiesLosesNoMessage() throws Exception {
    Failed died =
        failure(
            Driver.run(
                host,
                guest -> {
                  int first = ask(guest, "pull", "work");
                  int second = ask(guest, "pull", "work");
                  push(guest, "work", "one");
                  push(guest, "work", "two");
                  push(guest, "work", "three");
                  assertThat(first).isNotEqualTo(second);
                  guest.call(TYPES, "[resource-drop]future-string", 77);
                }));
    assertThat(died.kind()).isEqualTo(FailureKind.TRAP);
    result(
        Driver.run(
            host,
            guest -> {
              assertThat(pull(guest, "work")).isEqualTo("one");
              assertThat(pull(guest, "work")).isEqualTo("two");
              assertThat(pull(guest, "work")).isEqualTo("three");
            }));
  }

  @Test
  void aPullThatIsDroppedLeavesItsMessageToTheNext() throws Exception {
    result(
        Driver.run(
            host,
            guest -> {
              int first = ask(guest, "pull", "work");
              int second = ask(guest, "pull", "work");
              push(guest, "work", "one");
              guest.call(TYPES, "[resource-drop]future-string", first);
              assertThat(get(guest, TYPES, "[method]future-string.get", second)).isEqualTo("one");
              guest.call(TYPES, "[resource-drop]future-string", second);
            }));
  }

  @Test
  void everyBroadcastReachesEverySubscriberInOrder() throws Exception {
    result(
        Driver.run(
            host,
            guest -> {
              tell(guest, "broadcast", "news", "too early");
              int[] subscriptions = {
                ask(guest, "subscribe", "news"), ask(guest, "subscribe", "news")
              };
              int elsewhere = ask(guest, "subscribe", "olds");
              for (int i = 0; i < 100; i++) {
                tell(guest, "broadcast", "news", "number " + i);
              }
              for (int subscription : subscriptions) {
                for (int i = 0; i < 100; i++) {
                  await(guest, MESSAGING, "[method]subscription.pollable", subscription);
                  assertThat(get(guest, MESSAGING, "[method]subscription.get", subscription))
                      .isEqualTo("number " + i);
                }
                assertThat(get(guest, MESSAGING, "[method]subscription.get", subscription))
                    .isEqualTo("nothing");
              }
              assertThat(get(guest, MESSAGING, "[method]subscription.get", elsewhere))
                  .isEqualTo("nothing");
            }));
  }

  @Test
  void aSubscriberWakesForTheSecondMessageAsForTheFirst() throws Exception {
    CountDownLatch subscribed = new CountDownLatch(1);
    InferletProcess subscriber =
        Driver.launch(
            host,
            request -> request,
            guest -> {
              int subscription = ask(guest, "subscribe", "news");
              subscribed.countDown();
              for (String expected : List.of("one", "two", "three")) {
                await(guest, MESSAGING, "[method]subscription.pollable", subscription);
                assertThat(get(guest, MESSAGING, "[method]subscription.get", subscription))
                    .isEqualTo(expected);
                tell(guest, "push", "heard", expected);
              }
            });
    assertThat(subscribed.await(60, TimeUnit.SECONDS)).isTrue();
    result(
        Driver.run(
            host,
            guest -> {
              for (String message : List.of("one", "two", "three")) {
                tell(guest, "broadcast", "news", message);
                assertThat(pull(guest, "heard")).isEqualTo(message);
              }
            }));
    result(subscriber.outcome().get(60, TimeUnit.SECONDS));
  }

  @Test
  void whoHasUnsubscribedHearsNothingAndIsNotWaitedFor() throws Exception {
    result(
        Driver.run(
            host,
            guest -> {
              int subscription = ask(guest, "subscribe", "news");
              tell(guest, "broadcast", "news", "unread");
              guest.call(MESSAGING, "[method]subscription.unsubscribe", subscription);
              tell(guest, "broadcast", "news", "unheard");
              await(guest, MESSAGING, "[method]subscription.pollable", subscription);
              assertThat(get(guest, MESSAGING, "[method]subscription.get", subscription))
                  .isEqualTo("nothing");
              assertThat(guest.process().messages().topics()).isZero();
              guest.call(MESSAGING, "[resource-drop]subscription", subscription);
              assertThat(guest.openHandles()).isZero();
            }));
  }

  @Test
  void usersHaveNothingInCommon() throws Exception {
    result(
        Driver.run(
            host,
            request -> request.withUsername("ann"),
            guest -> {
              push(guest, "work", "for ann");
              int future = ask(guest, "pull", "work");
              assertThat(get(guest, TYPES, "[method]future-string.get", future))
                  .isEqualTo("for ann");
              push(guest, "work", "for ann again");
            }));
    result(
        Driver.run(
            host,
            request -> request.withUsername("bob"),
            guest -> {
              int future = ask(guest, "pull", "work");
              assertThat(get(guest, TYPES, "[method]future-string.get", future))
                  .isEqualTo("nothing");
            }));
    result(
        Driver.run(
            host,
            request -> request.withUsername("ann"),
            guest -> assertThat(pull(guest, "work")).isEqualTo("for ann again")));
  }

  @Test
  void whatWaitsInQueuesIsBoundedOverAllTopics() throws Exception {
    Limits few = Limits.DEFAULT.with(Limit.MESSAGE_QUEUE, 10);
    assertThat(
            failure(
                Driver.run(
                    host,
                    request -> request.withLimits(few),
                    guest -> {
                      for (int i = 0; i < 1_000_000; i++) {
                        push(guest, "topic " + i, "x");
                      }
                    })))
        .isEqualTo(new Failed(FailureKind.LIMIT, "limit message-queue exceeded: 11, allowed 10"));
    Limits small = Limits.DEFAULT.with(Limit.MESSAGE_BYTES, 100);
    assertThat(
            failure(
                Driver.run(
                    host,
                    request -> request.withLimits(small),
                    guest -> push(guest, "work", "x".repeat(91)))))
        .isEqualTo(new Failed(FailureKind.LIMIT, "limit message-bytes exceeded: 101, allowed 100"));
    result(
        Driver.run(
            host,
            guest -> {
              for (int i = 0; i < 10; i++) {
                assertThat(pull(guest, "topic " + i)).isEqualTo("x");
              }
            }));
  }

  @Test
  void aMessageThatWasPulledCountsUntilItIsDropped() throws Exception {
    Limits few = Limits.DEFAULT.with(Limit.MESSAGE_QUEUE, 2);
    assertThat(
            failure(
                    Driver.run(
                        host,
                        request -> request.withLimits(few),
                        guest -> {
                          for (int i = 0; i < 3; i++) {
                            int future = ask(guest, "pull", "work");
                            push(guest, "work", "kept");
                            get(guest, TYPES, "[method]future-string.get", future);
                          }
                        }))
                .message())
        .isEqualTo("limit message-queue exceeded: 3, allowed 2");
  }

  @Test
  void aSubscriberThatDoesNotReadIsStoppedAndWhoBroadcastsIsNot() throws Exception {
    Limits few = Limits.DEFAULT.with(Limit.MESSAGE_QUEUE, 10);
    CountDownLatch subscribed = new CountDownLatch(1);
    CountDownLatch told = new CountDownLatch(1);
    InferletProcess deaf =
        Driver.launch(
            host,
            request -> request.withLimits(few),
            guest -> {
              int subscription = ask(guest, "subscribe", "news");
              subscribed.countDown();
              told.await();
              get(guest, MESSAGING, "[method]subscription.get", subscription);
            });
    assertThat(subscribed.await(60, TimeUnit.SECONDS)).isTrue();
    result(
        Driver.run(
            host,
            guest -> {
              for (int i = 0; i < 100; i++) {
                tell(guest, "broadcast", "news", "x");
              }
            }));
    told.countDown();
    assertThat(failure(deaf.outcome().get(60, TimeUnit.SECONDS)))
        .isEqualTo(new Failed(FailureKind.LIMIT, "limit message-queue exceeded: 11, allowed 10"));
  }

  @Test
  void manyWatchersOfOneTopicAllHear() throws Exception {
    result(
        Driver.run(
            host,
            guest -> {
              int[] watchers = new int[2000];
              for (int i = 0; i < watchers.length; i++) {
                watchers[i] = ask(guest, "subscribe", "news");
              }
              tell(guest, "broadcast", "news", "all");
              for (int watcher : watchers) {
                assertThat(get(guest, MESSAGING, "[method]subscription.get", watcher))
                    .isEqualTo("all");
              }
            }));
  }

  @Test
  void aTopicWithALongNameTraps() throws Exception {
    assertThat(failure(Driver.run(host, guest -> push(guest, "é".repeat(129), "x"))).message())
        .isEqualTo(
            "trap: test:driver drive: a topic's name of 258 bytes is too long: the limit is 256");
  }

  @Test
  void withoutTheCapabilityEveryFunctionTraps() throws Exception {
    for (String function : List.of("push", "broadcast", "pull", "subscribe")) {
      assertThat(
              failure(
                  Driver.run(
                      host,
                      request -> request.withCapabilities(Capabilities.NONE),
                      guest -> {
                        if (function.equals("push") || function.equals("broadcast")) {
                          guest.call(MESSAGING, function, 0, 0, 0, 0);
                        } else {
                          guest.call(MESSAGING, function, 0, 0);
                        }
                      })))
          .isEqualTo(
              new Failed(
                  FailureKind.TRAP,
                  "trap: test:driver drive: pie:core/messaging needs the capability \"messaging\","
                      + " which this process was not granted: state it under capabilities in the"
                      + " program's manifest"));
    }
  }

  @Test
  void filesGoToTheClientAndComeFromIt() throws Exception {
    byte[] file = {1, 2, -3, 0};
    List<byte[]> sent = new ArrayList<>();
    OutputListener listener =
        new OutputListener() {
          @Override
          public void text(String text) {}

          @Override
          public void file(byte[] bytes) {
            sent.add(bytes);
          }

          @Override
          public void stdout(byte[] bytes) {}

          @Override
          public void stderr(byte[] bytes) {}
        };
    InferletProcess process =
        Driver.launch(
            host,
            request -> request.withOutput(listener),
            guest -> {
              int future = (int) guest.call(SESSION, "receive-file");
              await(guest, TYPES, "[method]future-blob.pollable", future);
              int area = guest.area(12);
              guest.call(TYPES, "[method]future-blob.get", future, area);
              assertThat(guest.u8(area)).isEqualTo(1);
              byte[] received = guest.bytesAt(area + 4);
              guest.call(TYPES, "[resource-drop]future-blob", future);
              guest.call(SESSION, "send-file", guest.put(received), received.length);
              guest.call(SESSION, "send-file", 0, 0);
            });
    process.sendFile(file);
    result(process.outcome().get(60, TimeUnit.SECONDS));
    assertThat(sent).containsExactly(file, new byte[0]);
  }

  @Test
  void aFileCountsAsOutput() throws Exception {
    Limits small = Limits.DEFAULT.with(Limit.OUTPUT_BYTES, 10);
    assertThat(
            failure(
                    Driver.run(
                        host,
                        request -> request.withLimits(small),
                        guest -> guest.call(SESSION, "send-file", 0, 11)))
                .message())
        .isEqualTo("limit output-bytes exceeded: 11, allowed 10");
  }

  @Test
  void aClientThatSendsMoreThanTheInferletReadsIsRefused() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    Limits few = Limits.DEFAULT.with(Limit.MESSAGE_QUEUE, 3).with(Limit.MESSAGE_BYTES, 1000);
    InferletProcess process =
        Driver.launch(
            host,
            request -> request.withLimits(few),
            guest -> {
              go.await();
              for (String expected : List.of("one", "two")) {
                int future = (int) guest.call(SESSION, "receive");
                assertThat(get(guest, TYPES, "[method]future-string.get", future))
                    .isEqualTo(expected);
                guest.call(TYPES, "[resource-drop]future-string", future);
              }
            });
    process.send("one");
    process.send("two");
    assertThatThrownBy(() -> process.sendFile(new byte[1000]))
        .isInstanceOf(LimitExceededException.class)
        .hasMessage("limit message-bytes exceeded: 1006, allowed 1000");
    process.sendFile(new byte[10]);
    assertThatThrownBy(() -> process.send("four"))
        .isInstanceOf(LimitExceededException.class)
        .hasMessage("limit message-queue exceeded: 4, allowed 3");
    go.countDown();
    result(process.outcome().get(60, TimeUnit.SECONDS));
  }

  @Test
  void aWaitForAMessageThatNeverComesCanBeEnded() throws Exception {
    CountDownLatch waiting = new CountDownLatch(1);
    InferletProcess process =
        Driver.launch(
            host,
            request -> request,
            guest -> {
              waiting.countDown();
              pull(guest, "never");
            });
    assertThat(waiting.await(60, TimeUnit.SECONDS)).isTrue();
    process.terminate("enough");
    assertThat(process.outcome().get(60, TimeUnit.SECONDS))
        .isEqualTo(new Failed(FailureKind.TERMINATED, "enough"));
  }

  @Test
  void hostSideInferletsTalkToEachOther() throws Exception {
    Program asker =
        Program.of(
            "asker",
            () ->
                session -> {
                  try (var answers = session.messages().subscribe("answers")) {
                    assertThat(answers.poll()).isEmpty();
                    session.messages().push("questions", "6 × 7?");
                    session.sendFile(answers.next().getBytes(StandardCharsets.UTF_8));
                    return new String(session.receiveFile(), StandardCharsets.UTF_8);
                  }
                });
    Program answerer =
        Program.of(
            "answerer",
            () ->
                session -> {
                  String question = session.messages().pull("questions");
                  session.messages().broadcast("answers", question + " 42");
                  return session.receive();
                });
    InferletProcess asking = host.launch(LaunchRequest.of(asker, "{}"));
    asking.sendFile("thanks".getBytes(StandardCharsets.UTF_8));
    InferletProcess answering = host.launch(LaunchRequest.of(answerer, "{}"));
    answering.send("bye");
    assertThat(result(asking.outcome().get(60, TimeUnit.SECONDS))).isEqualTo("thanks");
    assertThat(result(answering.outcome().get(60, TimeUnit.SECONDS))).isEqualTo("bye");
  }
}
