package dev.bourse.text.template;

import java.util.List;
import java.util.Optional;

/** What has a value. */
sealed interface Expression {

  /** A literal number, string, boolean or none. */
  record Constant(Value value) implements Expression {}

  record Variable(String name) implements Expression {}

  record ListLiteral(List<Expression> items) implements Expression {}

  record TupleLiteral(List<Expression> items) implements Expression {}

  record DictLiteral(List<Pair> entries) implements Expression {
    record Pair(Expression key, Expression value) {}
  }

  /** {@code object.name} */
  record Attribute(Expression object, String name, int line) implements Expression {}

  /** {@code object[index]} */
  record Subscript(Expression object, Expression index, int line) implements Expression {}

  /** {@code object[start:stop:step]} */
  record Slice(
      Expression object,
      Optional<Expression> start,
      Optional<Expression> stop,
      Optional<Expression> step,
      int line)
      implements Expression {}

  record Call(Expression callee, CallArguments arguments, int line) implements Expression {}

  /**
   * {@code subject|name(arguments)}
   *
   * @param subject empty in a filter block, where the block's text takes its place
   */
  record Filter(Optional<Expression> subject, String name, CallArguments arguments, int line)
      implements Expression {}

  /** {@code subject is name(arguments)} */
  record Test(Expression subject, String name, CallArguments arguments, int line)
      implements Expression {}

  /** A sign: {@code -} or {@code +}. */
  record Sign(String operator, Expression operand, int line) implements Expression {}

  /** An arithmetic operator. */
  record Binary(String operator, Expression left, Expression right, int line)
      implements Expression {}

  /** {@code a ~ b ~ c} */
  record Concatenation(List<Expression> parts) implements Expression {}

  /** {@code first < a == b in c …}, each comparison with its left neighbour. */
  record Compare(Expression first, List<Operand> rest, int line) implements Expression {
    record Operand(String operator, Expression value) {}
  }

  record Not(Expression operand) implements Expression {}

  record And(Expression left, Expression right) implements Expression {}

  record Or(Expression left, Expression right) implements Expression {}

  /** {@code then if condition else otherwise} */
  record Conditional(Expression condition, Expression then, Optional<Expression> otherwise)
      implements Expression {}

  /** What stands in the parentheses of a call; {@code *list} and {@code **dict} come last. */
  record CallArguments(
      List<Expression> positional,
      List<Named> named,
      Optional<Expression> list,
      Optional<Expression> dict) {
    static final CallArguments NONE =
        new CallArguments(List.of(), List.of(), Optional.empty(), Optional.empty());

    record Named(String name, Expression value) {}
  }
}
