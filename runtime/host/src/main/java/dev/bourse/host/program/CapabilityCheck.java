package dev.bourse.host.program;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.Import;
import dev.bourse.host.process.Capabilities;
import dev.bourse.host.process.Capability;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a module's imports show it will ask for. Runtimes of languages import WASI's files whether
 * the program uses any or not, so files show only when they are used.
 */
final class CapabilityCheck {
  private static final Set<String> SNAPSHOTS =
      Set.of(
          "[static]context.open",
          "[static]context.take",
          "[static]context.delete",
          "[static]context.exists",
          "[static]context.rename",
          "[static]context.list",
          "[static]context.describe",
          "[static]context.manifest",
          "[method]context.save",
          "[method]context.snapshot");

  private static final Set<String> FUNDS = Set.of("[static]model.fund", "[static]model.funds");

  private static final Set<String> ADAPTERS =
      Set.of("[static]adapter.create", "[static]adapter.open");

  private CapabilityCheck() {}

  /**
   * Refuses a program that imports what it was not granted.
   *
   * @param stated whether its manifest is there to state more
   * @throws ProgramException with the import, and the line that would state it
   */
  static void require(String program, WasmModule module, Capabilities granted, boolean stated) {
    Map<Capability, String> missing = new EnumMap<>(Capability.class);
    module.importSection().stream()
        .forEach(
            wanted ->
                of(wanted)
                    .filter(capability -> !granted.has(capability))
                    .ifPresent(
                        capability ->
                            missing.putIfAbsent(
                                capability, wanted.module() + " " + wanted.name())));
    if (missing.isEmpty()) {
      return;
    }
    EnumSet<Capability> all = EnumSet.copyOf(missing.keySet());
    if (stated) {
      all.addAll(granted.asSet());
    }
    throw new ProgramException(
        program,
        "%s; %s the line capabilities = [%s]"
            .formatted(
                missing.entrySet().stream()
                    .map(
                        entry ->
                            "imports %s, which takes the capability %s"
                                .formatted(entry.getValue(), entry.getKey().key()))
                    .collect(Collectors.joining("; ")),
                stated
                    ? "give its inferlet.toml"
                    : "put an inferlet.toml beside it, with its name, version, description and",
                all.stream()
                    .map(capability -> '"' + capability.key() + '"')
                    .collect(Collectors.joining(", "))));
  }

  private static Optional<Capability> of(Import wanted) {
    String module =
        wanted.module().startsWith("cm32p2|")
            ? wanted.module().substring("cm32p2|".length())
            : wanted.module();
    String name = wanted.name();
    return switch (module) {
      case "pie:core/runtime", "bourse:runtime" ->
          name.equals("launch") ? Optional.of(Capability.LAUNCH) : Optional.empty();
      case "pie:core/messaging" ->
          name.startsWith("[") ? Optional.empty() : Optional.of(Capability.MESSAGING);
      case "pie:mcp/client" ->
          name.equals("connect") ? Optional.of(Capability.MCP) : Optional.empty();
      case "pie:core/context", "bourse:context" ->
          SNAPSHOTS.contains(name) ? Optional.of(Capability.SNAPSHOTS) : Optional.empty();
      case "bourse:market" ->
          FUNDS.contains(name) ? Optional.of(Capability.SNAPSHOTS) : Optional.empty();
      case "pie:core/adapter" ->
          ADAPTERS.contains(name) ? Optional.of(Capability.ADAPTERS) : Optional.empty();
      default ->
          module.startsWith("wasi:http/outgoing-handler@")
              ? Optional.of(Capability.NETWORK)
              : Optional.empty();
    };
  }
}
