package dev.bourse.host.program;

import com.dylibso.chicory.wasm.types.OpCode;
import com.dylibso.chicory.wasm.types.WasmEncoding;
import dev.bourse.host.program.WasmReader.Malformed;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Counts instructions without making objects of them. How long each is comes from Chicory's own
 * table, so that this reads what Chicory will read.
 */
final class InstructionScan {
  private static final int OPCODES = 1 << 16;

  private long count;
  private long labels;
  private long branchSteps;
  private long calls;

  /** Instructions. */
  long count() {
    return count;
  }

  /** Labels that branches name. */
  long labels() {
    return labels;
  }

  /** Blocks between each branch and its label, all together. */
  long branchSteps() {
    return branchSteps;
  }

  long calls() {
    return calls;
  }

  /** A constant expression, up to its end. */
  void expression(WasmReader code) {
    OpCode last;
    do {
      last = instruction(code, 0);
    } while (last != OpCode.END);
  }

  /** A function's instructions, up to the end of {@code code}. */
  void body(WasmReader code) {
    int depth = 1;
    while (!code.atEnd()) {
      switch (instruction(code, depth)) {
        case BLOCK, LOOP, IF, TRY_TABLE -> depth++;
        case END -> depth = Math.max(0, depth - 1);
        default -> {
          // The depth stays.
        }
      }
    }
  }

  private OpCode instruction(WasmReader code, int depth) {
    int opcode = code.u8();
    if (opcode >= 0xfb && opcode < 0xff) {
      opcode = (int) Math.min(OPCODES, (opcode << 8) + code.u32());
    }
    @Nullable OpCode instruction = opcode < OPCODES ? known(opcode) : null;
    if (instruction == null) {
      throw new Malformed(
          "there is no instruction 0x%02x, before byte %d".formatted(opcode, code.position()));
    }
    count++;
    switch (instruction) {
      case BR, BR_IF, BR_ON_NULL, BR_ON_NON_NULL -> label(code, depth);
      case BR_TABLE -> {
        int targets = code.count("branches of a table");
        for (int i = 0; i <= targets; i++) {
          label(code, depth);
        }
      }
      case CALL, CALL_INDIRECT, CALL_REF, RETURN_CALL, RETURN_CALL_INDIRECT, RETURN_CALL_REF -> {
        calls++;
        immediates(instruction, code, depth);
      }
      default -> immediates(instruction, code, depth);
    }
    return instruction;
  }

  private static @Nullable OpCode known(int opcode) {
    try {
      return OpCode.byOpCode(opcode);
    } catch (ArrayIndexOutOfBoundsException e) {
      return null;
    }
  }

  private void label(WasmReader code, int depth) {
    labels++;
    branchSteps += Math.min(code.u32(), depth);
  }

  private void immediates(OpCode instruction, WasmReader code, int depth) {
    List<WasmEncoding> signature = OpCode.signature(instruction);
    for (int i = 0; i < signature.size(); i++) {
      immediate(signature.get(i), code, depth);
    }
  }

  private void immediate(WasmEncoding encoding, WasmReader code, int depth) {
    switch (encoding) {
      case BYTE -> code.u8();
      case VARUINT -> code.u32();
      case BLOCK_TYPE -> code.skipNumber();
      case VARSINT32, VARSINT64 -> code.skipNumber();
      case FLOAT32 -> code.skip(4);
      case FLOAT64 -> code.skip(8);
      case V128 -> code.skip(16);
      case VEC_VARUINT -> {
        int values = code.count("operands");
        for (int i = 0; i < values; i++) {
          code.u32();
        }
      }
      case VEC_VALUE_TYPE -> {
        int types = code.count("types");
        for (int i = 0; i < types; i++) {
          int type = code.u8();
          if (type == 0x63 || type == 0x64) {
            code.skipNumber();
          }
        }
      }
      case VEC_CATCH -> {
        int catches = code.count("catches");
        for (int i = 0; i < catches; i++) {
          if (code.u8() < 2) {
            code.u32(); // the tag
          }
          label(code, depth);
        }
      }
      case MEMARG -> {
        if (code.u32() >> 6 != 0) {
          code.u32();
        }
        code.skipNumber();
      }
    }
  }
}
