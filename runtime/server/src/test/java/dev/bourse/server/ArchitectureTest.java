package dev.bourse.server;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import dev.bourse.kv.violations.UsesPicocli;
import dev.bourse.kv.violations.UsesTheScheduler;
import dev.bourse.scheduler.violations.Impure;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Who may depend on whom: the table of {@code docs/architecture.md}, enforced. */
class ArchitectureTest {

  /**
   * A row of the table.
   *
   * @param module the package, and its subpackages
   * @param mayUse the modules it may depend on, besides itself
   */
  private record Row(String module, List<String> mayUse) {
    static Row of(String module, String... mayUse) {
      return new Row(module, List.of(mayUse));
    }

    ArchRule rule() {
      List<String> allowed = new ArrayList<>();
      allowed.add(packageOf(module));
      mayUse.forEach(used -> allowed.add(packageOf(used)));
      return classes()
          .that()
          .resideInAPackage(packageOf(module))
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(allowed.toArray(String[]::new))
                  .or(not(resideInAPackage("dev.bourse.."))))
          .because(module + " may depend on " + (mayUse.isEmpty() ? "no other module" : mayUse));
    }
  }

  private static final List<Row> TABLE =
      List.of(
          Row.of("proto"),
          Row.of("scheduler"),
          Row.of("tensor"),
          Row.of("text"),
          Row.of("grammar", "text"),
          Row.of("kv", "tensor"),
          Row.of("model", "tensor", "kv", "text"),
          Row.of("demo"),
          Row.of("engine", "scheduler", "model", "kv", "text"),
          Row.of("sdk"),
          Row.of("client", "proto"),
          Row.of("inferlets", "sdk"),
          Row.of("host", "engine", "kv", "text", "grammar", "sdk"),
          Row.of(
              "server",
              "proto",
              "scheduler",
              "tensor",
              "text",
              "grammar",
              "kv",
              "model",
              "demo",
              "engine",
              "sdk",
              "client",
              "inferlets",
              "host"));

  /** Libraries that one module hides from all others. */
  private static final List<ArchRule> HIDDEN_LIBRARIES =
      List.of(
          onlyIn("host", "com.dylibso.chicory.."),
          onlyIn("server", "picocli.."),
          onlyIn("host.http", "io.netty.."));

  /** The packages of a module that is large enough to need an order of its own. */
  private static final List<Row> HOST =
      List.of(
          Row.of("host.process", "engine", "kv", "text", "grammar", "sdk"),
          Row.of("host.abi", "host.process", "engine"),
          Row.of("host.json"),
          Row.of("host.program", "host.process", "host.abi", "host.json", "sdk"),
          Row.of(
              "host.pie",
              "host.process",
              "host.abi",
              "host.json",
              "host.program",
              "engine",
              "kv",
              "text",
              "grammar",
              "sdk"),
          Row.of("host.wasi", "host.process", "host.abi", "host.program"),
          Row.of("host.http", "host.process", "host.abi", "host.wasi"),
          Row.of("host.mcp", "host.process", "host.abi", "host.json", "host.http"));

  /** The parts of a served engine, below the wires that lead to it. */
  private static final List<Row> SERVED =
      List.of(
          Row.of("server.request", "host.process"),
          Row.of("server.logs", "server.request", "host.process"),
          Row.of("server.access", "server.request", "host.program", "kv"),
          Row.of("server.node", "server.access", "server.request", "host", "engine", "kv", "sdk"),
          Row.of("server.web", "server.access", "server.request", "host.http", "host.process"),
          Row.of(
              "server.openai",
              "server.web",
              "server.access",
              "server.node",
              "server.request",
              "host.http",
              "host.process",
              "engine",
              "sdk"),
          Row.of(
              "server.apps",
              "server.access",
              "server.node",
              "server.request",
              "server.web",
              "host.http",
              "host.process"),
          Row.of(
              "server.dashboard",
              "server.web",
              "server.access",
              "server.node",
              "host.http",
              "host.process",
              "engine",
              "sdk"));

  private static final ArchRule SCHEDULER_IS_PURE =
      noClasses()
          .that()
          .resideInAPackage(packageOf("scheduler"))
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                      "java.io..",
                      "java.net..",
                      "java.nio..",
                      "java.time..",
                      "java.util.concurrent..")
                  .or(assignableTo(Thread.class))
                  .or(assignableTo(Process.class)))
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(Math.class, "random")
          .because("the scheduler is a pure function of its inputs: time is an argument");

  private static final JavaClasses PRODUCT =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.bourse");

  @TestFactory
  Stream<DynamicTest> aModuleUsesOnlyWhatTheTableLists() {
    return Stream.of(TABLE, HOST, SERVED)
        .flatMap(List::stream)
        .map(row -> DynamicTest.dynamicTest(row.module(), () -> row.rule().check(PRODUCT)));
  }

  /** A class file that is too new would be skipped in silence, and its module pass every rule. */
  @Test
  void everyModuleOfTheTableIsSeenAndEveryClassIsInTheTable() {
    for (Row row : TABLE) {
      assertThat(PRODUCT.that(resideInAPackage(packageOf(row.module()))))
          .as(row.module())
          .isNotEmpty();
    }
    String[] packages = TABLE.stream().map(row -> packageOf(row.module())).toArray(String[]::new);
    assertThat(PRODUCT.that(not(resideInAnyPackage(packages)))).isEmpty();
  }

  @Test
  void aLibraryIsUsedByOneModuleOnly() {
    HIDDEN_LIBRARIES.forEach(rule -> rule.check(PRODUCT));
  }

  @Test
  void theSchedulerHasNoClockNoThreadsAndNoFiles() {
    SCHEDULER_IS_PURE.check(PRODUCT);
  }

  @Test
  void theRulesNoticeAModuleThatUsesOneAboveIt() {
    assertBreaks(row("kv").rule(), UsesTheScheduler.class, "dev.bourse.scheduler");
    row("model").rule().allowEmptyShould(true).check(imported(UsesTheScheduler.class));
  }

  @Test
  void theRulesNoticeALibraryInTheWrongModule() {
    assertBreaks(onlyIn("server", "picocli.."), UsesPicocli.class, "picocli");
  }

  @Test
  void theRulesNoticeASchedulerThatLooksAtTheWorld() {
    for (Class<?> impure : Impure.class.getDeclaredClasses()) {
      assertBreaks(SCHEDULER_IS_PURE, impure, "time is an argument");
    }
  }

  private static void assertBreaks(ArchRule rule, Class<?> bad, String because) {
    assertThatThrownBy(() -> rule.check(imported(bad)))
        .as(bad.getSimpleName())
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(because);
  }

  private static JavaClasses imported(Class<?> type) {
    return new ClassFileImporter().importClasses(type);
  }

  private static Row row(String module) {
    return TABLE.stream().filter(row -> row.module().equals(module)).findFirst().orElseThrow();
  }

  private static ArchRule onlyIn(String module, String... libraries) {
    return noClasses()
        .that()
        .resideOutsideOfPackage(packageOf(module))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(libraries)
        .because("only " + module + " may use " + String.join(", ", libraries));
  }

  private static String packageOf(String module) {
    return "dev.bourse." + module + "..";
  }
}
