package dev.bourse.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.host.AbiGuest.Allocator;
import dev.bourse.host.AbiGuest.Import;
import dev.bourse.host.BrokenValues.Broken;
import dev.bourse.host.GuestValues.Case;
import dev.bourse.host.ImportTable.Row;
import dev.bourse.host.abi.CoreType;
import dev.bourse.host.abi.ImportModule.Signature;
import dev.bourse.host.abi.Imports;
import dev.bourse.host.abi.Shape;
import dev.bourse.host.abi.WitType;
import dev.bourse.host.process.Limit;
import dev.bourse.host.process.Limits;
import dev.bourse.host.process.Outcome;
import dev.bourse.host.process.Outcome.Failed;
import dev.bourse.host.process.Outcome.FailureKind;
import dev.bourse.host.process.Outcome.Finished;
import dev.bourse.host.program.Execution;
import dev.bourse.host.program.ProgramException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every import that there is, under both manglings, once as it is meant and once for everything
 * that its types let a guest get wrong. Whatever the guest does, it ends in an answer or in an
 * error that names the function, and nothing of it is left.
 */
class ConformanceTest {
  private static final Limits SHORT = Limits.DEFAULT.with(Limit.CPU_TIME_MILLIS, 50);

  /** Nothing is waited for that takes longer. */
  private static final Limits SOON = Limits.DEFAULT.with(Limit.WALL_TIME_MILLIS, 2_000);

  /** What functions of core values are called with. */
  private static final long[] CORE_VALUES = {
    0,
    1,
    2,
    3,
    4,
    1023,
    GuestValues.END - 1,
    GuestValues.END,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    -1,
    -8
  };

  /** Functions that answer every guest with an error, and what they say. */
  private static final List<String> REFUSING = List.of("pie:core/media", "pie:core/audio-out");

  /** Functions whose {@code option<string>} looks like the result of one that can fail. */
  private static final Set<String> OPTIONAL_TEXT =
      Set.of("[method]future-string.get", "[method]subscription.get", "initial-cwd");

  /** Functions that say what the guest ends with: the text of the samples. */
  private static final Set<String> REPORTING =
      Set.of("bourse:entry result-ok", "bourse:entry result-error");

  private static AbiHost host;
  private static int functions;
  private static int cases;

  @TempDir private static Path folder;

  @BeforeAll
  static void start() throws Exception {
    host = new AbiHost(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    System.out.printf("conformance: %,d cases over %d functions%n", cases, functions);
    host.close();
  }

  static Stream<Import> imports() {
    return new AbiGuest().imports().stream();
  }

  @Test
  void everyFunctionOfTheTableIsServed() {
    Set<String> served =
        host.guest().imports().stream().map(Import::toString).collect(Collectors.toSet());
    assertThat(ImportTable.rows()).filteredOn(row -> !served.contains(row.toString())).isEmpty();
  }

  @Test
  void everyFunctionLinksUnderBothManglingsAndWithItsSignatureOnly() {
    Imports provided = new Imports(StandardImports::make, List.of());
    for (Row row : ImportTable.rows()) {
      if (provided.find(row.module(), row.name()).isEmpty()) {
        continue;
      }
      String drop = "[resource-drop]";
      String flat =
          row.name().startsWith(drop) ? row.name().substring(drop.length()) + "_drop" : row.name();
      load(row.module(), row.name(), row.parameters(), row.results());
      load("cm32p2|" + row.module(), flat, row.parameters(), row.results());
      List<CoreType> more = new ArrayList<>(row.parameters());
      more.add(CoreType.F64);
      assertThatThrownBy(() -> load(row.module(), row.name(), more, row.results()))
          .isInstanceOf(ProgramException.class)
          .hasMessageContaining("imports " + row + " as ");
      cases += 3;
    }
  }

  private static void load(
      String module, String name, List<CoreType> parameters, List<CoreType> results) {
    Wasm wasm =
        new Wasm()
            .imports(module, name, words(parameters), words(results))
            .function("_start", "", "", "");
    var _ = host.programs().load("linking", wasm.build(), Execution.INTERPRETED);
  }

  private static String words(List<CoreType> types) {
    return types.stream()
        .map(type -> type.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(" "));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("imports")
  void everyCallEndsAsItsTypesSay(Import wanted) throws Exception {
    functions++;
    List<String> problems = new ArrayList<>();
    if (wanted.call().signature().isEmpty()) {
      coreValues(wanted, problems);
      assertThat(problems).as(wanted.toString()).isEmpty();
      return;
    }
    Signature signature = wanted.call().signature().orElseThrow();
    List<WitType<?>> parameters = signature.parameters();
    for (int i = 0; i < parameters.size(); i++) {
      // Behind a handle that nobody can have, nothing is looked at.
      if (parameters.subList(0, i).stream().allMatch(ConformanceTest::canBePassed)) {
        parameter(wanted, i, problems);
      }
    }
    if (parameters.stream().allMatch(ConformanceTest::canBePassed)) {
      succeeds(wanted, problems);
    }
    if (signature.result().flat().size() > 1) {
      returnPointer(wanted, signature.result(), problems);
    }
    assertThat(problems).as(wanted.toString()).isEmpty();
  }

  /**
   * A function without types beyond its core values takes any of them: it answers, traps, or ends
   * the guest.
   */
  private static void coreValues(Import wanted, List<String> problems) throws Exception {
    List<CoreType> parameters = wanted.call().parameters();
    List<long[]> all = new ArrayList<>();
    for (long value : CORE_VALUES) {
      long[] same = new long[parameters.size()];
      Arrays.fill(same, value);
      all.add(same);
      for (int i = 0; i < parameters.size(); i++) {
        long[] one = new long[parameters.size()];
        Arrays.fill(one, 1); // standard output, a span within memory, a flag
        one[i] = value;
        all.add(one);
      }
    }
    for (long[] arguments : all) {
      Outcome outcome = host.run(SOON, calls -> calls.player().call(wanted, arguments));
      cases++;
      boolean exited =
          outcome instanceof Failed(FailureKind kind, String message)
              && kind == FailureKind.ERROR
              && message.startsWith("exited with code ");
      if (!AbiHost.isOver(outcome) && !exited && !matches(outcome, "")) {
        problems.add(Arrays.toString(arguments) + ": " + outcome);
      }
    }
  }

  /** Whether a guest can have such a value. */
  private static boolean canBePassed(WitType<?> type) {
    return switch (type.shape()) {
      case Shape.Handle(var resource, boolean _) -> host.samples().isGiven(resource);
      case Shape.Fields(List<WitType<?>> fields) ->
          fields.stream().allMatch(ConformanceTest::canBePassed);
      default -> true;
    };
  }

  private static void succeeds(Import wanted, List<String> problems) throws Exception {
    AtomicReference<String> told = new AtomicReference<>("");
    AtomicReference<Integer> allocations = new AtomicReference<>(0);
    Outcome outcome =
        host.run(
            Limits.DEFAULT,
            calls -> {
              Object[] arguments = host.samples().arguments(calls, wanted);
              int before = calls.player().allocations();
              Object result = calls.call(wanted, arguments);
              allocations.set(calls.player().allocations() - before);
              told.set(refusal(wanted, result));
            });
    cases++;
    boolean reported =
        REPORTING.contains(wanted.toString())
            && (outcome instanceof Finished
                || outcome.equals(new Failed(FailureKind.ERROR, "text")));
    if (!AbiHost.isOver(outcome) && !reported) {
      problems.add("good arguments: " + outcome);
    }
    if (!told.get().isEmpty() && !REFUSING.contains(wanted.module())) {
      problems.add("good arguments are refused: " + told.get());
    }
    if (allocations.get() > 0) {
      for (Allocator mode : Allocator.values()) {
        allocator(wanted, mode, problems);
      }
    }
  }

  /** The error in a {@code result<T, string>}, or of a file; empty if there is none. */
  private static String refusal(Import wanted, Object result) {
    WitType<?> type = wanted.call().signature().orElseThrow().result();
    if (wanted.toString().startsWith(FileSamples.TYPES)
        && result instanceof Case(int discriminant, Object code)
        && discriminant == 1) {
      return "error code " + code;
    }
    return !OPTIONAL_TEXT.contains(wanted.name())
            && type.shape() instanceof Shape.Variant(List<WitType<?>> kinds)
            && kinds.size() == 2
            && kinds.get(1).shape() instanceof Shape.Text
            && result instanceof Case(int discriminant, Object message)
            && discriminant == 1
        ? "" + message
        : "";
  }

  private static void parameter(Import wanted, int index, List<String> problems) throws Exception {
    WitType<?> type = wanted.call().signature().orElseThrow().parameters().get(index);
    for (Broken broken : BrokenValues.of(type)) {
      expect(
          wanted,
          "parameter " + index + ", " + broken.label(),
          broken.error(),
          calls -> {
            Object[] arguments = host.samples().arguments(calls, wanted);
            arguments[index] = broken.breaker().apply(calls, arguments[index]);
            calls.call(wanted, arguments);
          },
          problems);
    }
  }

  private static void returnPointer(Import wanted, WitType<?> result, List<String> problems)
      throws Exception {
    int end = GuestValues.END;
    List<Integer> outside = List.of(end, -16, end - result.alignment());
    for (int address : outside) {
      if (address + result.size() <= end && address >= 0) {
        continue;
      }
      expect(
          wanted,
          "result at " + address,
          "span of \\d+ bytes at address \\d+ is outside the memory",
          calls -> calls.callInto(wanted, address, host.samples().arguments(calls, wanted)),
          problems);
    }
    if (result.alignment() > 1) {
      expect(
          wanted,
          "unaligned result",
          "is not aligned to",
          calls -> calls.callInto(wanted, 513, host.samples().arguments(calls, wanted)),
          problems);
    }
  }

  private static void allocator(Import wanted, Allocator mode, List<String> problems)
      throws Exception {
    AbiHost.Calls script =
        calls -> {
          Object[] arguments = host.samples().arguments(calls, wanted);
          calls.player().allocator(mode);
          calls.call(wanted, arguments);
        };
    String label = "cabi_realloc " + mode;
    switch (mode) {
      case HONEST -> {
        // As with good arguments.
      }
      case GROWS_MEMORY -> answers(label, script, problems);
      case ANSWERS_UNALIGNED -> answersOrTraps(wanted, label, script, problems);
      case TRAPS -> expectAnywhere(wanted, label, "unreachable", Limits.DEFAULT, script, problems);
      case NEVER_RETURNS ->
          expectAnywhere(wanted, label, "limit cpu-time-millis exceeded", SHORT, script, problems);
      case RECURSES ->
          expectAnywhere(wanted, label, "limit stack exceeded", Limits.DEFAULT, script, problems);
      case ANSWERS_OUTSIDE_MEMORY ->
          expect(wanted, label, "what cabi_realloc gave: span of", script, problems);
      case CALLS_AN_IMPORT ->
          expect(
              wanted, label, "called by cabi_realloc, which may call no imports", script, problems);
    }
  }

  private static void answers(String label, AbiHost.Calls script, List<String> problems)
      throws Exception {
    Outcome outcome = host.run(Limits.DEFAULT, script);
    cases++;
    if (!AbiHost.isOver(outcome)) {
      problems.add(label + ": " + outcome);
    }
  }

  private static void answersOrTraps(
      Import wanted, String label, AbiHost.Calls script, List<String> problems) throws Exception {
    Outcome outcome = host.run(Limits.DEFAULT, script);
    cases++;
    if (!AbiHost.isOver(outcome)
        && !matches(outcome, Pattern.quote(wanted.toString()) + ": .*is not aligned to")) {
      problems.add(label + ": " + outcome);
    }
  }

  private static void expect(
      Import wanted, String label, String error, AbiHost.Calls script, List<String> problems)
      throws Exception {
    Outcome outcome = host.run(Limits.DEFAULT, script);
    cases++;
    boolean limit = matches(outcome, "^limit argument-bytes exceeded");
    if (!matches(outcome, Pattern.quote(wanted.toString()) + ": .*(" + error + ")")
        && !(limit && error.contains("argument-bytes"))) {
      problems.add(label + ": " + outcome);
    }
  }

  /** As {@link #expect}, for what the runtime reports and not the host. */
  private static void expectAnywhere(
      Import wanted,
      String label,
      String error,
      Limits limits,
      AbiHost.Calls script,
      List<String> problems)
      throws Exception {
    Outcome outcome = host.run(limits, script);
    cases++;
    if (!matches(outcome, error)) {
      problems.add(wanted + ", " + label + ": " + outcome);
    }
  }

  private static boolean matches(Outcome outcome, String pattern) {
    return outcome instanceof Failed(FailureKind kind, String message)
        && (kind == FailureKind.TRAP || kind == FailureKind.LIMIT)
        && Pattern.compile(pattern, Pattern.DOTALL).matcher(message).find();
  }
}
