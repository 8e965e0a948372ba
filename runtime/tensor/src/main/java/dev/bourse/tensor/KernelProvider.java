package dev.bourse.tensor;

import java.util.Locale;

/** Picks the kernels once, by what the JVM offers and what the user asked for. */
final class KernelProvider {
  /** {@code scalar}, {@code vector}, or {@code adaptive}, the default. */
  static final String PROPERTY = "bourse.kernels";

  static final String MODULE = "jdk.incubator.vector";

  private static final System.Logger LOG = System.getLogger(KernelProvider.class.getName());

  /** Chosen when first asked for, so that a warning appears once. */
  private static final class Chosen {
    static final Kernels KERNELS =
        choose(System.getProperty(PROPERTY, "adaptive").toLowerCase(Locale.ROOT));
  }

  private KernelProvider() {}

  static Kernels chosen() {
    return Chosen.KERNELS;
  }

  static Kernels choose(String wish) {
    return switch (wish) {
      case "scalar" -> ScalarKernels.INSTANCE;
      case "vector" -> vectorOr(ScalarKernels.INSTANCE);
      case "adaptive" -> {
        Kernels vector = vectorOr(ScalarKernels.INSTANCE);
        yield vector == ScalarKernels.INSTANCE ? vector : new AdaptiveKernels(vector);
      }
      default ->
          throw new IllegalArgumentException(
              "-D%s=%s: use adaptive, vector or scalar".formatted(PROPERTY, wish));
    };
  }

  private static Kernels vectorOr(Kernels scalar) {
    if (!vectorModulePresent()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "The Vector API is not enabled, so inference is several times slower. Start Java with"
              + " --add-modules "
              + MODULE);
      return scalar;
    }
    int bits = VectorSupport.bits();
    if (bits < VectorSupport.BITS_MIN) {
      LOG.log(
          System.Logger.Level.WARNING,
          "Vectors of this machine have {0} bits, the vector kernels need {1}: using scalar kernels",
          bits,
          VectorSupport.BITS_MIN);
      return scalar;
    }
    return VectorSupport.kernels();
  }

  static boolean vectorModulePresent() {
    return ModuleLayer.boot().findModule(MODULE).isPresent();
  }

  /** Apart, so that nothing of the Vector API is loaded where it is absent. */
  private static final class VectorSupport {
    static final int BITS_MIN = Simd.MIN_BITS;

    static int bits() {
      return Simd.BITS;
    }

    static Kernels kernels() {
      return VectorKernels.INSTANCE;
    }
  }
}
