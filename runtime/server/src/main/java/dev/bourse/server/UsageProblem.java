package dev.bourse.server;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is wrong with a command line, without the words of Java that picocli has for it. */
final class UsageProblem {
  private UsageProblem() {}

  /** What is wrong, and where to read more. */
  static String words(ParameterException problem) {
    String command = problem.getCommandLine().getCommandSpec().qualifiedName();
    return "%s (%s --help explains)".formatted(problem(problem, command), command);
  }

  private static String problem(ParameterException problem, String command) {
    if (problem instanceof UnmatchedArgumentException unmatched) {
      return unmatched(unmatched, command);
    }
    ArgSpec argument = problem.getArgSpec();
    String value = problem.getValue();
    if (argument != null && value != null) {
      String expected = expected(argument.type());
      if (expected != null) {
        return "%s is '%s', expected %s".formatted(name(argument), value, expected);
      }
    }
    return String.valueOf(problem.getMessage());
  }

  private static String name(ArgSpec argument) {
    return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
  }

  private static String unmatched(UnmatchedArgumentException problem, String command) {
    String argument = problem.getUnmatched().getFirst();
    String suggestions = String.join(", ", problem.getSuggestions());
    return "'%s' means nothing to %s%s"
        .formatted(
            argument, command, suggestions.isEmpty() ? "" : "; did you mean " + suggestions + "?");
  }

  private static @Nullable String expected(Class<?> type) {
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .map(Object::toString)
          .collect(Collectors.joining(", ", "one of ", ""));
    }
    if (type == int.class || type == Integer.class) {
      return "a whole number from %d to %d".formatted(Integer.MIN_VALUE, Integer.MAX_VALUE);
    }
    if (type == long.class || type == Long.class) {
      return "a whole number from %d to %d".formatted(Long.MIN_VALUE, Long.MAX_VALUE);
    }
    return type == double.class || type == Double.class ? "a number" : null;
  }
}
