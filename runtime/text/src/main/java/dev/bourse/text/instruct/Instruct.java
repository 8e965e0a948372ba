package dev.bourse.text.instruct;

import dev.bourse.text.SpecialToken;
import dev.bourse.text.Tokenizer;
import dev.bourse.text.instruct.Conversation.Renderer;
import dev.bourse.text.template.ChatEncoder;
import dev.bourse.text.template.ChatFormat;
import dev.bourse.text.template.ChatTemplate;
import dev.bourse.text.template.Segment;
import dev.bourse.text.template.TemplateException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tools and reasoning of one model. The template is looked at when something is first asked of it.
 * Safe for use by many threads.
 *
 * <p>Every method that asks the template throws {@link IllegalArgumentException} for what it
 * refuses.
 */
public final class Instruct {
  private final Renderer renderer;
  private final ChatFormat chat;
  private final Tokenizer tokenizer;
  private final ChatEncoder encoder;
  private final Set<String> controlTexts;
  private final Set<String> ends;
  private @Nullable Probed probed;

  /** What the template was found to write. */
  private record Probed(ToolTurns turns, Optional<CallFormat> calls, ReasoningFormat reasoning) {}

  /**
   * The tools and thoughts of a template.
   *
   * @param chat the same template's turns
   * @param now what templates that print the date print
   */
  public Instruct(ChatTemplate template, ChatFormat chat, Tokenizer tokenizer, LocalDateTime now) {
    this.chat = chat;
    this.tokenizer = tokenizer;
    encoder = new ChatEncoder((text, special) -> tokenizer.encode(text, false, special));
    List<SpecialToken> special = tokenizer.specialTokens();
    controlTexts =
        special.stream()
            .filter(token -> tokenizer.isSpecial(token.id()))
            .map(SpecialToken::text)
            .collect(Collectors.toUnmodifiableSet());
    ends = new HashSet<>(chat.stopTexts());
    for (SpecialToken token : special) {
      if (tokenizer.specialIds().endsGeneration(token.id())) {
        ends.add(token.text());
      }
    }
    renderer =
        new Renderer(
            template, text(tokenizer.specialIds().bos()), text(tokenizer.specialIds().eos()), now);
  }

  private String text(OptionalInt id) {
    return tokenizer.specialTokens().stream()
        .filter(token -> id.isPresent() && token.id() == id.getAsInt())
        .map(SpecialToken::text)
        .findFirst()
        .orElse("");
  }

  private synchronized Probed probed() {
    Probed known = probed;
    if (known == null) {
      Optional<CallProbe> calls = ToolTurns.probe(renderer, chat, ends);
      String cue = chat.cue().stream().map(Segment::text).collect(Collectors.joining());
      known =
          new Probed(
              new ToolTurns(renderer, chat, calls),
              calls.map(CallProbe::format).or(() -> CallProbe.mentioned(renderer)),
              ReasoningProbe.of(renderer, ToolTurns.head(chat), cue, this::isToken));
      probed = known;
    }
    return known;
  }

  private boolean isToken(String text) {
    return tokenizer.specialTokens().stream().anyMatch(token -> token.text().equals(text));
  }

  /**
   * The tokens that open a conversation with tools, up to the first user turn.
   *
   * @param tools descriptions, see {@link Tools}
   * @throws IllegalArgumentException if one of them is none, or the template has no place for tools
   */
  public int[] equip(List<String> tools) {
    return equip(Optional.empty(), tools);
  }

  /** The same with a system prompt, in the template's own order. */
  public int[] equip(String system, List<String> tools) {
    return equip(Optional.of(system), tools);
  }

  private int[] equip(Optional<String> system, List<String> tools) {
    if (tools.isEmpty()) {
      throw new IllegalArgumentException("there is no tool to describe");
    }
    tools.forEach(this::requirePlain);
    List<Map<String, @Nullable Object>> parsed = tools.stream().map(Tools::parse).toList();
    return encode(() -> probed().turns().equip(system, parsed));
  }

  /** The template mixes descriptions with its own text, where such a text would be the token. */
  private void requirePlain(String tool) {
    for (String text : controlTexts) {
      if (!text.isEmpty() && tool.contains(text)) {
        throw new IllegalArgumentException(
            "the name or the description of a tool contains "
                + text
                + ", which is a token of the model: write it differently");
      }
    }
  }

  /**
   * The tokens that tell what a call gave: from where the turn of the call was closed, by the stop
   * token that the model wrote or by {@code seal}, to the cue for the next answer.
   *
   * @param name the function's name
   * @param value the result, usually JSON
   * @throws IllegalArgumentException if the template has no place for it
   */
  public int[] answer(String name, String value) {
    return encode(() -> probed().turns().answer(name, value));
  }

  private int[] encode(Supplier<List<Segment>> segments) {
    try {
      return encoder.encode(segments.get());
    } catch (TemplateException e) {
      throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
    }
  }

  /** How calls are written; empty if the template knows none. */
  public Optional<CallFormat> calls() {
    return probed().calls();
  }

  /** How thoughts are set apart. */
  public ReasoningFormat reasoning() {
    return probed().reasoning();
  }

  /** The texts of the tokens that are no text. */
  public Stream<String> controlTexts() {
    return controlTexts.stream();
  }

  /**
   * The tokens of a whole turn in which tools were called, as if the model had written it.
   *
   * @param text what it said before; may be empty
   * @param calls at least one; their arguments are JSON objects
   * @throws IllegalArgumentException if the template knows no calls, or writes them in another form
   */
  public int[] calling(String text, List<ToolEvent.Call> calls) {
    CallFormat format =
        calls()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "the template does not say how to call a tool: tell of the call in the"
                            + " text"));
    for (ToolEvent.Call call : calls) {
      if (!JsonSource.isObject(call.arguments())) {
        throw new IllegalArgumentException(
            "the arguments of the call of " + call.name() + " are not a JSON object");
      }
      requirePlain(call.name());
    }
    List<Segment> segments = new ArrayList<>(chat.cue());
    if (reasoning() instanceof ReasoningFormat.Tags tags && tags.begun()) {
      segments.add(new Segment(tags.close(), true));
    }
    if (!text.isEmpty()) {
      segments.add(new Segment(text.strip() + "\n", false));
    }
    segments.addAll(format.write(calls));
    segments.addAll(chat.seal());
    return encode(() -> segments);
  }

  /**
   * A decoder of a whole turn.
   *
   * @param hasTools whether calls are to be found
   */
  public TurnDecoder turnDecoder(boolean hasTools) {
    return new TurnDecoder(tokenizer, reasoning(), hasTools ? calls() : Optional.empty());
  }

  /** A decoder of calls at the beginning of a turn. */
  public ToolDecoder toolDecoder() {
    return new ToolDecoder(tokenizer, calls());
  }

  /** A decoder of thoughts at the beginning of a turn. */
  public ReasoningDecoder reasoningDecoder() {
    return new ReasoningDecoder(tokenizer, reasoning());
  }
}
