package dev.bourse.server.remote;

import dev.bourse.client.Attachment;
import dev.bourse.client.Event;
import dev.bourse.proto.v1.FailureKind;
import dev.bourse.proto.v1.Outcome;
import dev.bourse.server.ExitCode;
import dev.bourse.server.Interrupts;
import dev.bourse.server.Streams;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Prints what a process says until it has ended, and sends it the lines of standard input. */
final class Following {
  private final Streams streams;
  private final Attachment attachment;
  private final AtomicBoolean interrupted = new AtomicBoolean();
  private boolean spoke;
  private boolean endsLine = true;

  Following(Streams streams, Attachment attachment) {
    this.streams = streams;
    this.attachment = attachment;
  }

  /** Sends it the lines of standard input, each as a message. */
  Following withInput() {
    Thread.ofPlatform().daemon().name("bourse-input").start(this::sendLines);
    return this;
  }

  private void sendLines() {
    BufferedReader in = streams.in();
    try {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        attachment.send(line);
      }
    } catch (IOException | RuntimeException e) {
      // The process has ended, or nobody writes any more; what it says is read to the end.
      return;
    }
  }

  /**
   * Reads to the end.
   *
   * @param goodbye what to say when Ctrl-C ends it
   */
  int toEnd(String goodbye) {
    Interrupts.onFirst(
        () -> {
          interrupted.set(true);
          attachment.close();
        });
    try {
      for (Event event = attachment.next(); event != null; event = attachment.next()) {
        print(event);
      }
    } catch (RuntimeException e) {
      if (!interrupted.get()) {
        throw e;
      }
    }
    if (interrupted.get()) {
      endLine();
      streams.error("bourse: " + goodbye);
      return ExitCode.INTERRUPTED;
    }
    return ended(attachment.process().getOutcome());
  }

  private void print(Event event) {
    switch (event) {
      case Event.Stderr stderr -> streams.error(stderr.bytes());
      case Event.File file ->
          streams.error(
              "bourse: a file of %,d bytes was sent, and is not kept"
                  .formatted(file.bytes().length));
      case Event.Missed missed ->
          streams.error(
              "bourse: %,d events are missing: they were dropped while nobody listened"
                  .formatted(missed.end() - missed.offset()));
      case Event.Message _, Event.Stdout _ -> {
        String text = event.text();
        if (!text.isEmpty()) {
          spoke = true;
          endsLine = text.endsWith("\n");
          streams.print(text);
          streams.flush();
        }
      }
    }
  }

  private int ended(Outcome outcome) {
    if (outcome.hasFailure()) {
      endLine();
      FailureKind kind = outcome.getFailure().getKind();
      streams.error(
          "bourse: process %s %s: %s"
              .formatted(
                  attachment.processId(),
                  kind == FailureKind.FAILURE_KIND_TERMINATED ? "was stopped" : "failed",
                  outcome.getFailure().getMessage()));
      return ExitCode.FAILED;
    }
    if (!spoke) {
      streams.print(outcome.getResult());
      endsLine = outcome.getResult().endsWith("\n");
    }
    endLine();
    return ExitCode.OK;
  }

  private void endLine() {
    if (!endsLine) {
      streams.print("\n");
      endsLine = true;
    }
    streams.flush();
  }
}
