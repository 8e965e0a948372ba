package dev.bourse.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.host.AbiGuest.Import;
import dev.bourse.host.GuestValues.Case;
import dev.bourse.host.GuestValues.RawHandle;
import dev.bourse.host.process.Capabilities;
import dev.bourse.host.process.Capability;
import dev.bourse.host.process.GuestTrap;
import dev.bourse.host.process.Limits;
import dev.bourse.host.program.Execution;
import dev.bourse.host.program.InferletPackage;
import dev.bourse.host.program.Manifest;
import dev.bourse.host.program.ProgramException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Guests that have every capability but the one they take, beside one that draws tokens. */
class CapabilityEscapesTest extends Escapes {
  /** The number of {@code HTTP-request-denied} among the errors of WASI. */
  private static final String REQUEST_DENIED = "case 15 of";

  private static final Escape[] ESCAPES = {
    without(
        Capability.FILES,
        "a directory",
        "handle 1 is not an open descriptor",
        made -> {
          assertThat((List<?>) made.call(FileSamples.DIRECTORIES)).isEmpty();
          made.call(Samples.OPEN, new RawHandle(1), 0L, "passwd", 0L, 1L);
        }),
    without(
        Capability.FILES,
        "a directory by preview 1",
        "error 8", // BADF
        made -> {
          Import open = made.player().all().find("wasi_snapshot_preview1 path_open");
          long[] answer = made.player().call(open, 3, 0, 0, 1, 0, -1, -1, 0, 64);
          throw new GuestTrap("error " + answer[0]);
        }),
    without(
        Capability.NETWORK,
        "an HTTP request",
        REQUEST_DENIED,
        made -> {
          Object fields = made.call("wasi:http/types@0.2 [constructor]fields");
          String constructor = "wasi:http/types@0.2 [constructor]outgoing-request";
          Object request = made.call(constructor, fields);
          String set = "wasi:http/types@0.2 [method]outgoing-request.set-";
          made.call(set + "authority", request, new Case(1, "localhost"));
          made.call(set + "path-with-query", request, new Case(1, "/"));
          Case none = new Case(0, GuestValues.NOTHING);
          Object answer = made.call("wasi:http/outgoing-handler@0.2 handle", request, none);
          refusedWith(answer);
        }),
    refused(Capability.LAUNCH, "pie:core/runtime launch"),
    refused(Capability.LAUNCH, "bourse:runtime launch"),
    refused(Capability.MESSAGING, "pie:core/messaging push"),
    refused(Capability.MESSAGING, "pie:core/messaging pull"),
    refused(Capability.MESSAGING, "pie:core/messaging broadcast"),
    refused(Capability.MESSAGING, "pie:core/messaging subscribe"),
    refused(Capability.MCP, "pie:mcp/client connect"),
    refused(Capability.SNAPSHOTS, "pie:core/context [method]context.save"),
    refused(Capability.SNAPSHOTS, "pie:core/context [method]context.snapshot"),
    named("pie:core/context [static]context.open"),
    named("pie:core/context [static]context.take"),
    named("pie:core/context [static]context.delete"),
    named("bourse:context [static]context.exists"),
    named("bourse:context [static]context.describe"),
    named("bourse:context [static]context.manifest"),
    named("bourse:context [static]context.rename", "b"),
    named("bourse:context [static]context.list", 1000L),
    named("bourse:market [static]model.fund", 1.0),
    named("bourse:market [static]model.funds"),
    refused(Capability.ADAPTERS, Samples.ADAPTER),
    without(
        Capability.ADAPTERS,
        "an adapter that there is",
        "needs the capability \"adapters\"",
        made -> made.call("pie:core/adapter [static]adapter.open", Samples.model(made), "sample-1"))
  };

  static Stream<Escape> escapes() {
    return Stream.of(ESCAPES);
  }

  private static Escape without(Capability denied, String name, String error, AbiHost.Calls calls) {
    EnumSet<Capability> others = EnumSet.complementOf(EnumSet.of(denied));
    Capabilities granted = Capabilities.of(others.toArray(new Capability[0]));
    return calls(
        name + " without the capability " + denied.key(), error, Limits.DEFAULT, granted, calls);
  }

  /** A call with arguments that are good. */
  private static Escape refused(Capability denied, String label) {
    return without(
        denied,
        label,
        "needs the capability \"" + denied.key() + "\"",
        made -> {
          Import wanted = made.player().all().find(label);
          Object answer = made.call(wanted, made.samples().arguments(made, wanted));
          refusedWith(answer);
        });
  }

  /** A call that takes a model and a name. */
  private static Escape named(String label, Object... more) {
    return without(
        Capability.SNAPSHOTS,
        label,
        "a named context needs the capability \"snapshots\"",
        made -> {
          Object[] arguments = new Object[more.length + 2];
          arguments[0] = Samples.model(made);
          arguments[1] = "a";
          System.arraycopy(more, 0, arguments, 2, more.length);
          refusedWith(made.call(label, arguments));
        });
  }

  @Test
  void everyCapabilityIsTried() {
    for (Capability capability : Capability.values()) {
      assertThat(ESCAPES)
          .as(capability.key())
          .anyMatch(escape -> escape.name().endsWith("capability " + capability.key()));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "network, wasi:http/outgoing-handler@0.2.0, handle",
    "launch, pie:core/runtime, launch",
    "launch, bourse:runtime, launch",
    "messaging, pie:core/messaging, pull",
    "mcp, pie:mcp/client, connect",
    "snapshots, pie:core/context, [static]context.take",
    "snapshots, bourse:context, [static]context.list",
    "snapshots, bourse:market, [static]model.funds",
    "adapters, pie:core/adapter, [static]adapter.open"
  })
  void whatShowsInTheImportsIsRefusedBeforeItRuns(String key, String module, String function) {
    Import provided = new AbiGuest().find(module.replace("@0.2.0", "@0.2") + " " + function);
    Wasm wasm =
        start("")
            .imports(
                module,
                function,
                AbiGuest.words(provided.call().parameters()),
                AbiGuest.words(provided.call().results()));
    String toml = "name = \"p\"\nversion = \"1.0.0\"\ndescription = \"D.\"\n";
    InferletPackage inferlet =
        new InferletPackage("p", Optional.of(Manifest.parse("m", toml)), wasm.build());
    assertThatThrownBy(() -> host.programs().load(inferlet, Execution.INTERPRETED))
        .isInstanceOf(ProgramException.class)
        .hasMessageContaining(
            "imports %s %s, which takes the capability %s".formatted(module, function, key));
  }
}
