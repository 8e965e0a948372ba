package dev.bourse.server.remote;

import dev.bourse.client.Attachment;
import dev.bourse.client.BourseClient;
import dev.bourse.client.Event;
import dev.bourse.server.ExitCode;
import dev.bourse.server.Streams;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bourse logs}. */
@Command(
    name = "logs",
    description = {
      "Print what a process on a server said so far, as far as it is kept.",
      "",
      "Standard error of the process comes out on standard error."
    })
public final class LogsCommand implements Callable<Integer> {
  private final Streams streams;

  @Parameters(paramLabel = "ID", description = "The process, as bourse ps shows it.")
  private String id = "";

  @Option(
      names = {"-f", "--follow"},
      description = "Go on until it has ended.")
  private boolean follow;

  @Mixin private ServerOption server = new ServerOption();

  public LogsCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    return server.use(this::print);
  }

  private int print(BourseClient client) {
    long end = follow ? Long.MAX_VALUE : client.process(id).getNextOffset();
    try (Attachment attachment = client.attach(id, 0)) {
      while (attachment.nextOffset() < end) {
        Event event = attachment.next();
        if (event == null) {
          break;
        }
        if (event instanceof Event.Stderr stderr) {
          streams.error(stderr.bytes());
        } else {
          streams.print(event.text());
        }
        if (follow) {
          streams.flush();
        }
      }
    }
    streams.flush();
    return ExitCode.OK;
  }
}
