package dev.bourse.server;

import dev.bourse.model.gguf.GgufFile;
import dev.bourse.text.template.ChatTemplate;
import dev.bourse.text.template.TemplateException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** {@code bourse template}. */
@Command(
    name = "template",
    description = {
      "Render a chat template.",
      "",
      "Reads lines such as",
      "  {\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}], \"add_generation_prompt\": true}",
      "from standard input, the variables of the template, and answers each with {\"text\": …} or"
          + " {\"error\": …}.",
      "The variable now, such as \"2026-11-21T12:00:00Z\", fixes the clock; it is UTC."
    })
final class TemplateCommand implements Callable<Integer> {
  private static final String SUFFIX = ".jinja";

  private final Streams streams;

  @Parameters(
      paramLabel = "MODEL|FILE.jinja",
      description = "A GGUF file, 'demo' for the embedded model, or a file that ends in .jinja.")
  private String source = ModelFiles.DEMO;

  TemplateCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    ChatTemplate template = template();
    return JsonLines.serve(streams, request -> render(template, request));
  }

  private ChatTemplate template() {
    try {
      if (source.endsWith(SUFFIX)) {
        return ChatTemplate.parse(source, text(ModelFiles.path(source)));
      }
      GgufFile file = ModelFiles.open(source);
      return ChatTemplate.parse(file.name(), ModelFiles.template(file));
    } catch (TemplateException e) {
      throw CommandException.badFile(String.valueOf(e.getMessage()), e);
    }
  }

  private static String text(Path file) {
    if (!Files.isRegularFile(file)) {
      throw CommandException.badFile(file + (Files.exists(file) ? ": no file" : ": no such file"));
    }
    try {
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw CommandException.badFile(file + ": is not text in UTF-8", e);
    } catch (IOException e) {
      throw CommandException.badFile(file + ": cannot be read: " + e, e);
    }
  }

  private static JsonNode render(ChatTemplate template, JsonRequest request) {
    Map<String, @Nullable Object> variables =
        new LinkedHashMap<>(
            JsonLines.JSON.convertValue(
                request.object(), new TypeReference<Map<String, @Nullable Object>>() {}));
    LocalDateTime now = now(variables.remove("now"));
    try {
      return JsonNodeFactory.instance.objectNode().put("text", template.render(variables, now));
    } catch (TemplateException e) {
      return JsonLines.error(e.problem());
    }
  }

  private static LocalDateTime now(@Nullable Object fixed) {
    if (fixed == null) {
      return LocalDateTime.now(ZoneOffset.UTC);
    }
    try {
      return OffsetDateTime.parse(fixed.toString())
          .withOffsetSameInstant(ZoneOffset.UTC)
          .toLocalDateTime();
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "'now' must be a time such as \"2026-11-21T12:00:00Z\", but is " + fixed, e);
    }
  }
}
