package dev.bourse.host;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Assembles small WebAssembly modules for tests from instructions in the text format's words, one
 * flat sequence per function: {@code "local.get 0 i32.const 8 i32.add"}. Imported functions come
 * first in the index space, in the order they were declared.
 */
final class Wasm {
  private static final Map<String, Integer> OPCODES =
      Map.ofEntries(
          Map.entry("unreachable", 0x00),
          Map.entry("nop", 0x01),
          Map.entry("block", 0x02),
          Map.entry("loop", 0x03),
          Map.entry("if", 0x04),
          Map.entry("else", 0x05),
          Map.entry("end", 0x0b),
          Map.entry("br", 0x0c),
          Map.entry("br_if", 0x0d),
          Map.entry("return", 0x0f),
          Map.entry("call", 0x10),
          Map.entry("drop", 0x1a),
          Map.entry("local.get", 0x20),
          Map.entry("local.set", 0x21),
          Map.entry("local.tee", 0x22),
          Map.entry("global.get", 0x23),
          Map.entry("global.set", 0x24),
          Map.entry("i32.load", 0x28),
          Map.entry("i64.load", 0x29),
          Map.entry("f64.load", 0x2b),
          Map.entry("i32.load8_u", 0x2d),
          Map.entry("i32.store", 0x36),
          Map.entry("i64.store", 0x37),
          Map.entry("i32.store8", 0x3a),
          Map.entry("memory.size", 0x3f),
          Map.entry("memory.grow", 0x40),
          Map.entry("i32.const", 0x41),
          Map.entry("i64.const", 0x42),
          Map.entry("f32.const", 0x43),
          Map.entry("f64.const", 0x44),
          Map.entry("i32.eqz", 0x45),
          Map.entry("i32.eq", 0x46),
          Map.entry("i32.ne", 0x47),
          Map.entry("i64.ne", 0x52),
          Map.entry("f64.ne", 0x62),
          Map.entry("i32.add", 0x6a),
          Map.entry("i32.sub", 0x6b),
          Map.entry("i32.mul", 0x6c),
          Map.entry("i32.and", 0x71),
          Map.entry("i64.add", 0x7c),
          Map.entry("ref.null", 0xd0));

  private static final int TABLE_GROW = 15;

  private record Function(String export, String parameters, String results, String code) {}

  private record Import(String module, String name, String parameters, String results) {}

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Data(int address, byte[] bytes) {}

  private final List<Import> imports = new ArrayList<>();
  private final List<Function> functions = new ArrayList<>();
  private final List<Data> data = new ArrayList<>();
  private final List<long[]> tables = new ArrayList<>();
  private long[] memory = {};
  private int start = -1;
  private boolean bump;

  Wasm imports(String module, String name, String parameters, String results) {
    imports.add(new Import(module, name, parameters, results));
    return this;
  }

  Wasm memory(long min, long max) {
    memory = new long[] {min, max};
    return this;
  }

  Wasm table(long min, long max) {
    tables.add(new long[] {min, max});
    return this;
  }

  Wasm data(int address, String text) {
    return data(address, text.getBytes(StandardCharsets.UTF_8));
  }

  Wasm data(int address, byte[] bytes) {
    data.add(new Data(address, bytes));
    return this;
  }

  /** A function; not exported if {@code export} is empty. It may use one extra i32 local. */
  Wasm function(String export, String parameters, String results, String code) {
    functions.add(new Function(export, parameters, results, code));
    return this;
  }

  /** The function last declared is the start function. */
  Wasm start() {
    start = imports.size() + functions.size() - 1;
    return this;
  }

  /** Exports a {@code cabi_realloc} that hands out fresh memory from address 1024 upwards. */
  Wasm bumpAllocator() {
    return bumpAllocator("");
  }

  /** The same, which runs {@code first} each time; that may use the extra local 4. */
  Wasm bumpAllocator(String first) {
    bump = true;
    return function(
        "cabi_realloc",
        "i32 i32 i32 i32",
        "i32",
        // (p + align - 1) & -align
        first
            + "  global.get 0  local.get 2  i32.add  i32.const 1  i32.sub"
            + "  i32.const 0  local.get 2  i32.sub  i32.and  local.tee 4"
            + "  local.get 3  i32.add  global.set 0  local.get 4");
  }

  byte[] build() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0});
    section(out, 1, types());
    if (!imports.isEmpty()) {
      section(out, 2, importSection());
    }
    section(out, 3, functionSection());
    if (!tables.isEmpty()) {
      section(out, 4, tableSection());
    }
    if (memory.length > 0) {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      unsigned(body, 1);
      limits(body, memory);
      section(out, 5, body);
    }
    if (bump) {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      unsigned(body, 1);
      body.write(0x7f);
      body.write(1);
      body.write(0x41);
      signed(body, 1024);
      body.write(0x0b);
      section(out, 6, body);
    }
    section(out, 7, exportSection());
    if (start >= 0) {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      unsigned(body, start);
      section(out, 8, body);
    }
    section(out, 10, codeSection());
    if (!data.isEmpty()) {
      section(out, 11, dataSection());
    }
    return out.toByteArray();
  }

  private ByteArrayOutputStream types() {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    unsigned(body, imports.size() + functions.size());
    for (Import function : imports) {
      type(body, function.parameters(), function.results());
    }
    for (Function function : functions) {
      type(body, function.parameters(), function.results());
    }
    return body;
  }

  private static void type(ByteArrayOutputStream body, String parameters, String results) {
    body.write(0x60);
    valTypes(body, parameters);
    valTypes(body, results);
  }

  private static void valTypes(ByteArrayOutputStream body, String types) {
    String[] words = words(types);
    unsigned(body, words.length);
    for (String word : words) {
      body.write(
          switch (word) {
            case "i32" -> 0x7f;
            case "i64" -> 0x7e;
            case "f32" -> 0x7d;
            case "f64" -> 0x7c;
            default -> throw new IllegalArgumentException(word);
          });
    }
  }

  private ByteArrayOutputStream importSection() {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    unsigned(body, imports.size());
    for (int i = 0; i < imports.size(); i++) {
      name(body, imports.get(i).module());
      name(body, imports.get(i).name());
      body.write(0);
      unsigned(body, i);
    }
    return body;
  }

  private ByteArrayOutputStream functionSection() {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    unsigned(body, functions.size());
    for (int i = 0; i < functions.size(); i++) {
      unsigned(body, imports.size() + i);
    }
    return body;
  }

  private ByteArrayOutputStream tableSection() {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    unsigned(body, tables.size());
    for (long[] table : tables) {
      body.write(0x70);
      limits(body, table);
    }
    return body;
  }

  private ByteArrayOutputStream exportSection() {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    long exported = functions.stream().filter(f -> !f.export().isEmpty()).count();
    unsigned(body, exported);
    for (int i = 0; i < functions.size(); i++) {
      if (!functions.get(i).export().isEmpty()) {
        name(body, functions.get(i).export());
        body.write(0);
        unsigned(body, imports.size() + i);
      }
    }
    return body;
  }

  private ByteArrayOutputStream codeSection() {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    unsigned(body, functions.size());
    for (Function function : functions) {
      ByteArrayOutputStream code = new ByteArrayOutputStream();
      unsigned(code, 1);
      unsigned(code, 1);
      code.write(0x7f);
      instructions(code, function.code());
      code.write(0x0b);
      unsigned(body, code.size());
      body.writeBytes(code.toByteArray());
    }
    return body;
  }

  private ByteArrayOutputStream dataSection() {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    unsigned(body, data.size());
    for (Data segment : data) {
      body.write(0);
      body.write(0x41);
      signed(body, segment.address());
      body.write(0x0b);
      unsigned(body, segment.bytes().length);
      body.writeBytes(segment.bytes());
    }
    return body;
  }

  private static void instructions(ByteArrayOutputStream out, String code) {
    String[] words = words(code);
    for (int i = 0; i < words.length; i++) {
      if (words[i].equals("table.grow")) {
        out.write(0xfc);
        unsigned(out, TABLE_GROW);
        unsigned(out, Long.parseLong(words[++i]));
        continue;
      }
      int opcode = OPCODES.getOrDefault(words[i], -1);
      if (opcode < 0) {
        throw new IllegalArgumentException(words[i]);
      }
      out.write(opcode);
      switch (words[i]) {
        case "block", "loop", "if" -> out.write(0x40);
        case "br",
            "br_if",
            "call",
            "local.get",
            "local.set",
            "local.tee",
            "global.get",
            "global.set" ->
            unsigned(out, Long.parseLong(words[++i]));
        case "i32.load", "i32.store" -> memoryArgument(out, 2);
        case "i64.load", "i64.store", "f64.load" -> memoryArgument(out, 3);
        case "i32.load8_u", "i32.store8" -> memoryArgument(out, 0);
        case "memory.size", "memory.grow" -> out.write(0);
        case "i32.const", "i64.const" -> signed(out, Long.parseLong(words[++i]));
        case "f32.const" -> {
          int bits = Float.floatToRawIntBits(Float.parseFloat(words[++i]));
          for (int shift = 0; shift < 32; shift += 8) {
            out.write(bits >>> shift);
          }
        }
        case "f64.const" -> {
          long bits = Double.doubleToRawLongBits(Double.parseDouble(words[++i]));
          for (int shift = 0; shift < 64; shift += 8) {
            out.write((int) (bits >>> shift));
          }
        }
        case "ref.null" -> out.write(0x70);
        default -> {
          // No immediate.
        }
      }
    }
  }

  private static void memoryArgument(ByteArrayOutputStream out, int alignment) {
    unsigned(out, alignment);
    unsigned(out, 0);
  }

  private static String[] words(String text) {
    return text.isBlank() ? new String[0] : text.strip().split("\\s+");
  }

  private static void limits(ByteArrayOutputStream out, long[] limits) {
    out.write(1);
    unsigned(out, limits[0]);
    unsigned(out, limits[1]);
  }

  private static void name(ByteArrayOutputStream out, String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    unsigned(out, bytes.length);
    out.writeBytes(bytes);
  }

  private static void section(ByteArrayOutputStream out, int id, ByteArrayOutputStream body) {
    out.write(id);
    unsigned(out, body.size());
    out.writeBytes(body.toByteArray());
  }

  private static void unsigned(ByteArrayOutputStream out, long value) {
    long left = value;
    do {
      int low = (int) (left & 0x7f);
      left >>>= 7;
      out.write(left == 0 ? low : low | 0x80);
    } while (left != 0);
  }

  private static void signed(ByteArrayOutputStream out, long value) {
    long left = value;
    while (true) {
      int low = (int) (left & 0x7f);
      left >>= 7;
      boolean last = left == ((low & 0x40) == 0 ? 0 : -1);
      out.write(last ? low : low | 0x80);
      if (last) {
        return;
      }
    }
  }
}
