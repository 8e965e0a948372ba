package dev.bourse.sdk.wasm;

import dev.bourse.sdk.Thought;
import dev.bourse.sdk.ToolDecoder.Call;
import dev.bourse.sdk.spi.GuestReasoningDecoder;
import dev.bourse.sdk.spi.GuestToolDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tools and reasoning, through imports. */
final class WasmTools {
  /** Room for what a template writes of tools besides their descriptions, as tokens. */
  private static final int TEMPLATE_BYTES = 64 << 10;

  /** The longest call or thought that is taken: what generates more has gone astray. */
  static final int EVENT_BYTES = 256 << 10;

  private final Arena arena;
  private final int model;

  WasmTools(Arena arena, int model) {
    this.arena = arena;
    this.model = model;
  }

  /** A {@code list<string>} in the arena. */
  private static final class Strings {
    private final Arena arena;
    private final int[] offsets;
    private final int[] lengths;
    private final int list;

    Strings(Arena arena, List<String> texts, int room) {
      this.arena = arena;
      byte[][] utf8 = new byte[texts.size()][];
      int bytes = 0;
      for (int i = 0; i < utf8.length; i++) {
        utf8[i] = texts.get(i).getBytes(StandardCharsets.UTF_8);
        bytes += utf8[i].length;
      }
      // Templates may repeat a description and indent it: at most some tokens for each byte.
      arena.begin(17 * bytes + 8 * utf8.length + room);
      list = arena.area(8 * utf8.length, 4);
      offsets = new int[utf8.length];
      lengths = new int[utf8.length];
      for (int i = 0; i < utf8.length; i++) {
        offsets[i] = arena.putBytes(utf8[i]);
        lengths[i] = utf8[i].length;
      }
    }

    /** Writes the list and returns its address, which must be used before anything else. */
    int at(int base) {
      for (int i = 0; i < offsets.length; i++) {
        arena.storeInt(list + 8 * i, base + offsets[i]);
        arena.storeInt(list + 8 * i + 4, lengths[i]);
      }
      return base + list;
    }

    int count() {
      return offsets.length;
    }
  }

  int[] equip(Optional<String> system, List<String> tools) {
    byte[] prompt = system.orElse("").getBytes(StandardCharsets.UTF_8);
    Strings strings = new Strings(arena, tools, TEMPLATE_BYTES + 5 * prompt.length);
    int promptAt = arena.putBytes(prompt);
    int result = arena.area(12, 4);
    int base = arena.open();
    if (system.isEmpty()) {
      InstructImports.equip(model, strings.at(base), strings.count(), base + result);
    } else {
      InstructImports.systemEquip(
          model, base + promptAt, prompt.length, strings.at(base), strings.count(), base + result);
    }
    arena.checkOk(result);
    return arena.ints(result + 4);
  }

  /** The handle of a matcher of calls. */
  int matcher(List<String> tools) {
    Strings strings = new Strings(arena, tools, WasmRuntime.SHORT_TEXT_BYTES);
    int result = arena.area(12, 4);
    int base = arena.open();
    InstructImports.matcher(model, strings.at(base), strings.count(), base + result);
    return arena.handle(result);
  }

  int[] calling(String text, List<Call> calls) {
    byte[] said = text.getBytes(StandardCharsets.UTF_8);
    List<String> texts = new ArrayList<>();
    for (Call call : calls) {
      texts.add(call.name());
      texts.add(call.arguments());
    }
    // Strings lie in pairs as tuples do.
    Strings strings = new Strings(arena, texts, TEMPLATE_BYTES + 9 * said.length);
    int saidAt = arena.putBytes(said);
    int result = arena.area(12, 4);
    int base = arena.open();
    InstructImports.calling(
        model, base + saidAt, said.length, strings.at(base), calls.size(), base + result);
    arena.checkOk(result);
    return arena.ints(result + 4);
  }

  int[] answer(String name, String value) {
    byte[] nameUtf8 = name.getBytes(StandardCharsets.UTF_8);
    byte[] valueUtf8 = value.getBytes(StandardCharsets.UTF_8);
    arena.begin(TEMPLATE_BYTES + 9 * (nameUtf8.length + valueUtf8.length));
    int nameAt = arena.putBytes(nameUtf8);
    int valueAt = arena.putBytes(valueUtf8);
    int result = arena.area(8, 4);
    int base = arena.open();
    InstructImports.answer(
        model, base + nameAt, nameUtf8.length, base + valueAt, valueUtf8.length, base + result);
    return arena.ints(result);
  }

  /** Starts a call that passes tokens and takes an event; the return area is behind them. */
  private int begin(int[] tokens) {
    arena.begin(4 * tokens.length + EVENT_BYTES);
    return arena.putInts(tokens);
  }

  GuestToolDecoder toolDecoder() {
    int handle = InstructImports.toolDecoder(model);
    return new GuestToolDecoder() {
      private boolean closed;

      @Override
      public Optional<Call> feed(int... tokens) {
        int list = begin(tokens);
        // result<event, string>: the event's discriminant at 4, its strings at 8 and 16.
        int result = arena.area(24, 4);
        int base = arena.open();
        InstructImports.feedTools(handle, base + list, tokens.length, base + result);
        arena.checkOk(result);
        return arena.u8(result + 4) == 0
            ? Optional.empty()
            : Optional.of(new Call(arena.string(result + 8), arena.string(result + 16)));
      }

      @Override
      public void reset() {
        InstructImports.resetTools(handle);
      }

      @Override
      public void close() {
        if (!closed) {
          closed = true;
          InstructImports.dropTools(handle);
        }
      }
    };
  }

  GuestReasoningDecoder reasoningDecoder() {
    int handle = InstructImports.reasoningDecoder(model);
    return new GuestReasoningDecoder() {
      private boolean closed;

      @Override
      public Thought feed(int... tokens) {
        int list = begin(tokens);
        // result<event, string>: the event's discriminant at 4, its string at 8.
        int result = arena.area(16, 4);
        int base = arena.open();
        InstructImports.feedReasoning(handle, base + list, tokens.length, base + result);
        arena.checkOk(result);
        return switch (arena.u8(result + 4)) {
          case 0 -> new Thought.Start();
          case 1 -> new Thought.Delta(arena.string(result + 8));
          default -> new Thought.Complete(arena.string(result + 8));
        };
      }

      @Override
      public void reset() {
        InstructImports.resetReasoning(handle);
      }

      @Override
      public void close() {
        if (!closed) {
          closed = true;
          InstructImports.dropReasoning(handle);
        }
      }
    };
  }
}
