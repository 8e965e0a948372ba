package dev.bourse.host;

import dev.bourse.host.process.Failures.InferletError;
import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.process.LimitExceededException;
import dev.bourse.host.process.ProcessStopped;
import dev.bourse.host.program.JavaProgram;
import dev.bourse.sdk.InferletException;
import dev.bourse.sdk.Session;

/** Runs a host-side inferlet from its start to its result. */
record JavaTask(JavaProgram program, OutsideImports outside) implements InferletProcess.Task {

  @Override
  public String run(InferletProcess process) throws Exception {
    Session session = new Session(outside.runtime(process));
    try {
      return program.inferlet().get().run(session);
    } catch (ProcessStopped | InterruptedException | InferletException | LimitExceededException e) {
      throw e;
    } catch (Exception e) {
      // Trusted code failed by itself: its author wants to know with what.
      String message = e.getMessage();
      throw new InferletError(message == null ? e.toString() : message);
    }
  }
}
