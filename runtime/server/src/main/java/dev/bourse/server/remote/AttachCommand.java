package dev.bourse.server.remote;

import dev.bourse.client.Attachment;
import dev.bourse.server.Streams;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bourse attach}. */
@Command(
    name = "attach",
    description = {
      "Follow a process on a server, and send it the lines of standard input.",
      "",
      "Ctrl-C leaves it alone; attach again to go on."
    })
public final class AttachCommand implements Callable<Integer> {
  private final Streams streams;

  @Parameters(paramLabel = "ID", description = "The process, as bourse ps shows it.")
  private String id = "";

  @Option(
      names = "--from",
      paramLabel = "OFFSET",
      description = "The first event that is wanted. Default: ${DEFAULT-VALUE}.")
  private long offset;

  @Mixin private ServerOption server = new ServerOption();

  public AttachCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    return server.use(
        client -> {
          try (Attachment attachment = client.attach(id, offset)) {
            return new Following(streams, attachment)
                .withInput()
                .toEnd(
                    "process %s goes on; bourse attach %1$s --from %d"
                        .formatted(id, attachment.nextOffset()));
          }
        });
  }
}
