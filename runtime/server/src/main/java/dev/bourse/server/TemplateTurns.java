package dev.bourse.server;

import dev.bourse.host.process.ChatTurns;
import dev.bourse.model.Model;
import dev.bourse.text.SpecialIds;
import dev.bourse.text.SpecialToken;
import dev.bourse.text.Tokenizer;
import dev.bourse.text.instruct.Instruct;
import dev.bourse.text.template.ChatEncoder;
import dev.bourse.text.template.ChatFormat;
import dev.bourse.text.template.ChatTemplate;
import dev.bourse.text.template.Segment;
import dev.bourse.text.template.TemplateException;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The turns of a conversation under the template that a model's file carries. The template is taken
 * apart when a turn is first asked for: a model without a usable one still serves inferlets that do
 * not chat.
 */
public final class TemplateTurns implements ChatTurns {
  private final Model model;
  private final Tokenizer tokenizer;
  private final ChatEncoder encoder;
  private @Nullable ChatFormat format;
  private @Nullable Instruct instruct;

  /** The turns under the template of {@code model}. */
  public TemplateTurns(Model model) {
    this.model = model;
    this.tokenizer = model.tokenizer();
    this.encoder =
        new ChatEncoder((text, parseSpecial) -> tokenizer.encode(text, false, parseSpecial));
  }

  private synchronized ChatFormat format() {
    if (format == null) {
      String source =
          model
              .chatTemplate()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "the model "
                              + model.config().name()
                              + " has no chat template: it completes text, it does not chat"));
      SpecialIds ids = tokenizer.specialIds();
      ChatTemplate template = ChatTemplate.parse(model.config().name(), source);
      LocalDateTime now = LocalDateTime.now(ZoneId.systemDefault());
      format = ChatFormat.of(template, text(ids.bos()), text(ids.eos()), now);
      instruct = new Instruct(template, format, tokenizer, now);
    }
    return format;
  }

  private String text(OptionalInt id) {
    return id.isPresent()
        ? tokenizer.specialTokens().stream()
            .filter(token -> token.id() == id.getAsInt())
            .map(SpecialToken::text)
            .findFirst()
            .orElse("")
        : "";
  }

  /** Encodes; what the template refuses is the inferlet's mistake, not ours. */
  private int[] encode(Function<ChatFormat, List<Segment>> turn) {
    try {
      return encoder.encode(turn.apply(format()));
    } catch (TemplateException e) {
      throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public int[] system(String text) {
    return encode(chat -> chat.system(text));
  }

  @Override
  public int[] firstUser(String text) {
    return encode(chat -> chat.firstUser(text));
  }

  @Override
  public int[] user(String text) {
    return encode(chat -> chat.user(text));
  }

  @Override
  public int[] systemUser(String system, String user) {
    return encode(chat -> chat.systemUser(system, user));
  }

  @Override
  public int[] assistant(String text) {
    return encode(chat -> chat.assistant(text));
  }

  @Override
  public int[] cue() {
    return encode(ChatFormat::cue);
  }

  @Override
  public int[] seal() {
    return encode(ChatFormat::seal);
  }

  @Override
  public synchronized Instruct instruct() {
    try {
      var _ = format();
      return Objects.requireNonNull(instruct);
    } catch (TemplateException e) {
      throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
    }
  }

  /** Those of the vocabulary, and those that the template closes turns with. */
  @Override
  public int[] stopTokens() {
    IntStream ofVocabulary =
        tokenizer.specialIds().endOfGeneration().stream().mapToInt(Integer::intValue);
    Set<String> texts = model.chatTemplate().isPresent() ? format().stopTexts() : Set.of();
    IntStream ofTemplate =
        tokenizer.specialTokens().stream()
            .filter(token -> texts.contains(token.text()))
            .mapToInt(SpecialToken::id);
    return IntStream.concat(ofVocabulary, ofTemplate).distinct().sorted().toArray();
  }
}
