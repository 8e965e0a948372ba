package dev.bourse.wasmbuild;

import org.teavm.model.BasicBlock;
import org.teavm.model.ClassHolder;
import org.teavm.model.ClassHolderTransformer;
import org.teavm.model.ClassHolderTransformerContext;
import org.teavm.model.Instruction;
import org.teavm.model.MethodDescriptor;
import org.teavm.model.MethodHolder;
import org.teavm.model.Program;
import org.teavm.model.Variable;
import org.teavm.model.instructions.BinaryInstruction;
import org.teavm.model.instructions.BinaryOperation;
import org.teavm.model.instructions.ExitInstruction;
import org.teavm.model.instructions.LongConstantInstruction;
import org.teavm.model.instructions.NumericOperandType;

/**
 * Has the collector of TeaVM 0.13.1 ask for eight bytes more when it grows the heap.
 *
 * <p>An object fits a free chunk of exactly its size, or of eight bytes more. The heap grows in
 * multiples of eight, objects in multiples of four, so an object for which the heap has to grow may
 * find a chunk of four bytes more: then a guest runs out of memory with most of its heap not yet
 * used, for instance on half of all strings of a megabyte.
 */
public final class HeapGrowth implements ClassHolderTransformer {
  private static final String COLLECTOR = "org.teavm.runtime.GC";
  private static final MethodDescriptor WANTED =
      new MethodDescriptor("computeMinRequestedSize", int.class, long.class);
  private static final long CHUNK_HEADER_BYTES = 8;

  @Override
  public void transformClass(ClassHolder type, ClassHolderTransformerContext context) {
    if (!type.getName().equals(COLLECTOR)) {
      return;
    }
    MethodHolder method = type.getMethod(WANTED);
    if (method == null) {
      throw new BuildException(
          COLLECTOR + " has no " + WANTED + ": see whether this compiler still needs its patch");
    }
    Program program = method.getProgram();
    for (BasicBlock block : program.getBasicBlocks()) {
      if (block.getLastInstruction() instanceof ExitInstruction exit) {
        addTo(exit, program);
      }
    }
  }

  private static void addTo(ExitInstruction exit, Program program) {
    Variable more = program.createVariable();
    LongConstantInstruction constant = new LongConstantInstruction();
    constant.setConstant(CHUNK_HEADER_BYTES);
    constant.setReceiver(more);
    Variable sum = program.createVariable();
    BinaryInstruction add = new BinaryInstruction(BinaryOperation.ADD, NumericOperandType.LONG);
    add.setFirstOperand(exit.getValueToReturn());
    add.setSecondOperand(more);
    add.setReceiver(sum);
    for (Instruction instruction : new Instruction[] {constant, add}) {
      instruction.setLocation(exit.getLocation());
      exit.insertPrevious(instruction);
    }
    exit.setValueToReturn(sum);
  }
}
