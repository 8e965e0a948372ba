package dev.bourse.host;

import com.dylibso.chicory.runtime.Instance;
import dev.bourse.host.abi.Guest;
import dev.bourse.host.abi.Imports;
import dev.bourse.host.http.HttpImports;
import dev.bourse.host.http.Response;
import dev.bourse.host.http.ServedRequest;
import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.program.Entry;
import dev.bourse.host.program.WasmProgram;
import java.util.concurrent.CompletableFuture;

/** Has a guest answer one request. */
record HttpTask(
    WasmProgram program,
    Entry.Http entry,
    Imports imports,
    ServedRequest request,
    CompletableFuture<Response> response)
    implements InferletProcess.Task {

  @Override
  public String run(InferletProcess process) {
    Guest guest = new Guest(process);
    process.resources().onEnd(guest::close);
    Instance instance = program.instantiate(imports, guest, process.limits());
    instance.export(entry.handle()).apply(HttpImports.arguments(guest, request, response));
    return "";
  }
}
