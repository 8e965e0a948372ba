package dev.bourse.host;

import static java.util.Map.entry;

import java.util.Map;
import java.util.function.Supplier;

/** Every interface that guests may import, by the name of its module. */
final class StandardImports {
  private StandardImports() {}

  static final Map<String, Supplier<ImportModule>> MODULES =
      Map.ofEntries(
          entry("pie:core/types", CoreImports::types),
          entry("pie:core/session", CoreImports::session),
          entry("pie:core/runtime", CoreImports::runtime),
          entry("pie:core/scheduling", CoreImports::scheduling),
          entry("pie:core/model", ModelImports::module),
          entry("pie:core/context", ContextImports::module),
          entry("pie:core/inference", InferenceImports::inference),
          entry("pie:instruct/chat", ChatImports::module),
          entry("bourse:entry", EntryImports::module),
          entry("bourse:inference", InferenceImports::seeds),
          entry("wasi_snapshot_preview1", Preview1Imports::module),
          entry("wasi:io/poll@0.2", WasiImports::poll),
          entry("wasi:io/error@0.2", WasiStreams::error),
          entry("wasi:io/streams@0.2", WasiStreams::streams),
          entry("wasi:clocks/monotonic-clock@0.2", WasiImports::monotonicClock),
          entry("wasi:clocks/wall-clock@0.2", WasiImports::wallClock),
          entry("wasi:random/random@0.2", WasiImports::random),
          entry("wasi:random/insecure@0.2", WasiImports::insecureRandom),
          entry("wasi:random/insecure-seed@0.2", WasiImports::insecureSeed),
          entry("wasi:cli/environment@0.2", WasiImports::environment),
          entry("wasi:cli/exit@0.2", WasiImports::exit),
          entry("wasi:cli/stdin@0.2", WasiImports::stdin),
          entry("wasi:cli/stdout@0.2", WasiImports::stdout),
          entry("wasi:cli/stderr@0.2", WasiImports::stderr),
          entry("wasi:cli/terminal-input@0.2", WasiImports::terminalInput),
          entry("wasi:cli/terminal-output@0.2", WasiImports::terminalOutput),
          entry("wasi:cli/terminal-stdin@0.2", WasiImports::terminalStdin),
          entry("wasi:cli/terminal-stdout@0.2", WasiImports::terminalStdout),
          entry("wasi:cli/terminal-stderr@0.2", WasiImports::terminalStderr),
          entry("wasi:filesystem/types@0.2", WasiFilesystem::types),
          entry("wasi:filesystem/preopens@0.2", WasiFilesystem::preopens));
}
