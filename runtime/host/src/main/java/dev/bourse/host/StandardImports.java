package dev.bourse.host;

import dev.bourse.host.abi.ImportModule;
import dev.bourse.host.pie.AdapterImports;
import dev.bourse.host.pie.ChatImports;
import dev.bourse.host.pie.ContextImports;
import dev.bourse.host.pie.CoreImports;
import dev.bourse.host.pie.EntryImports;
import dev.bourse.host.pie.InferenceImports;
import dev.bourse.host.pie.LaunchImports;
import dev.bourse.host.pie.MarketImports;
import dev.bourse.host.pie.MediaImports;
import dev.bourse.host.pie.MessagingImports;
import dev.bourse.host.pie.ModelImports;
import dev.bourse.host.pie.ReasoningImports;
import dev.bourse.host.pie.SnapshotImports;
import dev.bourse.host.pie.ToolImports;
import dev.bourse.host.wasi.Preview1Imports;
import dev.bourse.host.wasi.WasiFilesystem;
import dev.bourse.host.wasi.WasiImports;
import dev.bourse.host.wasi.WasiStreams;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Every interface that guests may import, by the name of its module. A switch and not a map: a map
 * of factories would link thirty lambdas at every start to use a few of them.
 */
final class StandardImports {
  private StandardImports() {}

  static Optional<ImportModule> make(String name) {
    @Nullable ImportModule module =
        switch (name) {
          case "pie:core/types" -> CoreImports.types();
          case "pie:core/session" -> CoreImports.session();
          case "pie:core/runtime" -> CoreImports.runtime();
          case "pie:core/messaging" -> MessagingImports.module();
          case "pie:core/media" -> MediaImports.media();
          case "pie:core/audio-out" -> MediaImports.audioOut();
          case "pie:core/scheduling" -> MarketImports.scheduling();
          case "pie:core/model" -> ModelImports.module();
          case "pie:core/context" -> ContextImports.module();
          case "pie:core/adapter" -> AdapterImports.module();
          case "pie:zo/zo" -> AdapterImports.search();
          case "pie:core/inference" -> InferenceImports.inference();
          case "pie:instruct/chat" -> ChatImports.module();
          case "pie:instruct/tool-use" -> ToolImports.module();
          case "pie:instruct/reasoning" -> ReasoningImports.module();
          case "bourse:entry" -> EntryImports.module();
          case "bourse:runtime" -> LaunchImports.extension();
          case "bourse:inference" -> InferenceImports.extension();
          case "bourse:instruct" -> ToolImports.extension();
          case "bourse:context" -> SnapshotImports.module();
          case "bourse:market" -> MarketImports.module();
          case "wasi_snapshot_preview1" -> Preview1Imports.module();
          case "wasi:io/poll@0.2" -> WasiImports.poll();
          case "wasi:io/error@0.2" -> WasiStreams.error();
          case "wasi:io/streams@0.2" -> WasiStreams.streams();
          case "wasi:clocks/monotonic-clock@0.2" -> WasiImports.monotonicClock();
          case "wasi:clocks/wall-clock@0.2" -> WasiImports.wallClock();
          case "wasi:random/random@0.2" -> WasiImports.random();
          case "wasi:random/insecure@0.2" -> WasiImports.insecureRandom();
          case "wasi:random/insecure-seed@0.2" -> WasiImports.insecureSeed();
          case "wasi:cli/environment@0.2" -> WasiImports.environment();
          case "wasi:cli/exit@0.2" -> WasiImports.exit();
          case "wasi:cli/stdin@0.2" -> WasiImports.stdin();
          case "wasi:cli/stdout@0.2" -> WasiImports.stdout();
          case "wasi:cli/stderr@0.2" -> WasiImports.stderr();
          case "wasi:cli/terminal-input@0.2" -> WasiImports.terminalInput();
          case "wasi:cli/terminal-output@0.2" -> WasiImports.terminalOutput();
          case "wasi:cli/terminal-stdin@0.2" -> WasiImports.terminalStdin();
          case "wasi:cli/terminal-stdout@0.2" -> WasiImports.terminalStdout();
          case "wasi:cli/terminal-stderr@0.2" -> WasiImports.terminalStderr();
          case "wasi:filesystem/types@0.2" -> WasiFilesystem.types();
          case "wasi:filesystem/preopens@0.2" -> WasiFilesystem.preopens();
          default -> null;
        };
    return Optional.ofNullable(module);
  }
}
