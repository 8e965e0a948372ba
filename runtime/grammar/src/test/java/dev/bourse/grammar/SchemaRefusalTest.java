package dev.bourse.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a schema may not ask for, by name and place. */
class SchemaRefusalTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '¦',
      quoteCharacter = '~',
      value = {
        "{'not':{}} ¦ #/not: 'not' is not supported",
        "{'properties':{'a':{'if':true}},'type':'object'} ¦ #/properties/a/if: 'if' is not supported",
        "{'contains':{}} ¦ #/contains: 'contains' is not supported",
        "{'uniqueItems':true} ¦ #/uniqueItems: 'uniqueItems' is not supported",
        "{'dependentRequired':{}} ¦ #/dependentRequired",
        "{'propertyNames':{}} ¦ #/propertyNames",
        "{'unevaluatedProperties':false} ¦ #/unevaluatedProperties",
        "{'unevaluatedItems':false} ¦ #/unevaluatedItems",
        "{'$dynamicRef':'#a'} ¦ #/$dynamicRef",
        "{'type':'array','items':[{}]} ¦ #/items: an array is of an older draft",
        "{'additionalItems':false} ¦ older draft",
        "{'type':'strin'} ¦ #/type: \"strin\" is no type",
        "{'type':['string',3]} ¦ #/type/1: 3 is no type",
        "{'type':'string','format':'color'} ¦ #/format: the format \"color\" is not supported",
        "{'type':'string','pattern':'(?=a)'} ¦ #/pattern: regular expression '(?=a)', offset 0: lookahead",
        "{'type':'string','pattern':3} ¦ #/pattern: is not a string",
        "{'type':'string','minLength':-1} ¦ #/minLength: is not a whole number",
        "{'type':'string','minLength':1.5} ¦ #/minLength: is not a whole number",
        "{'type':'string','maxLength':'3'} ¦ #/maxLength: is not a number",
        "{'type':'string','maxLength':70000} ¦ #/maxLength: is 70000, at most 50,000",
        "{'type':'number','multipleOf':0} ¦ #/multipleOf: is not greater than 0",
        "{'type':'number','minimum':'1'} ¦ #/minimum: is not a number",
        "{'$ref':'other.json'} ¦ #/$ref: refers to 'other.json'; only references into the same schema",
        "{'$ref':'#/$defs/x'} ¦ #/$ref: refers to '#/$defs/x', which is not there",
        "{'$ref':'#nowhere'} ¦ #/$ref",
        "{'$ref':3} ¦ #/$ref: is not a string",
        "{'$ref':'#'} ¦ #: refers to itself",
        "{'properties':{'a':{'$id':'x'}},'type':'object'} ¦ '$id' below the root",
        "{'oneOf':[{'type':'string'},{'minLength':2}]} ¦ #/oneOf: branches 0 and 1",
        "{'oneOf':[{'type':'integer'},{'type':'number'}]} ¦ may hold for the same value",
        "{'anyOf':{}} ¦ #/anyOf: is not an array",
        "{'anyOf':[3]} ¦ #/anyOf/0: is neither an object nor true or false",
        "{'enum':3} ¦ #/enum: is not an array",
        "{'enum':[1e2000000000],'multipleOf':3} ¦ #/enum: has more than 400 digits",
        "{'enum':[{'a':1}],'required':['a']} ¦ #/required: is not supported beside an enum",
        "{'type':'object','properties':[]} ¦ #/properties: is not an object",
        "{'type':'object','required':'a'} ¦ #/required: is not an array",
        "{'type':'object','required':[1]} ¦ #/required/0: is not a string",
        "{'type':'object','minProperties':3} ¦ #/minProperties: is not supported where",
        "{'type':'string','minLength':3,'maxLength':2} ¦ matches no text",
        "{'enum':[]} ¦ matches no text",
        "{'type':'integer','minimum':3,'maximum':2} ¦ matches no text",
        "{'allOf':[{'type':'string'},{'type':'null'}]} ¦ matches no text",
        "false ¦ matches no text",
        "3 ¦ #: is neither an object",
        "{'type': ¦ the schema is not JSON",
        "{'type':'null','type':'string'} ¦ the schema is not JSON: Duplicate"
      })
  void isRefused(String schema, String what) {
    assertThatThrownBy(() -> Grammar.fromJsonSchema(schema.replace('\'', '"')))
        .isInstanceOf(GrammarException.class)
        .hasMessageContaining(what);
  }

  @Test
  void nullableAddsNullToTheType() {
    CompiledGrammar grammar =
        new CompiledGrammar(
            Grammar.fromJsonSchema("{\"type\":\"integer\",\"nullable\":true}"), Vocabularies.of());
    assertThat(Vocabularies.matches(grammar, "null")).isTrue();
    assertThat(Vocabularies.matches(grammar, "12")).isTrue();
    assertThat(Vocabularies.matches(grammar, "true")).isFalse();
  }

  @Test
  void whitespaceIsAsStated() {
    String schema = "{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"a\"]}}";
    String compact = "[{\"a\":1},{\"a\":2}]";
    String usual = "[\n  {\"a\": 1},\n  {\"a\": 2}\n]";
    String any = "[ \r\n\n {\"a\" :\t1} , {\"a\":  2}]";
    for (Whitespace whitespace : Whitespace.values()) {
      CompiledGrammar grammar =
          new CompiledGrammar(
              Grammar.fromJsonSchema(schema, new SchemaOptions(whitespace, false)),
              Vocabularies.of());
      assertThat(Vocabularies.matches(grammar, compact)).isTrue();
      assertThat(Vocabularies.matches(grammar, usual)).isEqualTo(whitespace != Whitespace.NONE);
      assertThat(Vocabularies.matches(grammar, any)).isEqualTo(whitespace == Whitespace.ANY);
    }
  }
}
