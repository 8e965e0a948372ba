package dev.bourse.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Whatever is written through the masks of a schema is valid, says a validator that is not ours.
 */
class SchemaGenerationTest {

  private static final int TEXTS = 5;
  private static final TokenVocabulary VOCABULARY = WordVocabulary.of(2_000);
  private static final AtomicLong CHECKED = new AtomicLong();

  @TestFactory
  Stream<DynamicTest> writtenByHand() {
    return tests(Schemas.all());
  }

  @TestFactory
  Stream<DynamicTest> generated() {
    return tests(IntStream.range(0, 120).mapToObj(seed -> new RandomSchema(seed).text()).toList());
  }

  private static Stream<DynamicTest> tests(List<String> schemas) {
    return IntStream.range(0, schemas.size())
        .mapToObj(i -> DynamicTest.dynamicTest(schemas.get(i), () -> check(schemas.get(i), i)));
  }

  private static void check(String schema, int seed) {
    Validator validator = new Validator(schema);
    for (SchemaOptions options :
        List.of(SchemaOptions.DEFAULT, new SchemaOptions(Whitespace.NONE, true))) {
      Grammar grammar = Grammar.fromJsonSchema(schema, options);
      Generator generator =
          new Generator(new CompiledGrammar(grammar, VOCABULARY), seed, 20 + seed % 60);
      for (int i = 0; i < TEXTS; i++) {
        String text = generator.next();
        assertThat(validator.problems(text)).as("problems of %s", text).isEmpty();
        CHECKED.incrementAndGet();
      }
    }
  }

  @AfterAll
  static void count() {
    System.out.println("SchemaGenerationTest: " + CHECKED + " texts validated");
  }
}
