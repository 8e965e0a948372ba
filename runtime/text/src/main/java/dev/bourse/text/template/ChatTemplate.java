package dev.bourse.text.template;

import java.time.Clock;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A chat template in Jinja, parsed once and rendered often. It behaves as in Hugging Face's
 * renderer: Jinja2 3.1 in an immutable sandbox, with {@code trim_blocks} and {@code lstrip_blocks}
 * on, one newline at the end of the source dropped, {@code break} and {@code continue}, {@code
 * raise_exception}, {@code strftime_now}, its {@code tojson}, and {@code generation} blocks without
 * effect.
 *
 * <p>Instances are immutable and may be used by several threads.
 */
public final class ChatTemplate {
  private final String name;
  private final String source;
  private final List<Statement> statements;
  private final TemplateLimits limits;

  private ChatTemplate(
      String name, String source, List<Statement> statements, TemplateLimits limits) {
    this.name = name;
    this.source = source;
    this.statements = statements;
    this.limits = limits;
  }

  /**
   * Parses a template.
   *
   * @param name what messages call it, for example the model file's name
   * @throws TemplateException if the source is not a template, naming the line and what is there
   */
  public static ChatTemplate parse(String name, String source) {
    return parse(name, source, TemplateLimits.defaults());
  }

  /** The same, with other limits than the default ones. */
  public static ChatTemplate parse(String name, String source, TemplateLimits limits) {
    Objects.requireNonNull(name, "name");
    if (source.length() > limits.sourceChars()) {
      throw new TemplateException(
          name,
          1,
          "the template has "
              + source.length()
              + " characters, the limit is "
              + limits.sourceChars(),
          false);
    }
    try {
      List<Token> tokens = Lexer.tokenize(source);
      return new ChatTemplate(
          name, source, StatementParser.parse(tokens, limits.nesting()), limits);
    } catch (SyntaxFault fault) {
      throw new TemplateException(name, fault.line(), fault.problem(), false);
    }
  }

  /** The name given to {@link #parse}. */
  public String name() {
    return name;
  }

  /** Whether the source holds a text anywhere, printed or not. */
  public boolean mentions(String text) {
    return source.contains(text);
  }

  /**
   * Renders the template.
   *
   * @param variables what the template finds defined, usually {@code messages}, {@code
   *     add_generation_prompt}, {@code bos_token}, {@code eos_token} and perhaps {@code tools}:
   *     null, strings, booleans, numbers, and lists and maps of them, as a JSON parser makes them
   * @param clock what {@code strftime_now} prints
   * @throws TemplateException if the template fails or reaches a limit
   */
  public String render(Map<String, ? extends @Nullable Object> variables, Clock clock) {
    return render(variables, LocalDateTime.now(clock));
  }

  /** The same, at a fixed time. */
  public String render(Map<String, ? extends @Nullable Object> variables, LocalDateTime now) {
    Rendering rendering = new Rendering(new Budget(limits), now);
    Interpreter interpreter = new Interpreter(rendering);
    try {
      Map<String, Value> scope = new HashMap<>(Globals.of(rendering));
      variables.forEach(
          (variable, value) -> scope.put(variable, Values.of(value, rendering.budget(), 0)));
      return interpreter.render(statements, Scope.of(scope).inner());
    } catch (Fault fault) {
      throw new TemplateException(
          name, interpreter.evaluator().line(), fault.problem(), fault.raisedByTemplate());
    } catch (StackOverflowError smallStack) {
      // The limit on depth suits stacks from 512 KB; a thread may have less.
      throw new TemplateException(
          name, interpreter.evaluator().line(), "nested too deeply for this thread's stack", false);
    }
  }
}
