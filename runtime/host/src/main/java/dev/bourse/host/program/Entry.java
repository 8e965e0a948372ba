package dev.bourse.host.program;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.FunctionType;
import dev.bourse.host.abi.Exports;
import java.util.Optional;
import java.util.regex.Pattern;

/** Where a module is entered. */
public sealed interface Entry {

  /** {@code run: func(input: string) -> result<string, string>}, called once. */
  record Reactor(String run, Optional<String> postReturn) implements Entry {}

  /** {@code _start}: input and result travel through the imports of {@code bourse:entry}. */
  record Command() implements Entry {}

  /** {@code handle: func(request, response-outparam)}: called once, for one HTTP request. */
  record Http(String handle) implements Entry {}

  /** The export by which a language that cannot spell the other names offers {@code run}. */
  String ALIAS = "__run";

  String START = "_start";

  Pattern RUN = Pattern.compile("[^#]+/run(@[^#]+)?#run");
  Pattern CM32P2_RUN = Pattern.compile("cm32p2\\|.+/run(@[^|]+)?\\|run");
  Pattern HTTP =
      Pattern.compile(
          "wasi:http/incoming-handler@0\\.2(\\.\\d+)?#handle"
              + "|cm32p2\\|wasi:http/incoming-handler@0\\.2(\\.\\d+)?\\|handle");

  /** Whether a host enters a module by an export of this name. */
  static boolean isEntry(String export) {
    return export.equals(ALIAS)
        || export.equals(START)
        || isRun(export)
        || CM32P2_RUN.matcher(export).matches()
        || HTTP.matcher(export).matches();
  }

  /** WASI's {@code run} is a command's, without input or result. */
  private static boolean isRun(String export) {
    return RUN.matcher(export).matches() && !export.startsWith("wasi:");
  }

  /**
   * The entry of {@code module}; a reactor's wins over HTTP's, which wins over {@code _start}.
   *
   * @throws ProgramException when the module has none, or one of the wrong type
   */
  static Entry of(String program, WasmModule module) {
    for (String name : Exports.functions(module)) {
      if (isRun(name)) {
        return reactor(program, module, name, "cabi_post_" + name);
      }
      if (CM32P2_RUN.matcher(name).matches()) {
        return reactor(program, module, name, name + "_post");
      }
    }
    if (Exports.function(module, ALIAS).isPresent()) {
      return reactor(program, module, ALIAS, "cabi_post_" + ALIAS);
    }
    for (String name : Exports.functions(module)) {
      if (HTTP.matcher(name).matches()) {
        return http(program, module, name);
      }
    }
    if (Exports.hasFunction(module, START, Exports.NO_ARGUMENTS)) {
      return new Command();
    }
    throw new ProgramException(
        program,
        "is not an inferlet: it exports neither <package>/run#run, nor __run, nor"
            + " wasi:http/incoming-handler#handle, nor _start (exported functions: "
            + String.join(", ", Exports.functions(module))
            + ")");
  }

  private static Entry http(String program, WasmModule module, String handle) {
    FunctionType wanted = Exports.type(2, 0);
    FunctionType found = Exports.function(module, handle).orElseThrow();
    if (!found.equals(wanted)) {
      throw new ProgramException(
          program, "exports %s as %s, expected %s".formatted(handle, found, wanted));
    }
    return new Http(handle);
  }

  private static Entry reactor(String program, WasmModule module, String run, String postReturn) {
    FunctionType wanted = Exports.type(2, 1);
    FunctionType found =
        Exports.function(module, run)
            .orElseThrow(
                () ->
                    new ProgramException(
                        program, "exports %s, a function that it does not have".formatted(run)));
    if (!found.equals(wanted)) {
      throw new ProgramException(
          program, "exports %s as %s, expected %s".formatted(run, found, wanted));
    }
    boolean post = Exports.hasFunction(module, postReturn, Exports.type(1, 0));
    return new Reactor(run, post ? Optional.of(postReturn) : Optional.empty());
  }
}
