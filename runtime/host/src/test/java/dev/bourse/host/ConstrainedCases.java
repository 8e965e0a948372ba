package dev.bourse.host;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Schemas, regular expressions and EBNF, each with a judge that is not ours. */
final class ConstrainedCases {
  private ConstrainedCases() {}

  /**
   * One of them.
   *
   * @param kind what {@link ConstrainedInferlet} calls it
   * @param isValid whether a text is what the source allows
   */
  record Case(String kind, String source, Predicate<String> isValid) {
    @Override
    public String toString() {
      return kind + " " + source;
    }
  }

  static List<Case> all() {
    List<Case> cases = new ArrayList<>();
    schemas().forEach(schema -> cases.add(new Case("schema", schema, validator(schema))));
    regexes().forEach(regex -> cases.add(new Case("regex", regex, pattern(regex))));
    ebnf(cases);
    return cases;
  }

  private static Predicate<String> validator(String schema) {
    Schema judge =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(schema);
    return text ->
        judge
            .validate(
                text,
                InputFormat.JSON,
                context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)))
            .isEmpty();
  }

  private static Predicate<String> pattern(String regex) {
    Pattern pattern = Pattern.compile(regex, Pattern.DOTALL);
    return text -> pattern.matcher(text).matches();
  }

  private static List<String> schemas() {
    List<String> schemas = new ArrayList<>();
    for (int least : new int[] {-7, 0, 1, 10, 99}) {
      for (int span : new int[] {0, 5, 90, 1000}) {
        schemas.add("{'type':'integer','minimum':%d,'maximum':%d}".formatted(least, least + span));
      }
      schemas.add("{'type':'number','exclusiveMinimum':%d}".formatted(least));
      schemas.add("{'type':'integer','multipleOf':3,'minimum':%d}".formatted(least));
    }
    for (int least = 0; least < 5; least++) {
      schemas.add("{'type':'string','minLength':%d}".formatted(3 * least));
      schemas.add("{'type':'string','maxLength':%d}".formatted(least));
      schemas.add(
          "{'type':'string','minLength':%d,'maxLength':%d}".formatted(least, 2 * least + 1));
      schemas.add(
          "{'type':'array','items':{'type':'integer'},'minItems':%d,'maxItems':%d}"
              .formatted(least, least + 1));
      schemas.add(
          "{'type':'array','items':{'enum':[1,'two',null]},'minItems':%d}".formatted(least));
    }
    for (String format :
        List.of("date", "time", "date-time", "uuid", "ipv4", "ipv6", "hostname", "duration")) {
      schemas.add("{'type':'string','format':'%s'}".formatted(format));
      schemas.add(
          "{'type':'object','properties':{'at':{'type':'string','format':'%s'}},'required':['at']}"
              .formatted(format));
    }
    for (String pattern :
        List.of(
            "^[a-z]+$", "^[A-Z][a-z]{2,8}$", "^[0-9]{3}-[0-9]{4}$", "^(red|green|blue)$", "x")) {
      schemas.add("{'type':'string','pattern':'%s'}".formatted(pattern));
      schemas.add(
          "{'type':'array','items':{'type':'string','pattern':'%s'},'minItems':1,'maxItems':3}"
              .formatted(pattern));
    }
    schemas.addAll(
        List.of(
            "true",
            "{'type':'null'}",
            "{'type':'boolean'}",
            "{'type':'number'}",
            "{'type':'string'}",
            "{'type':'object'}",
            "{'type':'array'}",
            "{'const':{'a':[1,'b']}}",
            "{'enum':['Paris','Rome',3,null,true]}",
            "{'type':['integer','null']}",
            "{'anyOf':[{'type':'integer'},{'const':'none'}]}",
            "{'oneOf':[{'type':'boolean'},{'type':'array','maxItems':2}]}",
            "{'allOf':[{'type':'integer','minimum':3},{'maximum':40}]}",
            "{'$ref':'#/$defs/n','$defs':{'n':{'type':'object','properties':{'v':{'type':'integer'},"
                + "'next':{'anyOf':[{'type':'null'},{'$ref':'#/$defs/n'}]}},"
                + "'required':['v','next'],'additionalProperties':false}}}",
            "{'type':'object','additionalProperties':{'type':'integer'},'minProperties':1}",
            "{'type':'object','patternProperties':{'^s_':{'type':'string','maxLength':4}},"
                + "'additionalProperties':false}",
            "{'type':'array','prefixItems':[{'type':'string','maxLength':3},{'type':'boolean'}],"
                + "'items':false,'minItems':2}"));
    for (int seed = 0; seed < 260; seed++) {
      schemas.add(random(new Random(seed), 0));
    }
    return schemas.stream().map(schema -> schema.replace('\'', '"')).distinct().toList();
  }

  private static String random(Random random, int depth) {
    return switch (random.nextInt(depth < 2 ? 8 : 5)) {
      case 0 -> "{'type':'integer','minimum':%d}".formatted(random.nextInt(100));
      case 1 -> "{'type':'string','maxLength':%d}".formatted(1 + random.nextInt(12));
      case 2 -> "{'type':'boolean'}";
      case 3 -> "{'enum':['%s',%d]}".formatted("abc".repeat(1 + random.nextInt(3)), depth);
      case 4 -> "{'type':'number','maximum':%d}".formatted(random.nextInt(50));
      case 5 ->
          "{'type':'array','items':%s,'maxItems':%d}"
              .formatted(random(random, depth + 1), 1 + random.nextInt(4));
      default -> object(random, depth);
    };
  }

  private static String object(Random random, int depth) {
    List<String> properties = new ArrayList<>();
    List<String> required = new ArrayList<>();
    for (int at = 1 + random.nextInt(4); at > 0; at--) {
      String name = "'" + "abcdefgh".charAt(at) + random.nextInt(10) + "'";
      properties.add(name + ":" + random(random, depth + 1));
      if (random.nextInt(3) > 0) {
        required.add(name);
      }
    }
    return "{'type':'object','properties':{%s},'required':[%s],'additionalProperties':%b}"
        .formatted(
            String.join(",", properties), String.join(",", required), random.nextInt(4) == 0);
  }

  private static List<String> regexes() {
    List<String> parts =
        List.of(
            "[a-z]+",
            "[0-9]{2,4}",
            "(foo|bar)",
            "x?",
            "[^a-z\\n]{1,5}",
            "(ab)*c",
            "\\w+ \\d",
            "é+|ö");
    List<String> regexes = new ArrayList<>(parts);
    for (String first : parts) {
      for (String second : parts) {
        regexes.add("(" + first + ")-(" + second + ")");
      }
    }
    regexes.add("[a-z]+@[a-z]+\\.(com|org)");
    regexes.add("(25[0-5]|1?[0-9]{1,2})(\\.(25[0-5]|1?[0-9]{1,2})){3}");
    return regexes;
  }

  private static void ebnf(List<Case> cases) {
    for (int most = 1; most <= 6; most++) {
      cases.add(
          new Case(
              "ebnf",
              "root ::= item (\", \" item){0,%d}\nitem ::= [a-z]+ | number\nnumber ::= [0-9]{1,3}"
                  .formatted(most),
              pattern("([a-z]+|[0-9]{1,3})(, ([a-z]+|[0-9]{1,3})){0,%d}".formatted(most))));
      cases.add(
          new Case(
              "ebnf",
              "root ::= \"a\"{%d} \"b\"? [^c]".formatted(most),
              pattern("a{%d}b?[^c]".formatted(most))));
      String open = "([{<".substring(0, (most + 1) / 2);
      cases.add(new Case("ebnf", brackets(open), ConstrainedCases::isBalanced));
      cases.add(
          new Case(
              "ebnf",
              "root ::= \"x\" \" = \" sum\nsum ::= term ((\" + \" | \" - \") term){0,%d}\n"
                      .formatted(most)
                  + "term ::= [1-9] [0-9]{0,2}",
              pattern("x = [1-9][0-9]{0,2}( [+-] [1-9][0-9]{0,2}){0,%d}".formatted(most))));
    }
  }

  private static String brackets(String open) {
    StringBuilder rules = new StringBuilder("root ::= pair+\npair ::= ");
    for (int at = 0; at < open.length(); at++) {
      rules.append(at == 0 ? "" : " | ");
      rules.append('"').append(open.charAt(at)).append("\" pair* \"");
      rules.append(")]}>".charAt("([{<".indexOf(open.charAt(at)))).append('"');
    }
    return rules.toString();
  }

  private static boolean isBalanced(String text) {
    StringBuilder open = new StringBuilder();
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if ("([{<".indexOf(c) >= 0) {
        open.append(")]}>".charAt("([{<".indexOf(c)));
      } else if (!open.isEmpty() && open.charAt(open.length() - 1) == c) {
        open.setLength(open.length() - 1);
      } else {
        return false;
      }
    }
    return open.isEmpty() && !text.isEmpty();
  }
}
