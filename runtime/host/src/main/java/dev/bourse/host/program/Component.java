package dev.bourse.host.program;

import dev.bourse.host.program.ModuleScan.Item;
import dev.bourse.host.program.WasmReader.Malformed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Components of the shape that wit-component makes: around one <em>main</em> module, a
 * <em>shim</em> through which it calls what needs its memory, a <em>fixup</em> that fills the
 * shim's table, and perhaps an <em>adapter</em> from WASI preview 1. The last three only connect
 * the first with lowered imports, and the main module's imports are those of the guest ABI already:
 * it runs alone.
 *
 * <p>The binary format: component-model {@code design/mvp/Binary.md}. A section is an id, a size
 * and contents; a core module (1) and a nested component (4) are sections.
 */
final class Component {
  private static final int HEADER = 8;
  private static final int CORE_MODULE = 1;
  private static final int NESTED = 4;
  private static final int DEPTH_MAX = 32;
  private static final int MODULES_MAX = 64;

  /** What a core module of a component is for. */
  enum Role {
    /** Has a memory of its own and the export that a host enters. */
    MAIN,
    SHIM,
    FIXUP,
    ADAPTER,
    OTHER
  }

  private record Span(int start, int end) {}

  private final byte[] bytes;
  private final List<Span> modules = new ArrayList<>();
  private final List<Span> nestedModules = new ArrayList<>();

  private Component(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * The main module of the component in {@code bytes}.
   *
   * @throws ProgramException when it is malformed, or made of what this host cannot link
   */
  static byte[] mainModule(String program, byte[] bytes) {
    Component component = new Component(bytes);
    try {
      component.walk(new WasmReader(bytes, HEADER, bytes.length), 0);
      return component.main(program);
    } catch (Malformed e) {
      throw new ProgramException(
          program, "is not a valid WebAssembly component: " + e.getMessage());
    }
  }

  private void walk(WasmReader sections, int depth) {
    if (depth > DEPTH_MAX) {
      throw new Malformed("components are nested more than %d deep".formatted(DEPTH_MAX));
    }
    while (!sections.atEnd()) {
      int id = sections.u8();
      WasmReader section = sections.sized("section " + id);
      if (id == CORE_MODULE) {
        requireCoreModule(section);
        List<Span> found = depth == 0 ? modules : nestedModules;
        found.add(new Span(section.position(), section.position() + section.remaining()));
        if (modules.size() + nestedModules.size() > MODULES_MAX) {
          throw new Malformed("it has more than %d core modules".formatted(MODULES_MAX));
        }
      } else if (id == NESTED) {
        section.skip(HEADER);
        walk(section, depth + 1);
      }
    }
  }

  private void requireCoreModule(WasmReader section) {
    byte[] header = {0, 'a', 's', 'm', 1, 0, 0, 0};
    int start = section.position();
    if (section.remaining() < HEADER
        || !Arrays.equals(bytes, start, start + HEADER, header, 0, HEADER)) {
      throw new Malformed("what is said to be a core module at byte %d is none".formatted(start));
    }
  }

  private byte[] main(String program) {
    Map<Role, Integer> roles = new EnumMap<>(Role.class);
    Span main = new Span(0, 0);
    for (Span module : modules) {
      Role role = role(ModuleScan.outline(new WasmReader(bytes, module.start(), module.end())));
      roles.merge(role, 1, Integer::sum);
      if (role == Role.MAIN) {
        main = module;
      }
    }
    boolean linked =
        roles.getOrDefault(Role.MAIN, 0) == 1
            && !roles.containsKey(Role.OTHER)
            && nestedModules.isEmpty();
    if (!linked) {
      throw new ProgramException(program, refusal(roles));
    }
    return Arrays.copyOfRange(bytes, main.start(), main.end());
  }

  private String refusal(Map<Role, Integer> roles) {
    if (modules.isEmpty() && nestedModules.isEmpty()) {
      return "is a component without a core module, so there is nothing to run";
    }
    List<String> found = new ArrayList<>();
    roles.forEach((role, count) -> found.add(count + " " + words(role)));
    if (!nestedModules.isEmpty()) {
      found.add(nestedModules.size() + " in components inside it");
    }
    return "is a component with %d core modules (%s), which this host cannot link; it runs components of one main module with its shim, fixup and adapter, as wit-component makes them"
        .formatted(modules.size() + nestedModules.size(), String.join(", ", found));
  }

  private static String words(Role role) {
    return switch (role) {
      case MAIN -> "with an inferlet's entry";
      case SHIM -> "shim";
      case FIXUP -> "fixup";
      case ADAPTER -> "adapter";
      case OTHER -> "with neither an entry nor one of the known parts";
    };
  }

  private static Role role(ModuleScan module) {
    boolean imports = !module.imports().isEmpty();
    if (module.exports().stream().anyMatch(Component::isShimTable) && !imports) {
      return Role.SHIM;
    }
    if (module.imports().stream().anyMatch(Component::isShimTable)) {
      return Role.FIXUP;
    }
    boolean borrowsMemory = module.imports().stream().anyMatch(i -> i.kind() == Item.MEMORY);
    if (borrowsMemory
        && module.imports().stream()
            .anyMatch(i -> i.module().equals("env") || i.module().equals("__main_module__"))
        && module.exports().stream().noneMatch(Component::isEntry)) {
      return Role.ADAPTER;
    }
    boolean entered = module.exports().stream().anyMatch(Component::isEntry);
    return entered && module.hasOwnMemory() ? Role.MAIN : Role.OTHER;
  }

  private static boolean isShimTable(Item item) {
    return item.kind() == Item.TABLE && item.name().equals("$imports");
  }

  private static boolean isEntry(Item export) {
    return export.kind() == Item.FUNCTION && Entry.isEntry(export.name());
  }
}
