package dev.bourse.server.remote;

import dev.bourse.proto.v1.Model;
import dev.bourse.server.ExitCode;
import dev.bourse.server.Streams;
import dev.bourse.server.Table;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bourse models}. */
@Command(name = "models", description = "List the models that a server has, the default first.")
public final class ModelsCommand implements Callable<Integer> {
  private static final int DIGEST = 12;

  private final Streams streams;

  @Mixin private ServerOption server = new ServerOption();

  public ModelsCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    new Table<Model>()
        .text("NAME", Model::getName)
        .text("FAMILY", Model::getFamily)
        .number("CONTEXT", model -> "%,d".formatted(model.getContextLength()))
        .number("VOCABULARY", model -> "%,d".formatted(model.getVocabulary()))
        .number("MIB", model -> "%,.1f".formatted(model.getWeightBytes() / (double) (1 << 20)))
        .text(
            "DIGEST",
            model -> model.getDigest().substring(0, Math.min(DIGEST, model.getDigest().length())))
        .lines(server.use(client -> client.models()))
        .forEach(streams::println);
    streams.flush();
    return ExitCode.OK;
  }
}
