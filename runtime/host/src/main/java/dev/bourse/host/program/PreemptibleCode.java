package dev.bourse.host.program;

import dev.bourse.host.process.Checkpoint;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;

/**
 * Points a compiled module's interruption check at {@link Checkpoint}.
 *
 * <p>Chicory's compiler emits a call of one static method, {@code checkInterruption}, at every
 * backward branch, and copies that method into a helper class beside the module's own. Its cache
 * interface hands the classes out and takes them back as an archive, so replacing that one body
 * needs nothing of the compiler's internals but the name; {@link #redirect} fails loudly if it is
 * gone.
 */
public final class PreemptibleCode {
  private PreemptibleCode() {}

  private static final String CHECK = "checkInterruption";
  private static final MethodTypeDesc VOID = MethodTypeDesc.of(ConstantDescs.CD_void);
  private static final ClassDesc CHECKPOINT = ClassDesc.of(Checkpoint.class.getName());

  /**
   * The archive with the check redirected.
   *
   * @throws IllegalStateException when no class in the archive has the check
   */
  public static byte[] redirect(byte[] archive) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(archive.length);
    boolean found = false;
    try (JarInputStream in = new JarInputStream(new ByteArrayInputStream(archive));
        JarOutputStream out = new JarOutputStream(bytes)) {
      for (JarEntry entry = in.getNextJarEntry(); entry != null; entry = in.getNextJarEntry()) {
        byte[] content = in.readAllBytes();
        if (entry.getName().endsWith("Shaded.class")) {
          content = redirectClass(content);
          found = true;
        }
        out.putNextEntry(new JarEntry(entry.getName()));
        out.write(content);
        out.closeEntry();
      }
    }
    if (!found) {
      throw new IllegalStateException("the compiled module has no helper class to redirect");
    }
    return bytes.toByteArray();
  }

  private static byte[] redirectClass(byte[] classFile) {
    ClassFile api = ClassFile.of();
    var model = api.parse(classFile);
    if (model.methods().stream().noneMatch(PreemptibleCode::isCheck)) {
      throw new IllegalStateException("the compiled module's helper class has no " + CHECK);
    }
    return api.transformClass(
        model,
        ClassTransform.transformingMethods(
            PreemptibleCode::isCheck,
            (method, element) -> {
              if (element instanceof CodeModel) {
                method.withCode(code -> code.invokestatic(CHECKPOINT, "poll", VOID).return_());
              } else {
                method.with(element);
              }
            }));
  }

  private static boolean isCheck(MethodModel method) {
    return method.methodName().equalsString(CHECK) && method.methodTypeSymbol().equals(VOID);
  }
}
