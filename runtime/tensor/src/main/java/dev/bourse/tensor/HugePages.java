package dev.bourse.tensor;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/** Anonymous memory on 2 MiB pages through {@code mmap(2)} and {@code madvise(2)}, on Linux. */
final class HugePages {
  private static final long HUGE_PAGE_BYTES = 2L << 20;

  /** Below this a mapping of its own would waste more than huge pages gain. */
  private static final long MIN_BYTES = HUGE_PAGE_BYTES;

  private static final int PROT_READ_WRITE = 0x1 | 0x2;
  private static final int MAP_PRIVATE_ANONYMOUS = 0x02 | 0x20;
  private static final int MADV_HUGEPAGE = 14;
  private static final long MAP_FAILED = -1;

  /** The C functions, looked up once; absent on other systems. */
  private record Libc(MethodHandle mmap, MethodHandle munmap, MethodHandle madvise) {
    static @Nullable Libc find() {
      // The constants above are Linux's own, the same for x86-64 and AArch64.
      if (!System.getProperty("os.name", "").equals("Linux")) {
        return null;
      }
      Linker linker = Linker.nativeLinker();
      SymbolLookup symbols = linker.defaultLookup();
      return new Libc(
          linker.downcallHandle(
              symbols.findOrThrow("mmap"),
              FunctionDescriptor.of(
                  JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG)),
          linker.downcallHandle(
              symbols.findOrThrow("munmap"), FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG)),
          linker.downcallHandle(
              symbols.findOrThrow("madvise"),
              FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT)));
    }
  }

  private static final @Nullable Libc LIBC = Libc.find();

  private HugePages() {}

  /**
   * Maps {@code bytes} zeroed bytes that live until {@code arena} closes.
   *
   * @return the memory, or {@code null} where huge pages are not to be had or not worth it
   */
  static @Nullable MemorySegment map(long bytes, Arena arena) {
    Libc libc = LIBC;
    if (libc == null || bytes < MIN_BYTES) {
      return null;
    }
    // One huge page more than asked for, so that an aligned range lies inside.
    long size = Math.addExact(roundUp(bytes), HUGE_PAGE_BYTES);
    try {
      long mapped =
          (long) libc.mmap.invokeExact(0L, size, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0L);
      if (mapped == MAP_FAILED) {
        return null;
      }
      long start = roundUp(mapped);
      // A refusal is no error: the memory is there, on small pages.
      int ignored = (int) libc.madvise.invokeExact(start, roundUp(bytes), MADV_HUGEPAGE);
      return MemorySegment.ofAddress(start)
          .reinterpret(bytes, arena, _ -> unmap(libc, mapped, size));
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable impossible) {
      throw new AssertionError("a C function threw", impossible);
    }
  }

  private static void unmap(Libc libc, long address, long size) {
    try {
      int status = (int) libc.munmap.invokeExact(address, size);
      if (status != 0) {
        throw new IllegalStateException(
            "munmap of " + size + " bytes at 0x" + Long.toHexString(address) + " failed");
      }
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable impossible) {
      throw new AssertionError("a C function threw", impossible);
    }
  }

  private static long roundUp(long bytes) {
    return Math.addExact(bytes, HUGE_PAGE_BYTES - 1) & -HUGE_PAGE_BYTES;
  }
}
