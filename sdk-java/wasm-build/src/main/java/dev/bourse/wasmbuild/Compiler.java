package dev.bourse.wasmbuild;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Constructor;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import org.teavm.tooling.ConsoleTeaVMToolLog;
import org.teavm.tooling.EmptyTeaVMToolLog;
import org.teavm.tooling.TeaVMProblemRenderer;
import org.teavm.tooling.TeaVMTargetType;
import org.teavm.tooling.TeaVMTool;
import org.teavm.tooling.TeaVMToolException;
import org.teavm.vm.TeaVMOptimizationLevel;

/** One inferlet class to one WebAssembly module with a linear memory of bounded size. */
final class Compiler {
  private static final int HEAP_BYTES_MIN = 256 << 10;
  private static final int HEAP_BYTES_MAX = 32 << 20;
  private static final String MAIN = "dev.bourse.wasmbuild.generated.Main";

  private Compiler() {}

  static void compile(String entry, Path work, Path module) throws IOException {
    Path generated = work.resolve("classes");
    writeMain(entry, generated);
    try (URLClassLoader classes =
        new URLClassLoader(
            new URL[] {generated.toUri().toURL()}, Compiler.class.getClassLoader())) {
      checkEntry(entry, classes);
      TeaVMTool tool = new TeaVMTool();
      tool.setTargetType(TeaVMTargetType.WEBASSEMBLY_WASI);
      tool.setMainClass(MAIN);
      tool.setClassLoader(classes);
      tool.setTargetDirectory(work.toFile());
      tool.setTargetFileName("module.wasm");
      tool.setMinHeapSize(HEAP_BYTES_MIN);
      tool.setMaxHeapSize(HEAP_BYTES_MAX);
      tool.getTransformers().add(HeapGrowth.class.getName());
      tool.setObfuscated(true);
      tool.setOptimizationLevel(TeaVMOptimizationLevel.ADVANCED);
      tool.setLog(new EmptyTeaVMToolLog());
      tool.generate();
      if (!tool.getProblemProvider().getSevereProblems().isEmpty()) {
        TeaVMProblemRenderer.describeProblems(
            tool.getDependencyInfo().getCallGraph(),
            tool.getProblemProvider(),
            new ConsoleTeaVMToolLog(false));
        throw new BuildException(
            entry + " uses what cannot be compiled to WebAssembly: see the errors above");
      }
    } catch (TeaVMToolException e) {
      throw new BuildException(entry + " could not be compiled to WebAssembly: " + e);
    }
    Files.move(work.resolve("module.wasm"), module, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void checkEntry(String entry, ClassLoader classes) {
    Constructor<?>[] constructors;
    try {
      constructors = Class.forName(entry, false, classes).getConstructors();
    } catch (ClassNotFoundException e) {
      throw new BuildException("the entry " + entry + " is not a class of this build");
    }
    if (Arrays.stream(constructors).noneMatch(c -> c.getParameterCount() == 0)) {
      throw new BuildException(
          "the entry " + entry + " needs a public constructor without parameters");
    }
  }

  /** The main that a command-style guest needs: {@code Command.run(new Entry())}. */
  private static void writeMain(String entry, Path folder) throws IOException {
    ClassDesc inferlet = ClassDesc.of(entry);
    ClassDesc command = ClassDesc.of("dev.bourse.sdk.wasm.Command");
    MethodTypeDesc run =
        MethodTypeDesc.of(ConstantDescs.CD_void, ClassDesc.of("dev.bourse.sdk.Inferlet"));
    MethodTypeDesc main =
        MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String.arrayType());
    byte[] bytes =
        ClassFile.of()
            .build(
                ClassDesc.of(MAIN),
                type ->
                    type.withMethodBody(
                        "main",
                        main,
                        ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC,
                        code ->
                            code.new_(inferlet)
                                .dup()
                                .invokespecial(
                                    inferlet, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void)
                                .invokestatic(command, "run", run)
                                .return_()));
    Path file = folder.resolve(MAIN.replace('.', '/') + ".class");
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
  }
}
