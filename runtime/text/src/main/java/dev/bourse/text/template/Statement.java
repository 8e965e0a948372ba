package dev.bourse.text.template;

import java.util.List;
import java.util.Optional;

/** What a template does; most statements write text. */
sealed interface Statement {

  /** Text between tags. */
  record Data(String text) implements Statement {}

  /** {@code {{ value }}} */
  record Print(Expression value, int line) implements Statement {}

  record If(List<Branch> branches, List<Statement> otherwise) implements Statement {
    record Branch(Expression condition, List<Statement> body, int line) {}
  }

  record For(
      Target target,
      Expression iterable,
      Optional<Expression> filter,
      boolean recursive,
      List<Statement> body,
      List<Statement> otherwise,
      int line)
      implements Statement {}

  /** Leaves the innermost loop, or goes on with its next element. */
  enum Jump implements Statement {
    BREAK,
    CONTINUE
  }

  record Set(Target target, Expression value, int line) implements Statement {}

  /** Sets a variable to the text of a block, through filters if there are any. */
  record SetBlock(Target target, Optional<Expression.Filter> filter, List<Statement> body, int line)
      implements Statement {}

  /** Writes the text of a block through filters. */
  record FilterBlock(Expression.Filter filter, List<Statement> body, int line)
      implements Statement {}

  /** A block with variables of its own. */
  record With(List<Binding> bindings, List<Statement> body, int line) implements Statement {
    record Binding(Target target, Expression value) {}
  }

  /**
   * Defines a macro.
   *
   * @param mentions the variables its expressions mention; {@code caller}, {@code varargs} and
   *     {@code kwargs} exist in the macros that mention them
   */
  record Macro(
      String name,
      Signature signature,
      List<Statement> body,
      java.util.Set<String> mentions,
      int line)
      implements Statement {}

  /** Calls a macro that may call the block back as {@code caller}. */
  record CallBlock(Expression.Call call, Macro caller, int line) implements Statement {}

  /** Statements that belong to a tag without an effect of its own: {@code generation}. */
  record Block(List<Statement> body) implements Statement {}

  /**
   * The parameters of a macro.
   *
   * @param defaults of the last parameters
   */
  record Signature(List<String> parameters, List<Expression> defaults) {}

  /** What can be assigned to. */
  sealed interface Target {
    record Name(String name) implements Target {}

    /** {@code namespace.attribute} */
    record Member(String namespace, String attribute) implements Target {}

    record Several(List<Target> targets) implements Target {}
  }
}
