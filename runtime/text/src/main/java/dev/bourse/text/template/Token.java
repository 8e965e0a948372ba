package dev.bourse.text.template;

/**
 * A piece of template source.
 *
 * @param line where it begins, from 1
 * @param text data: the text; names, numbers and operators: as written; strings: unescaped
 */
record Token(Kind kind, String text, int line) {
  enum Kind {
    DATA("text"),
    PRINT_BEGIN("'{{'"),
    PRINT_END("'}}'"),
    BLOCK_BEGIN("'{%'"),
    BLOCK_END("'%}'"),
    NAME("name"),
    STRING("string"),
    INTEGER("integer"),
    FLOAT("float"),
    OPERATOR("operator"),
    END("end of template");

    private final String description;

    Kind(String description) {
      this.description = description;
    }

    String description() {
      return description;
    }
  }

  boolean isName(String name) {
    return kind == Kind.NAME && text.equals(name);
  }

  boolean isOperator(String operator) {
    return kind == Kind.OPERATOR && text.equals(operator);
  }

  /** For error messages. */
  String description() {
    return switch (kind) {
      case NAME, INTEGER, FLOAT, OPERATOR -> "'" + text + "'";
      case STRING -> "string '" + (text.length() > 20 ? text.substring(0, 20) + "…" : text) + "'";
      default -> kind.description();
    };
  }
}
