package dev.bourse.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.host.process.Limits;
import dev.bourse.host.process.Outcome;
import dev.bourse.host.program.Execution;
import dev.bourse.host.program.ProgramException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Modules that are small on disk and large to read, validate or compile: refused before memory is
 * spent on them, or run all the same.
 */
class CostlyModulesTest {
  private static final byte[] NOTHING = {0, 0x0b};

  private final InferletHost host = TestHosts.host();

  @AfterEach
  void close() {
    host.close();
  }

  /** Bytes, with numbers in LEB128. */
  private static final class Binary {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Binary bytes(int... values) {
      for (int value : values) {
        out.write(value);
      }
      return this;
    }

    Binary number(long value) {
      long rest = value;
      while (rest >= 0x80) {
        out.write((int) ((rest & 0x7f) | 0x80));
        rest >>>= 7;
      }
      out.write((int) rest);
      return this;
    }

    Binary append(byte[] more) {
      out.writeBytes(more);
      return this;
    }

    Binary times(int count, byte[] more) {
      for (int i = 0; i < count; i++) {
        out.writeBytes(more);
      }
      return this;
    }

    byte[] build() {
      return out.toByteArray();
    }

    /** With its length before it. */
    byte[] sized() {
      return new Binary().number(out.size()).append(build()).build();
    }
  }

  private static Binary binary() {
    return new Binary();
  }

  private static byte[] section(int id, Binary content) {
    return binary().bytes(id).append(content.sized()).build();
  }

  private static byte[] name(String name) {
    return binary().append(name.getBytes(StandardCharsets.US_ASCII)).sized();
  }

  /** A module of these sections. */
  private static byte[] module(byte[]... sections) {
    Binary module = binary().bytes(0, 'a', 's', 'm', 1, 0, 0, 0);
    for (byte[] section : sections) {
      module.append(section);
    }
    return module.build();
  }

  /**
   * An inferlet that returns at once the empty result at address 0, and functions of no parameters
   * beside it.
   *
   * @param others how many
   * @param body locals and code of each
   */
  private static byte[] inferlet(int others, byte[] body) {
    byte[] sized = binary().append(body).sized();
    byte[] run = binary().bytes(0, 0x41, 0, 0x0b).sized();
    return module(
        section(1, binary().bytes(2, 0x60, 2, 0x7f, 0x7f, 1, 0x7f, 0x60, 0, 0)),
        section(3, binary().number(1L + others).bytes(0).times(others, new byte[] {1})),
        section(5, binary().bytes(1, 0, 1)),
        section(
            7,
            binary()
                .bytes(3)
                .append(name("t:p/run#run"))
                .bytes(0, 0)
                .append(name("memory"))
                .bytes(2, 0)
                .append(name("cabi_realloc_unused"))
                .bytes(0, 0)),
        section(10, binary().number(1L + others).append(run).times(others, sized)));
  }

  private void refused(byte[] module, String reason) {
    assertThatThrownBy(() -> host.programs().load("x", module, Execution.COMPILED))
        .isInstanceOf(ProgramException.class)
        .hasMessageStartingWith("x: ")
        .hasMessageContaining(reason);
  }

  /** It is refused for want of an allocator when it runs, which it gets to. */
  private void loads(byte[] module) throws Exception {
    assertThat(TestHosts.run(host, module, Execution.COMPILED, Limits.DEFAULT))
        .isInstanceOf(Outcome.Failed.class)
        .asString()
        .contains("cabi_realloc");
  }

  @Test
  void localsBeyondTheHostsMemoryAreRefused() {
    byte[] group = binary().number(50_000).bytes(0x7f).build();
    byte[] body = binary().number(1_000).times(1_000, group).bytes(0x0b).build();
    refused(inferlet(10, body), "MiB of the host's memory to read, allowed");
    refused(
        inferlet(1, binary().bytes(1).number(0xffff_ffffL).bytes(0x7f, 0x0b).build()),
        "MiB of the host's memory");
  }

  @Test
  void countsOfWhatCannotBeThereAreRefused() {
    long many = 0x7fff_ffffL;
    refused(module(section(1, binary().bytes(1, 0x60).number(many))), "2147483647 parameters");
    refused(module(section(1, binary().bytes(1, 0x4e).number(many))), "2147483647 types of a");
    refused(module(section(3, binary().number(many))), "2147483647 entries of section 3");
    refused(
        module(section(9, binary().bytes(1, 0, 0x41, 0, 0x0b).number(many))),
        "2147483647 elements");
    refused(
        module(section(11, binary().bytes(1, 0, 0x41, 0, 0x0b).number(many))),
        "2147483647 bytes of data");
    refused(module(section(2, binary().bytes(1).number(many))), "2147483647 bytes of a name");
    refused(module(section(0, binary().number(many))), "2147483647 bytes of a name");
    refused(inferlet(1, binary().bytes(0, 0x0e).number(many).build()), "2147483647 branches");
    refused(binary().append(module()).bytes(10).number(many).build(), "bytes of section 10");
  }

  @Test
  void branchesOutOfTooManyBlocksAreRefused() {
    int depth = 100_000;
    byte[] body =
        binary()
            .bytes(0)
            .times(depth, new byte[] {0x02, 0x40})
            .bytes(0x41, 0, 0x0e)
            .number(depth)
            .times(depth + 1, binary().number(depth - 1).build())
            .times(depth, new byte[] {0x0b})
            .bytes(0x0b)
            .build();
    refused(inferlet(1, body), "steps to validate, allowed");
  }

  @Test
  void moreInstructionsThanTheHostHasMemoryForAreRefused() {
    byte[] body = binary().bytes(0).times(10_000_000, new byte[] {1}).bytes(0x0b).build();
    refused(inferlet(1, body), "MiB of the host's memory");
  }

  @Test
  void aHundredThousandFunctionsLoad() throws Exception {
    loads(inferlet(100_000, NOTHING));
  }

  @Test
  void functionsTooLargeForTheJvmAreInterpreted() throws Exception {
    byte[] locals = binary().bytes(1).number(50_000).bytes(0x7f, 0x0b).build();
    loads(inferlet(1, locals));
    byte[] table =
        binary()
            .bytes(0, 0x41, 0, 0x0e)
            .number(50_000)
            .times(50_001, new byte[1])
            .bytes(0x0b)
            .build();
    loads(inferlet(3, table));
    byte[] adding = {0x41, 1, 0x1a};
    loads(inferlet(200, binary().bytes(0).times(3_100, adding).bytes(0x0b).build()));
  }
}
