package dev.bourse.text.template;

import dev.bourse.text.template.Statement.Block;
import dev.bourse.text.template.Statement.CallBlock;
import dev.bourse.text.template.Statement.Data;
import dev.bourse.text.template.Statement.FilterBlock;
import dev.bourse.text.template.Statement.For;
import dev.bourse.text.template.Statement.If;
import dev.bourse.text.template.Statement.Jump;
import dev.bourse.text.template.Statement.Macro;
import dev.bourse.text.template.Statement.Print;
import dev.bourse.text.template.Statement.Set;
import dev.bourse.text.template.Statement.SetBlock;
import dev.bourse.text.template.Statement.Signature;
import dev.bourse.text.template.Statement.Target;
import dev.bourse.text.template.Statement.With;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Parses the statements of a template. */
final class StatementParser {
  private final TokenStream tokens;
  private final ExpressionParser expressions;
  private int loops;

  private StatementParser(TokenStream tokens) {
    this.tokens = tokens;
    expressions = new ExpressionParser(tokens);
  }

  static List<Statement> parse(List<Token> tokens, int maxNesting) {
    StatementParser parser = new StatementParser(new TokenStream(tokens, maxNesting));
    return parser.parseUntil();
  }

  /**
   * Parses up to a tag that begins with one of {@code ends}, or without any to the template's end.
   */
  private List<Statement> parseUntil(String... ends) {
    tokens.enter();
    int begin = tokens.line();
    List<Statement> body = new ArrayList<>();
    while (true) {
      Token token = tokens.peek();
      switch (token.kind()) {
        case DATA -> body.add(new Data(tokens.next().text()));
        case PRINT_BEGIN -> {
          tokens.next();
          body.add(new Print(expressions.parseTuple(), token.line()));
          tokens.expect(Token.Kind.PRINT_END);
        }
        case BLOCK_BEGIN -> {
          tokens.next();
          if (tokens.peek().kind() == Token.Kind.NAME
              && List.of(ends).contains(tokens.peek().text())) {
            tokens.leave();
            return List.copyOf(body);
          }
          body.add(parseStatement());
          tokens.expect(Token.Kind.BLOCK_END);
        }
        default -> {
          if (ends.length > 0) {
            throw new SyntaxFault(
                begin,
                "the template ends before '"
                    + String.join("' or '", ends)
                    + "' for what begins here");
          }
          tokens.leave();
          return List.copyOf(body);
        }
      }
    }
  }

  /** The body of a tag: ends the tag, parses up to the given end, and takes its name. */
  private List<Statement> parseBody(String... ends) {
    tokens.skipOperator(":");
    tokens.expect(Token.Kind.BLOCK_END);
    return parseUntil(ends);
  }

  private List<Statement> parseBodyTo(String end) {
    List<Statement> body = parseBody(end);
    tokens.next();
    return body;
  }

  private Statement parseStatement() {
    int line = tokens.line();
    Token tag = tokens.expect(Token.Kind.NAME);
    return switch (tag.text()) {
      case "for" -> parseFor(line);
      case "if" -> parseIf(line);
      case "set" -> parseSet(line);
      case "macro" -> {
        java.util.Set<String> before = expressions.collectMentioned();
        String name = tokens.expectName();
        yield macro(name, parseSignature(), "endmacro", before, line);
      }
      case "call" -> parseCall(line);
      case "filter" ->
          new FilterBlock(expressions.parseFilterChain(), parseBodyTo("endfilter"), line);
      case "with" -> parseWith(line);
      case "print" -> new Print(expressions.parseTuple(), line);
      case "generation" -> new Block(parseBodyTo("endgeneration"));
      case "break" -> jump(Jump.BREAK, line);
      case "continue" -> jump(Jump.CONTINUE, line);
      case "extends", "include", "import", "from", "block" ->
          throw new SyntaxFault(line, "'" + tag.text() + "': a chat template stands alone");
      default -> throw new SyntaxFault(line, "unknown tag '" + tag.text() + "'");
    };
  }

  private Statement jump(Jump jump, int line) {
    if (loops == 0) {
      throw new SyntaxFault(
          line, "'" + (jump == Jump.BREAK ? "break" : "continue") + "' outside a loop");
    }
    return jump;
  }

  private Macro macro(
      String name, Signature signature, String end, java.util.Set<String> before, int line) {
    List<Statement> body = parseSeparateBody(end);
    return new Macro(name, signature, body, expressions.collectedSince(before), line);
  }

  /** A body that is run on its own, so that it cannot leave a loop around it. */
  private List<Statement> parseSeparateBody(String end) {
    int outer = loops;
    loops = 0;
    List<Statement> body = parseBodyTo(end);
    loops = outer;
    return body;
  }

  private Statement parseFor(int line) {
    Target target = parseTarget(false);
    tokens.expectName("in");
    Expression iterable = expressions.parseIterable();
    Optional<Expression> filter =
        tokens.skipName("if") ? Optional.of(expressions.parse()) : Optional.empty();
    boolean recursive = tokens.skipName("recursive");
    loops++;
    List<Statement> body = parseBody("endfor", "else");
    loops--;
    List<Statement> otherwise = List.of();
    if (tokens.next().isName("else")) {
      otherwise = parseBodyTo("endfor");
    }
    return new For(target, iterable, filter, recursive, body, otherwise, line);
  }

  private Statement parseIf(int line) {
    List<If.Branch> branches = new ArrayList<>();
    int branchLine = line;
    while (true) {
      Expression condition = expressions.parseTupleWithoutConditional();
      List<Statement> body = parseBody("elif", "else", "endif");
      branches.add(new If.Branch(condition, body, branchLine));
      branchLine = tokens.line();
      Token end = tokens.next();
      if (end.isName("endif")) {
        return new If(List.copyOf(branches), List.of());
      }
      if (end.isName("else")) {
        return new If(List.copyOf(branches), parseBodyTo("endif"));
      }
    }
  }

  private Statement parseSet(int line) {
    Target target = parseTarget(true);
    if (tokens.skipOperator("=")) {
      return new Set(target, expressions.parseTuple(), line);
    }
    Optional<Expression.Filter> filter =
        tokens.skipOperator("|") ? Optional.of(expressions.parseFilterChain()) : Optional.empty();
    return new SetBlock(target, filter, parseBodyTo("endset"), line);
  }

  private Statement parseWith(int line) {
    List<With.Binding> bindings = new ArrayList<>();
    while (tokens.peek().kind() != Token.Kind.BLOCK_END) {
      if (!bindings.isEmpty()) {
        tokens.expectOperator(",");
      }
      Target target = parseTarget(false);
      tokens.expectOperator("=");
      bindings.add(new With.Binding(target, expressions.parse()));
    }
    return new With(List.copyOf(bindings), parseBodyTo("endwith"), line);
  }

  private Statement parseCall(int line) {
    Signature signature =
        tokens.atOperator("(") ? parseSignature() : new Signature(List.of(), List.of());
    if (!(expressions.parse() instanceof Expression.Call call)) {
      throw new SyntaxFault(line, "'call' needs a call");
    }
    java.util.Set<String> before = expressions.collectMentioned();
    return new CallBlock(call, macro("caller", signature, "endcall", before, line), line);
  }

  private Signature parseSignature() {
    List<String> parameters = new ArrayList<>();
    List<Expression> defaults = new ArrayList<>();
    tokens.expectOperator("(");
    while (!tokens.skipOperator(")")) {
      if (!parameters.isEmpty()) {
        tokens.expectOperator(",");
        // Jinja does not take a trailing comma here either.
      }
      parameters.add(assignable(tokens.expectName()));
      if (tokens.skipOperator("=")) {
        defaults.add(expressions.parse());
      } else if (!defaults.isEmpty()) {
        throw new SyntaxFault(
            tokens.line(), "a parameter without default follows one with a default");
      }
    }
    return new Signature(List.copyOf(parameters), List.copyOf(defaults));
  }

  private Target parseTarget(boolean withMembers) {
    List<Target> targets = new ArrayList<>();
    boolean several = false;
    do {
      if (several && (tokens.atName("in") || tokens.atOperator("=") || tokens.atOperator(")"))) {
        break;
      }
      targets.add(parseOneTarget(withMembers));
      several |= tokens.atOperator(",");
    } while (tokens.skipOperator(","));
    return several ? new Target.Several(List.copyOf(targets)) : targets.getFirst();
  }

  private Target parseOneTarget(boolean withMembers) {
    if (tokens.skipOperator("(")) {
      tokens.enter();
      Target inner = parseTarget(withMembers);
      tokens.expectOperator(")");
      tokens.leave();
      return inner;
    }
    String name = assignable(tokens.expectName());
    if (withMembers && tokens.skipOperator(".")) {
      return new Target.Member(name, tokens.expectName());
    }
    return new Target.Name(name);
  }

  private String assignable(String name) {
    return switch (name) {
      case "true", "True", "false", "False", "none", "None" ->
          throw new SyntaxFault(tokens.line(), "cannot assign to '" + name + "'");
      default -> name;
    };
  }
}
