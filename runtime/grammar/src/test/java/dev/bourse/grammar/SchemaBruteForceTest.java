package dev.bourse.grammar;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every text up to a length that a validator accepts is accepted, and every bit that leads to one
 * is set, as far as it is written as we write: without white space, properties in order, integers
 * as digits.
 */
class SchemaBruteForceTest {

  private static final List<String> STRINGS = List.of("\"", "a", "b", "ö");
  private static final List<String> NUMBERS = List.of("-", ".", "0", "1", "2", "5");
  private static final List<String> ARRAYS = List.of("[", "]", ",", "1", "2", "\"a\"");
  private static final List<String> OBJECTS =
      List.of("{", "}", ",", "\"a\":1", "\"a\":null", "\"b\":1", "\"b\":null", "\"bb\":1");

  private record Case(String schema, List<String> letters, int length, Predicate<String> ours) {}

  private static Case strings(String schema) {
    return new Case(schema, STRINGS, 6, text -> true);
  }

  private static Case integers(String schema) {
    return new Case(schema, NUMBERS, 5, text -> !text.contains("."));
  }

  private static Case numbers(String schema) {
    return new Case(schema, NUMBERS, 5, text -> true);
  }

  private static Case arrays(String schema) {
    return new Case(schema, ARRAYS, 5, text -> true);
  }

  /** Names in alphabetical order, none twice, the free ones last. */
  private static Case objects(String schema) {
    return new Case(
        schema,
        OBJECTS,
        5,
        text ->
            !text.matches(".*(\"bb?\":.*\"a\":|\"bb\":.*\"b\":|(\"a\":|\"b\":|\"bb\":).*\\2).*"));
  }

  private static final List<Case> CASES =
      List.of(
          strings("{'type':'string'}"),
          strings("{'type':'string','minLength':2}"),
          strings("{'type':'string','maxLength':2}"),
          strings("{'type':'string','minLength':1,'maxLength':3}"),
          strings("{'type':'string','pattern':'^a'}"),
          strings("{'type':'string','pattern':'ab'}"),
          strings("{'type':'string','pattern':'^(ab|b)*$'}"),
          strings("{'type':'string','pattern':'b$','minLength':2}"),
          strings("{'type':'string','allOf':[{'pattern':'a'},{'pattern':'b'}]}"),
          strings("{'enum':['a','ab','ö']}"),
          strings("{'enum':['a','ab','abb'],'minLength':2}"),
          integers("{'type':'integer'}"),
          integers("{'type':'integer','minimum':2}"),
          integers("{'type':'integer','maximum':-10}"),
          integers("{'type':'integer','minimum':-12,'maximum':105}"),
          integers("{'type':'integer','exclusiveMinimum':-1,'exclusiveMaximum':20}"),
          integers("{'type':'integer','minimum':0.5,'maximum':21.5}"),
          integers("{'type':'integer','multipleOf':3}"),
          integers("{'type':'integer','multipleOf':5,'minimum':-15}"),
          integers("{'type':'integer','multipleOf':2.5}"),
          numbers("{'type':'number'}"),
          numbers("{'type':'number','minimum':0.5,'maximum':2.25}"),
          numbers("{'type':'number','exclusiveMinimum':0}"),
          numbers("{'type':'number','exclusiveMinimum':-0.2,'exclusiveMaximum':0.2}"),
          numbers("{'type':'number','maximum':-1.5}"),
          numbers("{'type':'number','multipleOf':0.5}"),
          numbers("{'type':'number','multipleOf':0.25,'minimum':1}"),
          numbers("{'type':'number','multipleOf':10}"),
          numbers("{'type':'number','minimum':1,'allOf':[{'maximum':2},{'exclusiveMaximum':2}]}"),
          arrays("{'type':'array'}"),
          arrays("{'type':'array','items':{'type':'integer'}}"),
          arrays("{'type':'array','items':{'enum':[1,2]},'minItems':1}"),
          arrays("{'type':'array','items':{'type':'integer'},'maxItems':1}"),
          arrays("{'type':'array','prefixItems':[{'const':1}],'items':{'const':2}}"),
          arrays("{'type':'array','prefixItems':[{'const':1},{'const':2}],'items':false}"),
          arrays("{'type':'array','prefixItems':[{'const':1},false]}"),
          arrays("{'type':'array','prefixItems':[{'type':'integer'}],'minItems':2,'maxItems':2}"),
          arrays("{'anyOf':[{'type':'array','maxItems':1},{'type':'string'}]}"),
          objects("{'type':'object'}"),
          objects("{'type':'object','properties':{'a':{'const':1}}}"),
          objects("{'type':'object','properties':{'a':{'const':1}},'additionalProperties':false}"),
          objects(
              "{'type':'object','properties':{'a':{},'b':{'type':'null'}},'required':['b'],'additionalProperties':false}"),
          objects("{'type':'object','properties':{'a':{},'b':{}},'required':['a']}"),
          objects("{'type':'object','properties':{'a':{}},'additionalProperties':{'const':1}}"),
          objects("{'type':'object','patternProperties':{'^b':{'const':1}}}"),
          objects(
              "{'type':'object','properties':{'a':{}},'patternProperties':{'^b$':{'const':1},'b':{'type':'integer'}},'additionalProperties':false}"),
          objects("{'type':'object','minProperties':1,'additionalProperties':{'const':1}}"),
          objects("{'type':'object','maxProperties':1}"),
          objects(
              "{'type':'object','properties':{'a':{},'b':{},'bb':{}},'minProperties':2,'additionalProperties':false}"),
          objects(
              "{'allOf':[{'type':'object','properties':{'a':{'type':'integer'}}},{'required':['a']},{'maxProperties':1}]}"),
          objects(
              "{'oneOf':[{'type':'object','properties':{'a':{'const':1}},'required':['a']},{'type':'null'}]}"));

  @TestFactory
  Stream<DynamicTest> everyValidTextIsReached() {
    return CASES.stream()
        .map(c -> DynamicTest.dynamicTest(c.schema, () -> check(c, c.schema.replace('\'', '"'))));
  }

  private static void check(Case c, String schema) {
    Validator validator = new Validator(schema);
    Grammar grammar = Grammar.fromJsonSchema(schema, new SchemaOptions(Whitespace.NONE, false));
    new BruteForce(
            grammar,
            c.letters,
            c.length,
            validator::accepts,
            text -> c.ours.test(text) && validator.accepts(text))
        .check();
  }

  @AfterAll
  static void count() {
    BruteForce.printCounts();
  }
}
