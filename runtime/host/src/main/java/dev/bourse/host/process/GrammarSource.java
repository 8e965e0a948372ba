package dev.bourse.host.process;

import dev.bourse.grammar.Grammar;
import dev.bourse.grammar.GrammarException;
import dev.bourse.text.SpecialToken;
import dev.bourse.text.instruct.CallFormat;
import dev.bourse.text.instruct.Instruct;
import dev.bourse.text.instruct.Tools;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A grammar, and what it was made from. Every method that makes one throws {@link
 * IllegalArgumentException} with the place of what is malformed, not supported or too large.
 *
 * @param key equal for equal sources, short
 * @param grammar what it became
 * @param special control tokens that stand for their text in it
 */
public record GrammarSource(String key, Grammar grammar, Set<Integer> special) {

  private static GrammarSource of(String kind, String source, Supplier<Grammar> grammar) {
    return new GrammarSource(key(kind, source), refusing(grammar), Set.of());
  }

  /** The values that a JSON Schema allows. */
  public static GrammarSource jsonSchema(String schema) {
    return of("json-schema", schema, () -> Grammar.fromJsonSchema(schema));
  }

  /** Any JSON. */
  public static GrammarSource json() {
    return of("json", "", Grammar::json);
  }

  /** The texts that match a regular expression as a whole. */
  public static GrammarSource regex(String regex) {
    return of("regex", regex, () -> Grammar.fromRegex(regex));
  }

  /** The texts that match the rule {@code root}. */
  public static GrammarSource ebnf(String ebnf) {
    return of("ebnf", ebnf, () -> Grammar.fromEbnf(ebnf));
  }

  /**
   * The turns that call some of these tools with arguments of their schemas, as the model's
   * template writes calls.
   *
   * @param tools descriptions, see {@link Tools}
   */
  public static GrammarSource calls(ServedModel model, List<String> tools) {
    Instruct instruct = model.chat().instruct();
    CallFormat format =
        instruct
            .calls()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "the template of " + model.name() + " does not say how to call a tool"));
    if (!format.hasJsonArguments()) {
      throw new IllegalArgumentException(
          "the template of "
              + model.name()
              + " writes arguments one by one, which no schema describes: read calls with the"
              + " decoder");
    }
    if (tools.isEmpty()) {
      throw new IllegalArgumentException("there is no tool to call");
    }
    List<Tools.Signature> signatures = tools.stream().map(Tools::signature).toList();
    String texts = texts(format);
    Set<Integer> special =
        model.tokenizer().specialTokens().stream()
            .filter(token -> texts.contains(token.text()))
            .map(SpecialToken::id)
            .collect(Collectors.toUnmodifiableSet());
    return new GrammarSource(
        key("calls " + texts, String.join("\n", tools)),
        refusing(() -> calls(format, signatures)),
        special);
  }

  /** The template's own text of all calls: a name may look like a tag, but never becomes one. */
  private static String texts(CallFormat format) {
    return String.join(
        " ", format.begin(), format.before(""), format.after(), format.separator(), format.end());
  }

  private static Grammar calls(CallFormat format, List<Tools.Signature> tools) {
    List<Grammar> calls = new ArrayList<>();
    for (Tools.Signature tool : tools) {
      calls.add(
          Grammar.sequence(
              Grammar.text(format.before(tool.name())),
              Grammar.fromJsonSchema(tool.parametersSchema()),
              Grammar.text(format.after())));
    }
    Grammar one = Grammar.anyOf(calls);
    return Grammar.sequence(
        Grammar.text(format.begin()),
        format.many() ? Grammar.list(one, Grammar.text(format.separator())) : one,
        Grammar.text(format.end()));
  }

  private static Grammar refusing(Supplier<Grammar> grammar) {
    try {
      return grammar.get();
    } catch (GrammarException e) {
      throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
    }
  }

  private static String key(String kind, String source) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(kind.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      return HexFormat.of().formatHex(digest.digest(source.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
