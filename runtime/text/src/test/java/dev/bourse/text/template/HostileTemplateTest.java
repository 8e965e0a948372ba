package dev.bourse.text.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.text.SharedFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A template that means harm, or is broken, ends with a message. */
class HostileTemplateTest {
  private static final LocalDateTime NOW = LocalDateTime.of(2026, 11, 21, 7, 0);
  private static final String GLYPHS = "{}%#-+|.,()[]'\"\\ \n09xa~*:=<>é\uD83D";
  private static final String RANGE = "range(100000)";

  @ParameterizedTest
  @CsvSource(
      delimiter = '§',
      quoteCharacter = '`',
      value = {
        "{% for a in R %}{% for b in R %}{% endfor %}{% endfor %}§steps",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}§deeper than",
        "{% set n = namespace(x='aaaa') %}{% for i in R %}{% set n.x = n.x ~ n.x %}{% endfor %}§characters",
        "{% set n = namespace(x='aaaa') %}{% for i in R %}{% set n.x = n.x + n.x %}{% endfor %}§characters",
        "{% set n = namespace(x='aaaa') %}{% for i in R %}{% set n.x = n.x.replace('a', 'aa') %}{% endfor %}§characters",
        "{% set n = namespace(x=[1]) %}{% for i in R %}{% set n.x = n.x + n.x %}{% endfor %}§elements",
        "{% set n = namespace(x=[1]) %}{% for i in R %}{% set n.x = [n.x, n.x] %}{% endfor %}{{ n.x }}§nested deeper",
        "{% set n = namespace(x=[1]) %}{% for i in range(60) %}{% set n.x = [n.x, n.x] %}{% endfor %}{{ n.x }}§characters",
        "{% set n = namespace(x=[1]) %}{% for i in range(60) %}{% set n.x = [n.x, n.x] %}{% endfor %}{{ n.x|tojson }}§characters",
        "{% set n = namespace(x=[1],y=[1]) %}{% for i in range(60) %}{% set n.x = [n.x, n.x] %}{% set n.y = [n.y, n.y] %}{% endfor %}{{ n.x == n.y }}§steps",
        "{{ 'a' * 1000000000 }}§characters",
        "{{ [1] * 1000000000 }}§elements",
        "{{ 10 ** 100000 }}§bits",
        "{{ 9 ** 9 ** 9 ** 9 ** 9 }}§bits",
        "{% set n = namespace(x=3) %}{% for i in R %}{% set n.x = n.x * n.x %}{% endfor %}§bits",
        "{{ range(100001) }}§range()",
        "{{ range(99999999999999999999) }}§too large",
        "{{ '%999999999d' % 1 }}§characters",
        "{{ '%.999999d' % 1 }}§digits",
        "{{ '{:999999999}'.format(1) }}§characters",
        "{{ 'a'.center(999999999) }}§characters",
        "{{ 'a'.zfill(999999999) }}§characters",
        "{{ 'a'|indent(999999999) }}§characters",
        "{{ {}|tojson(indent=999999999) }}§characters",
        "{{ [1]|batch(999999999, 0)|list }}§elements",
        "{{ [1]|slice(999999999)|list }}§elements",
        "{% set x = 'a' * 1000000 %}{% for i in R %}{{ 'b' in x }}{% endfor %}§steps",
        "{% set x = 'a' * 1000000 %}{{ ('a' * 500000 ~ 'b') in x }}§steps",
        "{% set x = 'a' * 1000000 %}{% for i in R %}{{ x }}{% endfor %}§longer than",
        "{% for i in [1, 2] recursive %}{{ loop([1, 2]) }}{% endfor %}§deeper than"
      })
  void endsWithinItsLimits(String source, String message) {
    ChatTemplate template = ChatTemplate.parse("hostile", source.replace("R", RANGE));
    assertThatThrownBy(() -> template.render(Map.of(), NOW))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining("hostile, line 1")
        .hasMessageContaining(message);
  }

  @Test
  void refusesSourceThatIsNestedTooDeeply() {
    Map<String, String> brackets =
        Map.of(
            "(",
            ")",
            "[",
            "]",
            "{1:",
            "}",
            "not ",
            "",
            "-",
            "",
            "a[",
            "]",
            "f(",
            ")",
            "1 if 1 else ",
            "",
            "a|f(",
            ")");
    brackets.forEach(
        (open, close) -> {
          String source = "{{ " + open.repeat(50_000) + "1" + close.repeat(50_000) + " }}";
          assertThatThrownBy(() -> ChatTemplate.parse("deep", source))
              .as(open)
              .isInstanceOf(TemplateException.class)
              .hasMessageContaining("nested deeper than 100");
        });
    assertThatThrownBy(() -> ChatTemplate.parse("deep", "{% if 1 %}".repeat(50_000)))
        .hasMessageContaining("nested deeper than 100");
    assertThatThrownBy(() -> ChatTemplate.parse("long", "x".repeat((1 << 20) + 1)))
        .hasMessageContaining("1048577 characters");
  }

  @Test
  void runsLongChainsOnASmallStack() throws InterruptedException {
    List<Throwable> failures = new ArrayList<>();
    String sum = "{{ 1" + " + 1".repeat(10_000) + " }}";
    List<String> sources =
        List.of(
            sum,
            "{{ a" + "|d".repeat(10_000) + " }}",
            "{{ 'a'" + "|upper".repeat(10_000) + " }}",
            "{{ 1" + " or 1".repeat(10_000) + " }}",
            "{{ 0" + " and 0".repeat(10_000) + " }}",
            "{% macro m(x) %}{% if x %}{% for i in [1] %}{{ m(x - 1) }}{% endfor %}{% endif %}"
                + "{% endmacro %}{{ m(1000) }}");
    Thread thread =
        new Thread(
            null,
            () -> {
              for (String source : sources) {
                try {
                  ChatTemplate.parse("chain", source).render(Map.of(), NOW);
                } catch (TemplateException expected) {
                  assertThat(expected).hasMessageContaining("deeper than");
                } catch (Throwable raw) {
                  failures.add(raw);
                }
              }
            },
            "small stack",
            512 << 10);
    thread.start();
    thread.join();
    assertThat(failures).isEmpty();
    assertThat(ChatTemplate.parse("chain", sum).render(Map.of(), NOW)).isEqualTo("10001");
  }

  @Test
  void takesLimitsOfTheCallersChoice() {
    TemplateLimits limits = new TemplateLimits(1000, 10, 100, 1000, 1000, 100, 50, 10, 10, 64);
    assertThatThrownBy(
            () -> ChatTemplate.parse("small", "{{ range(11) }}", limits).render(Map.of(), NOW))
        .hasMessageContaining("more than 10 elements");
    Object deep = List.of();
    for (int level = 0; level < 20; level++) {
      deep = List.of(deep);
    }
    Map<String, Object> variables = Map.of("x", deep);
    assertThatThrownBy(() -> ChatTemplate.parse("small", "{{ x }}", limits).render(variables, NOW))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining("nested deeper than 10");
  }

  @Test
  void saysWhereAndWhat() {
    assertThatThrownBy(() -> ChatTemplate.parse("m.gguf", "a\n{% if x %}\n{{ x + }}"))
        .hasMessage("m.gguf, line 3: expected an expression, found '}}'");
    ChatTemplate template =
        ChatTemplate.parse("m.gguf", "a\n{{ x.y }}\n{{ raise_exception('no ' ~ x.y) }}");
    assertThatThrownBy(() -> template.render(Map.of(), NOW))
        .hasMessage("m.gguf, line 2: 'x' is undefined");
    assertThatThrownBy(() -> template.render(Map.of("x", Map.of("y", "way")), NOW))
        .hasMessage("m.gguf, line 3: no way")
        .isInstanceOfSatisfying(
            TemplateException.class, e -> assertThat(e.raisedByTemplate()).isTrue());
  }

  /** Templates of real models with pieces cut, doubled, swapped and overwritten. */
  @TestFactory
  Stream<DynamicNode> survivesDamage() {
    return SharedFiles.with(
        "oracles/templates",
        folder -> {
          List<String> sources = sources(folder);
          return IntStream.range(0, sources.size())
              .mapToObj(
                  at ->
                      DynamicTest.dynamicTest(
                          "damaged template " + at, () -> damage(sources, at, 500)));
        });
  }

  private static List<String> sources(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      List<String> sources = new ArrayList<>();
      for (Path file : files.filter(f -> f.toString().endsWith(".jinja")).sorted().toList()) {
        sources.add(Files.readString(file));
      }
      return sources;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void damage(List<String> sources, int which, int rounds) {
    Random random = new Random(which);
    TemplateLimits limits =
        new TemplateLimits(1 << 20, 100, 1 << 20, 200_000, 4 << 20, 100_000, 500, 200, 1000, 4096);
    Map<String, Object> variables =
        Map.of(
            "messages",
            List.of(
                Map.of("role", "system", "content", "s"),
                Map.of("role", "user", "content", "u"),
                Map.of("role", "assistant", "content", "a")),
            "tools",
            List.of(
                Map.of("function", Map.of("name", "f", "parameters", Map.of("type", "object")))),
            "add_generation_prompt",
            true);
    for (int round = 0; round < rounds; round++) {
      String source = mutated(sources, which, random);
      try {
        ChatTemplate.parse("damaged", source, limits).render(variables, NOW);
      } catch (TemplateException expected) {
        assertThat(expected.line()).isPositive();
      } catch (RuntimeException | StackOverflowError raw) {
        throw new AssertionError("round " + round + " of template " + which + ": " + source, raw);
      }
    }
  }

  private static String mutated(List<String> sources, int which, Random random) {
    StringBuilder source = new StringBuilder(sources.get(which));
    for (int mutation = random.nextInt(3); mutation >= 0; mutation--) {
      int at = random.nextInt(source.length());
      int length = Math.min(1 + random.nextInt(12), source.length() - at);
      String other = sources.get(random.nextInt(sources.size()));
      int from = random.nextInt(other.length() - 40);
      switch (random.nextInt(5)) {
        case 0 -> source.delete(at, at + length);
        case 1 -> source.insert(at, source.substring(at, at + length));
        case 2 -> source.insert(at, other, from, from + random.nextInt(40));
        case 3 -> source.setCharAt(at, GLYPHS.charAt(random.nextInt(GLYPHS.length())));
        default -> source.setLength(Math.max(1, at));
      }
      if (source.isEmpty()) {
        source.append(' ');
      }
    }
    return source.toString();
  }
}
