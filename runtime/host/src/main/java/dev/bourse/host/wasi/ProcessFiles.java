package dev.bourse.host.wasi;

import dev.bourse.host.abi.Guest;
import dev.bourse.host.process.Capability;
import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.process.Mount;
import java.util.ArrayList;
import java.util.List;

/**
 * What a process sees of files: nothing without the capability, else its scratch directory and the
 * mounted folders. Made when first asked for, gone with the process.
 */
record ProcessFiles(List<Volume> volumes) {

  static ProcessFiles of(Guest guest) {
    return guest.attached(ProcessFiles.class, ProcessFiles::open);
  }

  private static ProcessFiles open(InferletProcess process) {
    List<Volume> volumes = new ArrayList<>();
    if (process.capabilities().has(Capability.FILES)) {
      Scratch scratch = new Scratch(process.limits());
      process.resources().onEnd(scratch::close);
      volumes.add(scratch);
      for (Mount mount : process.mounts()) {
        volumes.add(new MountedFolder(mount));
      }
    }
    return new ProcessFiles(volumes);
  }
}
