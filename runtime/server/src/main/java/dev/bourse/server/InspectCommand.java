package dev.bourse.server;

import dev.bourse.model.gguf.GgufFile;
import dev.bourse.model.gguf.ModelFileException;
import dev.bourse.server.ModelSummary.VocabularySummary;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bourse inspect}. */
@Command(
    name = "inspect",
    description =
        "Show what a model file holds: family, sizes, tensor types, vocabulary, chat template.")
final class InspectCommand implements Callable<Integer> {
  private static final int TEMPLATE_LINES_SHOWN = 4;
  private static final int TEMPLATE_COLUMNS_SHOWN = 100;

  private final Streams streams;

  @Parameters(
      paramLabel = "MODEL",
      arity = "0..1",
      description = "A GGUF file; the embedded model unless given, or if it is 'demo'.")
  private String model = ModelFiles.DEMO;

  @Option(names = "--json", description = "Write one JSON object.")
  private boolean json;

  @Option(
      names = "--template",
      description = "Write the chat template, all of it, and nothing else.")
  private boolean template;

  InspectCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws ModelFileException {
    GgufFile file = ModelFiles.open(model);
    if (template) {
      streams.print(ModelFiles.template(file));
      streams.flush();
      return ExitCode.OK;
    }
    ModelSummary summary = ModelSummary.of(file);
    if (json) {
      streams.println(JsonLines.JSON.writeValueAsString(summary));
    } else {
      print(summary);
    }
    return ExitCode.OK;
  }

  private void print(ModelSummary summary) {
    Map<String, Long> sizes = summary.sizes();
    row(
        "file",
        "%s, GGUF v%d, %,d bytes"
            .formatted(summary.file(), summary.ggufVersion(), summary.fileBytes()));
    summary.name().ifPresent(name -> row("name", name));
    row("family", summary.family());
    row("parameters", "%,d".formatted(summary.parameters()));
    size(sizes, "layers", "layers", "");
    size(sizes, "hiddenSize", "hidden size", "");
    size(sizes, "feedForwardSize", "feed-forward", "");
    size(sizes, "heads", "heads", "");
    size(sizes, "kvHeads", "key/value heads", "");
    size(sizes, "headSize", "head size", "");
    size(sizes, "contextTokens", "context", " tokens");
    summary
        .kvBytesPerToken()
        .ifPresent(
            bytes -> row("KV cache", "%,d bytes a token, in 32-bit floats".formatted(bytes)));
    summary
        .tensorTypes()
        .forEach(
            (type, use) ->
                row(
                    "tensors",
                    "%-6s %,5d of %,15d bytes".formatted(type, use.tensors(), use.bytes())));
    print(summary.vocabulary());
    summary.template().ifPresent(this::printTemplate);
    streams.flush();
  }

  private void print(VocabularySummary vocabulary) {
    row(
        "vocabulary",
        "%,d tokens, %s, pre-tokenizer %s%s"
            .formatted(
                vocabulary.tokens(),
                vocabulary.model(),
                vocabulary.preTokenizer(),
                vocabulary.addBos() ? ", BOS added" : ""));
    vocabulary.problem().ifPresent(problem -> row("", "not usable here: " + problem));
    vocabulary.special().forEach((role, token) -> row(role, token.id() + " " + token.text()));
    if (!vocabulary.endOfGeneration().isEmpty()) {
      row(
          "ends generation",
          vocabulary.endOfGeneration().stream()
              .map(String::valueOf)
              .collect(Collectors.joining(", ")));
    }
  }

  private void printTemplate(String text) {
    row("chat template", "%,d lines (--template shows all)".formatted(text.lines().count()));
    text.lines()
        .limit(TEMPLATE_LINES_SHOWN)
        .map(
            line ->
                line.length() <= TEMPLATE_COLUMNS_SHOWN
                    ? line
                    : line.substring(0, TEMPLATE_COLUMNS_SHOWN) + "…")
        .forEach(line -> row("", line));
  }

  private void size(Map<String, Long> sizes, String key, String label, String unit) {
    Long value = sizes.get(key);
    if (value != null) {
      row(label, "%,d%s".formatted(value, unit));
    }
  }

  private void row(String label, String value) {
    streams.print("%-16s %s%n".formatted(label, value));
  }
}
