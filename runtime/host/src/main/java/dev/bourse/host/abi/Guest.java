package dev.bourse.host.abi;

import com.dylibso.chicory.runtime.ExportFunction;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Memory;
import dev.bourse.host.process.GuestTrap;
import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.process.Limit;
import dev.bourse.host.process.LimitExceededException;
import dev.bourse.host.process.Limits;
import dev.bourse.host.process.Tally;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One instance of a module as the host's functions see it: its memory, its allocator and the
 * handles it holds. Every access is checked against the memory's bounds, and a guest that lies
 * about an address, a length or a handle traps. Used only by the process's own thread.
 */
public final class Guest implements AutoCloseable {
  private static final int PAGE_BYTES = Memory.PAGE_SIZE;

  private final InferletProcess process;
  private final Limits limits;
  private @Nullable HandleTable[] tables = new HandleTable[16];
  private final Tally heldBytes;
  private final Tally futures;
  private int openHandles;
  private final Deque<Runnable> givenAway = new ArrayDeque<>();
  private long argumentBytes;
  private boolean allocating;
  private Optional<Result<String>> commandResult = Optional.empty();
  private @Nullable Instance instance;
  private @Nullable Memory memory;
  private final Map<Class<?>, Object> attached = new HashMap<>();
  private @Nullable ExportFunction realloc;

  public Guest(InferletProcess process) {
    this.process = process;
    this.limits = process.limits();
    this.heldBytes = new Tally(limits, Limit.HELD_BYTES);
    this.futures = new Tally(limits, Limit.FUTURES);
  }

  public InferletProcess process() {
    return process;
  }

  public Limits limits() {
    return limits;
  }

  /** Binds the instance; repeated because a start function calls imports before it is built. */
  public void attach(Instance bound) {
    if (instance == null) {
      instance = bound;
      Memory own = bound.memory();
      memory = own;
      if (own != null) {
        process.measureMemory(() -> (long) own.pages() * PAGE_BYTES);
      }
    }
  }

  public Instance instance() {
    Instance bound = instance;
    if (bound == null) {
      throw new IllegalStateException("no instance is bound yet");
    }
    return bound;
  }

  /** What a module of imports keeps for this guest alone, made when first asked for. */
  public <T> T attached(Class<T> type, Function<InferletProcess, T> make) {
    Object known = attached.get(type);
    if (known == null) {
      // What is made may ask for something attached itself.
      known = make.apply(process);
      attached.put(type, known);
    }
    return type.cast(known);
  }

  /** What a command-style inferlet has reported so far. */
  public Optional<Result<String>> commandResult() {
    return commandResult;
  }

  public void report(Result<String> result) {
    if (commandResult.isPresent()) {
      throw new GuestTrap("the inferlet reported its result twice");
    }
    commandResult = Optional.of(result);
  }

  // Memory

  public Memory memory() {
    Memory bound = memory;
    if (bound == null) {
      throw new GuestTrap("the module has no memory to pass values through");
    }
    return bound;
  }

  /** Fails unless {@code bytes} bytes at {@code address} lie in memory and are aligned. */
  public void checkSpan(int address, long bytes, int alignment) {
    long start = Integer.toUnsignedLong(address);
    long memoryBytes = (long) memory().pages() * PAGE_BYTES;
    if (start + bytes > memoryBytes) {
      throw new GuestTrap(
          "span of %d bytes at address %d is outside the memory of %d bytes"
              .formatted(bytes, start, memoryBytes));
    }
    if ((address & (alignment - 1)) != 0) {
      throw new GuestTrap("address %d is not aligned to %d bytes".formatted(start, alignment));
    }
  }

  /**
   * The guest calls an import.
   *
   * @throws GuestTrap when it does so out of its allocator, where a value is half passed: the
   *     canonical ABI lets an instance be left only where it may be entered
   */
  public void beginCall() {
    process.checkRunning();
    if (allocating) {
      throw new GuestTrap("called by cabi_realloc, which may call no imports");
    }
    argumentBytes = 0;
  }

  /** Reads what the guest left at {@code address}, as the result of an export. */
  public <T> T load(WitType<T> type, int address) {
    checkSpan(address, type.size(), type.alignment());
    argumentBytes = 0;
    return type.load(this, address);
  }

  /**
   * Checks a string or list that the guest passes, of {@code count} elements. What one call passes
   * counts together: a list may name the same large list a million times.
   */
  public void checkArgument(int address, int count, int elementSize, int alignment) {
    long bytes = Integer.toUnsignedLong(count) * elementSize;
    argumentBytes += bytes;
    limits.check(Limit.ARGUMENT_BYTES, argumentBytes);
    checkSpan(address, bytes, alignment);
  }

  public byte loadByte(int address) {
    return memory().read(address);
  }

  public short loadShort(int address) {
    return memory().readShort(address);
  }

  public int loadInt(int address) {
    return memory().readInt(address);
  }

  public long loadLong(int address) {
    return memory().readLong(address);
  }

  public void storeByte(int address, int value) {
    memory().writeByte(address, (byte) value);
  }

  public void storeShort(int address, int value) {
    memory().writeShort(address, (short) value);
  }

  public void storeInt(int address, int value) {
    memory().writeI32(address, value);
  }

  public void storeLong(int address, long value) {
    memory().writeLong(address, value);
  }

  public byte[] loadBytes(int address, int count) {
    return memory().readBytes(address, count);
  }

  public int[] loadInts(int address, int count) {
    int[] values = new int[count];
    Memory bound = memory();
    for (int i = 0; i < count; i++) {
      values[i] = bound.readInt(address + 4 * i);
    }
    return values;
  }

  public String loadUtf8(int address, int count) {
    byte[] bytes = loadBytes(address, count);
    try {
      CharBuffer text =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(bytes));
      return text.toString();
    } catch (CharacterCodingException e) {
      throw new GuestTrap(
          "text of %d bytes at address %d is not UTF-8 (%s)"
              .formatted(count, Integer.toUnsignedLong(address), e.getMessage()));
    }
  }

  // Allocation in the guest

  /** Asks the guest for {@code count} elements and checks what it answers. */
  public int allocate(int alignment, int count, int elementSize) {
    long bytes = (long) count * elementSize;
    if (bytes > Integer.MAX_VALUE) {
      throw new GuestTrap("a value of %d bytes does not fit guest memory".formatted(bytes));
    }
    if (bytes == 0) {
      // Nothing will be read there, so any aligned address will do.
      return alignment;
    }
    int address = realloc(alignment, bytes);
    try {
      checkSpan(address, bytes, alignment);
    } catch (GuestTrap e) {
      throw e.in("what cabi_realloc gave");
    }
    return address;
  }

  private int realloc(int alignment, long bytes) {
    ExportFunction export = realloc();
    boolean nested = allocating;
    allocating = true;
    try {
      return (int) export.apply(0, 0, alignment, bytes)[0];
    } catch (IndexOutOfBoundsException e) {
      // How Chicory's bulk operations report some accesses outside memory.
      throw new GuestTrap("cabi_realloc trapped: out of bounds access: " + e.getMessage());
    } finally {
      allocating = nested;
    }
  }

  public WitTypes.Span allocateBytes(byte[] bytes, int alignment) {
    int address = allocate(alignment, bytes.length, 1);
    if (bytes.length > 0) {
      memory().write(address, bytes);
    }
    return new WitTypes.Span(address, bytes.length);
  }

  public WitTypes.Span allocateUtf8(String text) {
    return allocateBytes(text.getBytes(StandardCharsets.UTF_8), 1);
  }

  public WitTypes.Span allocateInts(int[] values) {
    int address = allocate(4, values.length, 4);
    Memory bound = memory();
    for (int i = 0; i < values.length; i++) {
      bound.writeI32(address + 4 * i, values[i]);
    }
    return new WitTypes.Span(address, values.length);
  }

  private ExportFunction realloc() {
    ExportFunction known = realloc;
    if (known == null) {
      known = findRealloc();
      realloc = known;
    }
    return known;
  }

  private ExportFunction findRealloc() {
    Instance bound = instance;
    if (bound != null) {
      for (String name : new String[] {"cabi_realloc", "cm32p2_realloc"}) {
        if (Exports.hasFunction(bound.module(), name, Exports.REALLOC)) {
          return bound.export(name);
        }
      }
    }
    throw new GuestTrap(
        "the module exports no cabi_realloc (i32 i32 i32 i32) -> i32, which returning a string or"
            + " list to it needs");
  }

  /**
   * Counts what the host keeps for the guest.
   *
   * @throws LimitExceededException when it is too much, which ends the guest
   */
  public void hold(long bytes) {
    heldBytes.take(bytes);
  }

  /**
   * Counts what came by itself, on any thread; that it is too much is noticed when the guest asks
   * for more.
   */
  public void keep(long bytes) {
    heldBytes.add(bytes);
  }

  /** Counts what the host no longer keeps; on any thread. */
  public void letGo(long bytes) {
    heldBytes.giveBack(bytes);
  }

  public long heldBytes() {
    return heldBytes.taken();
  }

  /** Counts what is still to come, from when it is asked for until nobody has a use for it. */
  public Tally futures() {
    return futures;
  }

  // Handles

  public <T> T resource(ResourceType<T> type, int handle) {
    return type.cast(table(type).get(handle));
  }

  /**
   * Takes what a call is given with its arguments out of the table. Until the call has all of them
   * it is nobody's: a later one may trap.
   */
  public <T> T removeResource(ResourceType<T> type, int handle) {
    T resource = type.cast(table(type).remove(handle));
    openHandles--;
    givenAway.add(() -> type.close(resource));
    return resource;
  }

  /** The call has its arguments: what was given away with them is its own. */
  void argumentsTaken() {
    givenAway.clear();
  }

  /** Closes what was given to a call that came to nothing. */
  void endCall() {
    for (Runnable close = givenAway.poll(); close != null; close = givenAway.poll()) {
      close.run();
    }
  }

  public <T> int addResource(ResourceType<T> type, T resource) {
    try {
      limits.check(Limit.HANDLES, openHandles + 1L);
    } catch (LimitExceededException e) {
      type.close(resource);
      throw e;
    }
    openHandles++;
    return table(type).add(resource);
  }

  public int openHandles() {
    return openHandles;
  }

  private HandleTable table(ResourceType<?> type) {
    if (type.index() >= tables.length) {
      tables = Arrays.copyOf(tables, type.index() + 8);
    }
    HandleTable table = tables[type.index()];
    if (table == null) {
      table = new HandleTable(type);
      tables[type.index()] = table;
    }
    return table;
  }

  /** Closes every resource that the guest still holds. */
  @Override
  public void close() {
    for (HandleTable table : tables) {
      if (table != null) {
        table.closeAll();
      }
    }
    openHandles = 0;
  }
}
