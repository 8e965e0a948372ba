package dev.bourse.host.program;

import dev.bourse.host.program.WasmReader.Malformed;
import java.util.ArrayList;
import java.util.List;

/**
 * One pass over a module that keeps nothing but numbers and names: what it imports and exports, and
 * what reading, validating and compiling it would take. A few bytes can ask a reader for gigabytes
 * (fifty thousand locals, two billion elements) or for hours (branches out of a million blocks), so
 * that is found out before anything is allocated for them.
 */
final class ModuleScan {
  private static final int HEADER = 8;

  /** Instructions of a function from which its Java method may be larger than the JVM allows. */
  private static final int LARGE_FUNCTION = 3_000;

  /** Locals with which a Java method, which sets them all, is too large. */
  private static final int MANY_LOCALS = 5_000;

  /** What a function costs to compile however small it is. */
  private static final long FUNCTION_COST = 200;

  /** Labels of one function that cost nothing beside their instructions. */
  private static final long LABELS_FREE = 1_000;

  /** An import or an export. */
  record Item(String module, String name, int kind) {
    static final int FUNCTION = 0;
    static final int TABLE = 1;
    static final int MEMORY = 2;
  }

  private final List<Item> imports = new ArrayList<>();
  private final List<Item> exports = new ArrayList<>();
  private final InstructionScan instructions = new InstructionScan();
  private long items;
  private long locals;
  private long functions;
  private long largeFunctions;
  private long labelCost;
  private int arity;
  private boolean ownMemory;

  private ModuleScan() {}

  /**
   * Scans a whole module.
   *
   * @throws Malformed when it is none
   */
  static ModuleScan of(byte[] wasm) {
    return scan(new WasmReader(wasm, 0, wasm.length), true);
  }

  /**
   * Scans what a module imports and exports.
   *
   * @throws Malformed when it is none
   */
  static ModuleScan outline(WasmReader module) {
    return scan(module, false);
  }

  private static ModuleScan scan(WasmReader module, boolean whole) {
    ModuleScan scan = new ModuleScan();
    module.skip(HEADER);
    while (!module.atEnd()) {
      int id = module.u8();
      WasmReader section = module.sized("section " + id);
      switch (id) {
        case 0 -> section.name();
        case 2 -> scan.imports(section);
        case 5 -> scan.ownMemory = section.count("memories") > 0;
        case 7 -> scan.exports(section);
        default -> {
          if (whole) {
            scan.section(id, section);
          }
        }
      }
    }
    return scan;
  }

  private void section(int id, WasmReader section) {
    switch (id) {
      case 1 -> types(section);
      case 3, 4, 6, 13 -> items += section.count("entries of section " + id);
      case 9 -> elements(section);
      case 10 -> code(section);
      case 11 -> data(section);
      default -> {
        // The start function and the count of data segments: one number.
      }
    }
  }

  private void types(WasmReader section) {
    int count = section.count("types");
    items += count;
    for (int i = 0; i < count; i++) {
      int form = section.u8();
      if (form == 0x4e) {
        int group = section.count("types of a group");
        items += group;
        for (int j = 0; j < group; j++) {
          subType(section, section.u8());
        }
      } else {
        subType(section, form);
      }
    }
  }

  private void subType(WasmReader section, int form) {
    if (form == 0x50 || form == 0x4f) {
      int supertypes = section.count("supertypes");
      for (int i = 0; i < supertypes; i++) {
        section.u32();
      }
      form = section.u8();
    }
    switch (form) {
      case 0x60 -> arity = Math.max(arity, valueTypes(section) + valueTypes(section));
      case 0x5e -> fields(section, 1);
      case 0x5f -> fields(section, section.count("fields"));
      default -> throw new Malformed("0x%02x begins no type".formatted(form));
    }
  }

  private void fields(WasmReader section, int count) {
    items += count;
    for (int i = 0; i < count; i++) {
      valueType(section);
      section.u8();
    }
  }

  private int valueTypes(WasmReader section) {
    int count = section.count("parameters or results");
    items += count;
    for (int i = 0; i < count; i++) {
      valueType(section);
    }
    return count;
  }

  private static void valueType(WasmReader section) {
    int type = section.u8();
    if (type == 0x63 || type == 0x64) {
      section.skipNumber();
    }
  }

  private void imports(WasmReader section) {
    int count = section.count("imports");
    items += count;
    for (int i = 0; i < count; i++) {
      Item item = new Item(section.name(), section.name(), section.u8());
      imports.add(item);
      switch (item.kind()) {
        case Item.FUNCTION -> section.u32();
        case Item.TABLE -> {
          valueType(section);
          limits(section);
        }
        case Item.MEMORY -> limits(section);
        default -> {
          // A global or a tag: no guest of this host has any, so what follows does not matter.
          return;
        }
      }
    }
  }

  private static void limits(WasmReader section) {
    int flags = section.u8();
    section.skipNumber();
    if ((flags & 1) != 0) {
      section.skipNumber();
    }
  }

  private void exports(WasmReader section) {
    int count = section.count("exports");
    items += count;
    for (int i = 0; i < count; i++) {
      exports.add(new Item("", section.name(), section.u8()));
      section.u32();
    }
  }

  private void elements(WasmReader section) {
    int count = section.count("element segments");
    items += count;
    for (int i = 0; i < count; i++) {
      long flags = section.u32();
      boolean active = (flags & 1) == 0;
      boolean explicit = (flags & 2) != 0;
      boolean expressions = (flags & 4) != 0;
      if (active) {
        if (explicit) {
          section.u32();
        }
        instructions.expression(section);
      }
      if (!active || explicit) {
        valueType(section); // or the kind of element, one byte as well
      }
      int elements = section.count("elements");
      items += elements;
      for (int j = 0; j < elements; j++) {
        if (expressions) {
          instructions.expression(section);
        } else {
          section.u32();
        }
      }
    }
  }

  private void data(WasmReader section) {
    int count = section.count("data segments");
    items += count;
    for (int i = 0; i < count; i++) {
      long mode = section.u32();
      if (mode == 2) {
        section.u32();
      }
      if (mode != 1) {
        instructions.expression(section);
      }
      section.skip(section.count("bytes of data"));
    }
  }

  private void code(WasmReader section) {
    int count = section.count("functions");
    items += count;
    functions = count;
    for (int i = 0; i < count; i++) {
      WasmReader body = section.sized("a function");
      long own = 0;
      int groups = body.count("groups of locals");
      for (int j = 0; j < groups; j++) {
        own += body.u32();
        valueType(body);
      }
      locals += own;
      long instructionsBefore = instructions.count();
      long labelsBefore = instructions.labels();
      instructions.body(body);
      long labels = instructions.labels() - labelsBefore;
      labelCost += labels * labels / LABELS_FREE;
      if (instructions.count() - instructionsBefore + labels > LARGE_FUNCTION
          || own > MANY_LOCALS) {
        largeFunctions++;
      }
    }
  }

  List<Item> imports() {
    return imports;
  }

  List<Item> exports() {
    return exports;
  }

  boolean hasOwnMemory() {
    return ownMemory;
  }

  /**
   * About what reading takes of the host's heap, in bytes: objects as Chicory makes them, each with
   * the list that refers to it.
   */
  long heapBytes() {
    return 120 * instructions.count() + 24 * instructions.labels() + 8 * locals + 100 * items;
  }

  /** Blocks to walk out of at branches, and types to compare at calls and branches. */
  long steps() {
    return instructions.branchSteps()
        + (long) Math.max(1, arity) * (instructions.calls() + instructions.labels());
  }

  /**
   * About what compiling takes, in instructions. Functions cost something by themselves, the labels
   * of a function among each other, and all is compiled again for each function that turns out too
   * large.
   */
  long toCompile() {
    long once = instructions.count() + FUNCTION_COST * functions + labelCost;
    return once * (1 + largeFunctions);
  }
}
