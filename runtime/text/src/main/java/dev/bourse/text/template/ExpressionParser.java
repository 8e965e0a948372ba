package dev.bourse.text.template;

import dev.bourse.text.template.Expression.And;
import dev.bourse.text.template.Expression.Attribute;
import dev.bourse.text.template.Expression.Binary;
import dev.bourse.text.template.Expression.Call;
import dev.bourse.text.template.Expression.CallArguments;
import dev.bourse.text.template.Expression.Compare;
import dev.bourse.text.template.Expression.Concatenation;
import dev.bourse.text.template.Expression.Conditional;
import dev.bourse.text.template.Expression.Constant;
import dev.bourse.text.template.Expression.DictLiteral;
import dev.bourse.text.template.Expression.Filter;
import dev.bourse.text.template.Expression.ListLiteral;
import dev.bourse.text.template.Expression.Not;
import dev.bourse.text.template.Expression.Or;
import dev.bourse.text.template.Expression.Sign;
import dev.bourse.text.template.Expression.Slice;
import dev.bourse.text.template.Expression.Subscript;
import dev.bourse.text.template.Expression.Test;
import dev.bourse.text.template.Expression.TupleLiteral;
import dev.bourse.text.template.Expression.Variable;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Parses expressions by recursive descent, a method for each level of precedence, loosest first:
 * conditional, or, and, not, comparison, sum, {@code ~}, product, power, sign, postfix, filter. As
 * in Jinja, {@code **} is left-associative and a sign binds tighter than it.
 */
final class ExpressionParser {
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");

  private final TokenStream tokens;
  private Set<String> mentioned = new HashSet<>();

  ExpressionParser(TokenStream tokens) {
    this.tokens = tokens;
  }

  /**
   * Begins to collect the variables that expressions mention.
   *
   * @return those mentioned so far
   */
  Set<String> collectMentioned() {
    Set<String> before = mentioned;
    mentioned = new HashSet<>();
    return before;
  }

  /** Ends it, and adds what was mentioned to the earlier ones. */
  Set<String> collectedSince(Set<String> before) {
    Set<String> collected = mentioned;
    mentioned = before;
    mentioned.addAll(collected);
    return Set.copyOf(collected);
  }

  Expression parse() {
    tokens.enter();
    Expression value = parseOr();
    while (tokens.skipName("if")) {
      Expression condition = parseOr();
      Optional<Expression> otherwise =
          tokens.skipName("else") ? Optional.of(parse()) : Optional.empty();
      value = new Conditional(condition, value, otherwise);
    }
    tokens.leave();
    return value;
  }

  /** An expression that is not a conditional, or several of them as a tuple. */
  Expression parseTupleWithoutConditional() {
    return parseTuple(false, false, token -> false);
  }

  /** An expression, or several separated by commas as a tuple. */
  Expression parseTuple() {
    return parseTuple(true, false, token -> false);
  }

  /** What {@code for} iterates over: ends also at {@code recursive}. */
  Expression parseIterable() {
    return parseTuple(false, false, token -> token.isName("recursive"));
  }

  private Expression parseTuple(boolean conditional, boolean mayBeEmpty, Predicate<Token> end) {
    List<Expression> items = new ArrayList<>();
    boolean isTuple = false;
    while (!atTupleEnd() && !end.test(tokens.peek())) {
      items.add(conditional ? parse() : parseOr());
      if (!tokens.skipOperator(",")) {
        break;
      }
      isTuple = true;
    }
    if (items.isEmpty() && !mayBeEmpty) {
      throw tokens.unexpected("an expression");
    }
    return items.size() == 1 && !isTuple ? items.getFirst() : new TupleLiteral(List.copyOf(items));
  }

  private boolean atTupleEnd() {
    Token token = tokens.peek();
    return token.kind() == Token.Kind.PRINT_END
        || token.kind() == Token.Kind.BLOCK_END
        || token.isOperator(")");
  }

  private Expression parseOr() {
    Expression left = parseAnd();
    while (tokens.skipName("or")) {
      left = new Or(left, parseAnd());
    }
    return left;
  }

  private Expression parseAnd() {
    Expression left = parseNot();
    while (tokens.skipName("and")) {
      left = new And(left, parseNot());
    }
    return left;
  }

  private Expression parseNot() {
    if (!tokens.skipName("not")) {
      return parseComparison();
    }
    tokens.enter();
    Expression operand = parseNot();
    tokens.leave();
    return new Not(operand);
  }

  private Expression parseComparison() {
    int line = tokens.line();
    Expression first = parseSum();
    List<Compare.Operand> rest = new ArrayList<>();
    while (true) {
      Token token = tokens.peek();
      if (token.kind() == Token.Kind.OPERATOR && COMPARISONS.contains(token.text())) {
        tokens.next();
        rest.add(new Compare.Operand(token.text(), parseSum()));
      } else if (tokens.skipName("in")) {
        rest.add(new Compare.Operand("in", parseSum()));
      } else if (token.isName("not") && tokens.peekSecond().isName("in")) {
        tokens.next();
        tokens.next();
        rest.add(new Compare.Operand("not in", parseSum()));
      } else {
        return rest.isEmpty() ? first : new Compare(first, List.copyOf(rest), line);
      }
    }
  }

  private Expression parseSum() {
    Expression left = parseConcatenation();
    while (tokens.atOperator("+") || tokens.atOperator("-")) {
      Token operator = tokens.next();
      left = new Binary(operator.text(), left, parseConcatenation(), operator.line());
    }
    return left;
  }

  private Expression parseConcatenation() {
    Expression first = parseProduct();
    if (!tokens.atOperator("~")) {
      return first;
    }
    List<Expression> parts = new ArrayList<>(List.of(first));
    while (tokens.skipOperator("~")) {
      parts.add(parseProduct());
    }
    return new Concatenation(List.copyOf(parts));
  }

  private Expression parseProduct() {
    Expression left = parsePower();
    while (tokens.atOperator("*")
        || tokens.atOperator("/")
        || tokens.atOperator("//")
        || tokens.atOperator("%")) {
      Token operator = tokens.next();
      left = new Binary(operator.text(), left, parsePower(), operator.line());
    }
    return left;
  }

  private Expression parsePower() {
    Expression left = parseUnary(true);
    while (tokens.atOperator("**")) {
      Token operator = tokens.next();
      left = new Binary(operator.text(), left, parseUnary(true), operator.line());
    }
    return left;
  }

  private Expression parseUnary(boolean withFilters) {
    Expression value;
    if (tokens.atOperator("-") || tokens.atOperator("+")) {
      tokens.enter();
      Token operator = tokens.next();
      value = new Sign(operator.text(), parseUnary(false), operator.line());
      tokens.leave();
    } else {
      value = parsePrimary();
    }
    value = parsePostfix(value);
    return withFilters ? parseFilters(value) : value;
  }

  private Expression parsePrimary() {
    Token token = tokens.peek();
    return switch (token.kind()) {
      case NAME -> parseName();
      case STRING -> parseString();
      case INTEGER -> {
        tokens.next();
        yield new Constant(new Value.Int(integer(token)));
      }
      case FLOAT -> {
        tokens.next();
        yield new Constant(new Value.Real(Double.parseDouble(token.text())));
      }
      case OPERATOR -> parseBrackets(token);
      default -> throw tokens.unexpected("an expression");
    };
  }

  private Expression parseName() {
    String name = tokens.next().text();
    return switch (name) {
      case "true", "True" -> new Constant(Value.Bool.TRUE);
      case "false", "False" -> new Constant(Value.Bool.FALSE);
      case "none", "None" -> new Constant(Value.None.NONE);
      default -> {
        mentioned.add(name);
        yield new Variable(name);
      }
    };
  }

  private Expression parseString() {
    StringBuilder text = new StringBuilder();
    while (tokens.peek().kind() == Token.Kind.STRING) {
      text.append(tokens.next().text());
    }
    return new Constant(Value.Str.of(text.toString()));
  }

  private static BigInteger integer(Token token) {
    String text = token.text();
    int radix =
        switch (text.length() > 1 ? text.charAt(1) | 0x20 : '0') {
          case 'x' -> 16;
          case 'o' -> 8;
          case 'b' -> 2;
          default -> 10;
        };
    String digits = radix == 10 ? text : text.substring(2);
    if (digits.isEmpty()
        || digits.length() > 1000
        || (radix == 10 && digits.startsWith("0") && !digits.matches("0+"))) {
      throw new SyntaxFault(token.line(), "'" + text + "' is not an integer");
    }
    return new BigInteger(digits, radix);
  }

  private Expression parseBrackets(Token token) {
    tokens.enter();
    Expression value =
        switch (token.text()) {
          case "(" -> {
            tokens.next();
            Expression inner = parseTuple(true, true, end -> false);
            tokens.expectOperator(")");
            yield inner;
          }
          case "[" -> {
            tokens.next();
            yield new ListLiteral(parseItems("]"));
          }
          case "{" -> parseDict();
          default -> throw tokens.unexpected("an expression");
        };
    tokens.leave();
    return value;
  }

  private List<Expression> parseItems(String close) {
    List<Expression> items = new ArrayList<>();
    while (!tokens.skipOperator(close)) {
      if (!items.isEmpty()) {
        tokens.expectOperator(",");
        if (tokens.skipOperator(close)) {
          break;
        }
      }
      items.add(parse());
    }
    return List.copyOf(items);
  }

  private Expression parseDict() {
    tokens.expectOperator("{");
    List<DictLiteral.Pair> entries = new ArrayList<>();
    while (!tokens.skipOperator("}")) {
      if (!entries.isEmpty()) {
        tokens.expectOperator(",");
        if (tokens.skipOperator("}")) {
          break;
        }
      }
      Expression key = parse();
      tokens.expectOperator(":");
      entries.add(new DictLiteral.Pair(key, parse()));
    }
    return new DictLiteral(List.copyOf(entries));
  }

  private Expression parsePostfix(Expression start) {
    Expression value = start;
    while (true) {
      int line = tokens.line();
      if (tokens.skipOperator(".")) {
        value = parseAttribute(value, line);
      } else if (tokens.skipOperator("[")) {
        value = parseSubscript(value, line);
      } else if (tokens.atOperator("(")) {
        value = new Call(value, parseArguments(), line);
      } else {
        return value;
      }
    }
  }

  private Expression parseAttribute(Expression object, int line) {
    Token token = tokens.next();
    return switch (token.kind()) {
      case NAME -> new Attribute(object, token.text(), line);
      case INTEGER -> new Subscript(object, new Constant(new Value.Int(integer(token))), line);
      default ->
          throw new SyntaxFault(
              line, "expected a name or number after '.', found " + token.description());
    };
  }

  private Expression parseSubscript(Expression object, int line) {
    Optional<Expression> start = tokens.atOperator(":") ? Optional.empty() : Optional.of(parse());
    if (tokens.skipOperator(":")) {
      Optional<Expression> stop = parseBound();
      Optional<Expression> step = tokens.skipOperator(":") ? parseBound() : Optional.empty();
      tokens.expectOperator("]");
      return new Slice(object, start, stop, step, line);
    }
    List<Expression> indices = new ArrayList<>(List.of(start.orElseThrow()));
    while (tokens.skipOperator(",")) {
      indices.add(parse());
    }
    tokens.expectOperator("]");
    Expression index =
        indices.size() == 1 ? indices.getFirst() : new TupleLiteral(List.copyOf(indices));
    return new Subscript(object, index, line);
  }

  private Optional<Expression> parseBound() {
    return tokens.atOperator(":") || tokens.atOperator("]")
        ? Optional.empty()
        : Optional.of(parse());
  }

  private CallArguments parseArguments() {
    tokens.expectOperator("(");
    List<Expression> positional = new ArrayList<>();
    List<CallArguments.Named> named = new ArrayList<>();
    Optional<Expression> list = Optional.empty();
    Optional<Expression> dict = Optional.empty();
    boolean first = true;
    while (!tokens.skipOperator(")")) {
      if (!first) {
        tokens.expectOperator(",");
        if (tokens.skipOperator(")")) {
          break;
        }
      }
      first = false;
      if (list.isEmpty() && dict.isEmpty() && tokens.skipOperator("*")) {
        list = Optional.of(parse());
      } else if (dict.isEmpty() && tokens.skipOperator("**")) {
        dict = Optional.of(parse());
      } else if (dict.isEmpty()
          && tokens.peek().kind() == Token.Kind.NAME
          && tokens.peekSecond().isOperator("=")) {
        String name = tokens.expectName();
        tokens.expectOperator("=");
        named.add(new CallArguments.Named(name, parse()));
      } else if (named.isEmpty() && list.isEmpty() && dict.isEmpty()) {
        positional.add(parse());
      } else {
        throw new SyntaxFault(tokens.line(), "a positional argument follows a named one");
      }
    }
    return new CallArguments(List.copyOf(positional), List.copyOf(named), list, dict);
  }

  private Expression parseFilters(Expression start) {
    Expression value = start;
    while (true) {
      int line = tokens.line();
      if (tokens.skipOperator("|")) {
        value = parseFilter(Optional.of(value), line);
      } else if (tokens.skipName("is")) {
        value = parseTest(value, line);
      } else if (tokens.atOperator("(")) {
        value = new Call(value, parseArguments(), line);
      } else {
        return value;
      }
    }
  }

  /** The filters of a block: a name, then more of them after bars. */
  Filter parseFilterChain() {
    Filter filter = parseFilter(Optional.empty(), tokens.line());
    while (tokens.skipOperator("|")) {
      filter = parseFilter(Optional.of(filter), tokens.line());
    }
    return filter;
  }

  private Filter parseFilter(Optional<Expression> subject, int line) {
    String name = parseDottedName();
    CallArguments arguments = tokens.atOperator("(") ? parseArguments() : CallArguments.NONE;
    return new Filter(subject, name, arguments, line);
  }

  private String parseDottedName() {
    StringBuilder name = new StringBuilder(tokens.expectName());
    while (tokens.skipOperator(".")) {
      name.append('.').append(tokens.expectName());
    }
    return name.toString();
  }

  private Expression parseTest(Expression subject, int line) {
    boolean negated = tokens.skipName("not");
    String name = parseDottedName();
    CallArguments arguments = CallArguments.NONE;
    if (tokens.atOperator("(")) {
      arguments = parseArguments();
    } else if (startsTestArgument()) {
      if (tokens.atName("is")) {
        throw new SyntaxFault(line, "tests cannot be chained with 'is'");
      }
      Expression argument = parsePostfix(parsePrimary());
      arguments =
          new CallArguments(List.of(argument), List.of(), Optional.empty(), Optional.empty());
    }
    Expression test = new Test(subject, name, arguments, line);
    return negated ? new Not(test) : test;
  }

  private boolean startsTestArgument() {
    Token token = tokens.peek();
    return switch (token.kind()) {
      case NAME -> !Set.of("else", "or", "and").contains(token.text());
      case STRING, INTEGER, FLOAT -> true;
      default -> token.isOperator("[") || token.isOperator("{");
    };
  }
}
