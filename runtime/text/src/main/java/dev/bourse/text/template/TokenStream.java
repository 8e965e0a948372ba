package dev.bourse.text.template;

import java.util.List;

/** Reads tokens in order, with what parsers keep asking for. */
final class TokenStream {
  private final List<Token> tokens;
  private final int maxNesting;
  private int position;
  private int nesting;

  TokenStream(List<Token> tokens, int maxNesting) {
    this.tokens = tokens;
    this.maxNesting = maxNesting;
  }

  Token peek() {
    return tokens.get(position);
  }

  Token peekSecond() {
    return tokens.get(Math.min(position + 1, tokens.size() - 1));
  }

  Token next() {
    Token token = tokens.get(position);
    position = Math.min(position + 1, tokens.size() - 1);
    return token;
  }

  int line() {
    return peek().line();
  }

  boolean atName(String name) {
    return peek().isName(name);
  }

  boolean atOperator(String operator) {
    return peek().isOperator(operator);
  }

  boolean skipName(String name) {
    boolean found = atName(name);
    if (found) {
      next();
    }
    return found;
  }

  boolean skipOperator(String operator) {
    boolean found = atOperator(operator);
    if (found) {
      next();
    }
    return found;
  }

  String expectName() {
    return expect(Token.Kind.NAME).text();
  }

  void expectName(String name) {
    if (!skipName(name)) {
      throw unexpected("'" + name + "'");
    }
  }

  void expectOperator(String operator) {
    if (!skipOperator(operator)) {
      throw unexpected("'" + operator + "'");
    }
  }

  Token expect(Token.Kind kind) {
    if (peek().kind() != kind) {
      throw unexpected(kind.description());
    }
    return next();
  }

  SyntaxFault unexpected(String expected) {
    return new SyntaxFault(line(), "expected " + expected + ", found " + peek().description());
  }

  /** Marks that what follows is nested in what was; the parsers recurse only through here. */
  void enter() {
    if (++nesting > maxNesting) {
      throw new SyntaxFault(line(), "nested deeper than " + maxNesting);
    }
  }

  void leave() {
    nesting--;
  }
}
