package dev.bourse.host;

import static dev.bourse.host.TestHosts.guest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.process.Outcome;
import dev.bourse.host.process.OutputListener;
import dev.bourse.host.program.Execution;
import dev.bourse.host.program.ProgramException;
import dev.bourse.host.program.WasmProgram;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Components: the shape that runs by its main module, and what is refused, with the reason. */
class ComponentTest {
  private static final byte[] HEADER = {0, 'a', 's', 'm', 0x0d, 0, 1, 0};
  private static final int CORE_MODULE = 1;
  private static final int NESTED = 4;

  private final InferletHost host = TestHosts.host();

  @AfterEach
  void close() {
    host.close();
  }

  /** Made by {@code wit-component} from the module and the interfaces that lie beside it. */
  private static byte[] echo() throws IOException {
    try (InputStream in = ComponentTest.class.getResourceAsStream("/guests/echo.component.wasm")) {
      return Objects.requireNonNull(in).readAllBytes();
    }
  }

  private static byte[] component(byte[]... sections) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(HEADER);
    for (byte[] section : sections) {
      out.writeBytes(section);
    }
    return out.toByteArray();
  }

  private static byte[] section(int id, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(id);
    int rest = content.length;
    while (rest >= 0x80) {
      out.write((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
    out.writeBytes(content);
    return out.toByteArray();
  }

  private static byte[] module(byte[] module) {
    return section(CORE_MODULE, module);
  }

  /** A module with these two sections, of imports and of exports, and whatever else. */
  private static byte[] raw(byte[]... sections) {
    byte[] component = component(sections);
    component[4] = 1;
    component[6] = 0;
    return component;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] shim() {
    return raw(section(4, bytes("\1\160\1\1\1")), section(7, bytes("\1\10$imports\1\0")));
  }

  private static byte[] fixup() {
    return raw(section(2, bytes("\1\0\10$imports\1\160\1\1\1")));
  }

  private static byte[] adapter() {
    return raw(section(2, bytes("\1\3env\6memory\2\0\0")), section(7, bytes("\1\10fd_write\0\0")));
  }

  private void refused(byte[] component, String... reasons) {
    assertThatThrownBy(() -> host.programs().load("c.wasm", component, Execution.INTERPRETED))
        .isInstanceOf(ProgramException.class)
        .hasMessageStartingWith("c.wasm: ")
        .message()
        .contains(reasons);
  }

  @Test
  void aComponentOfWitComponentRunsByItsMainModule() throws Exception {
    StringBuilder sent = new StringBuilder();
    OutputListener output =
        new OutputListener() {
          @Override
          public void text(String text) {
            sent.append(text);
          }

          @Override
          public void stdout(byte[] bytes) {}

          @Override
          public void stderr(byte[] bytes) {}
        };
    for (Execution execution : Execution.values()) {
      WasmProgram program = host.programs().load("echo", echo(), execution);
      InferletProcess process =
          host.launch(LaunchRequest.of(program, "{\"a\":1}").withOutput(output));
      assertThat(process.outcome().get()).isEqualTo(new Outcome.Finished("{\"a\":1}"));
    }
    assertThat(sent.toString()).isEqualTo("hello from a component".repeat(2));
  }

  @Test
  void shimFixupAndAdapterAreLeftOut() throws Exception {
    byte[] main = guest("").build();
    byte[] nested = section(NESTED, component(section(7, bytes("\0"))));
    for (byte[] component :
        new byte[][] {
          component(module(main)),
          component(module(shim()), module(main), module(fixup())),
          component(module(main), module(adapter()), module(shim()), module(fixup()), nested)
        }) {
      WasmProgram program = host.programs().load("c", component, Execution.INTERPRETED);
      assertThat(program.sha256())
          .isEqualTo(host.programs().load("m", main, Execution.INTERPRETED).sha256());
    }
  }

  @Test
  void otherComponentsAreRefusedByWhatTheyContain() {
    byte[] main = guest("").build();
    byte[] library = new Wasm().memory(1, 1).function("helper", "", "", "").build();
    refused(component(), "is a component without a core module");
    refused(component(section(NESTED, component())), "is a component without a core module");
    refused(
        component(module(main), module(main)),
        "is a component with 2 core modules (2 with an inferlet's entry), which this host cannot link");
    refused(
        component(module(main), module(library)),
        "2 core modules (1 with an inferlet's entry, 1 with neither an entry nor");
    refused(component(module(library)), "1 core modules (1 with neither");
    refused(
        component(module(main), section(NESTED, component(module(main)))),
        "2 core modules (1 with an inferlet's entry, 1 in components inside it)");
    refused(
        component(section(NESTED, component(module(main)))),
        "1 core modules (1 in components inside it)");
  }

  @Test
  void damagedComponentsAreRefused() throws Exception {
    byte[] whole = echo();
    int refused = 0;
    for (int length = 8; length < whole.length; length++) {
      try {
        load(Arrays.copyOf(whole, length), length);
      } catch (ProgramException e) {
        refused++;
        assertThat(e.getMessage()).startsWith("mutant " + length + ": ");
      }
    }
    // A cut between two sections behind the main module leaves a component.
    assertThat(refused).isGreaterThan(whole.length - 40);
    Random random = new Random(3);
    for (int i = 0; i < 2_000; i++) {
      byte[] mutant = whole.clone();
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        mutant[8 + random.nextInt(whole.length - 8)] = (byte) random.nextInt(256);
      }
      try {
        load(mutant, i);
      } catch (ProgramException e) {
        assertThat(e.getMessage()).startsWith("mutant " + i + ": ");
      }
    }
  }

  private void load(byte[] component, int number) {
    var _ = host.programs().load("mutant " + number, component, Execution.INTERPRETED);
  }

  @Test
  void sizesThatLieAndNestingWithoutEndAreRefused() {
    refused(component(bytes("\1\377\377\377\377\17")), "4294967295 bytes of section 1");
    refused(component(bytes("\1\377\377\377\377\377\377")), "more than 32 bits");
    refused(component(bytes("\1\5abcde")), "what is said to be a core module");
    byte[] nested = component();
    for (int i = 0; i < 1_000; i++) {
      nested = component(section(NESTED, nested));
    }
    refused(nested, "components are nested more than 32 deep");
    byte[][] many = new byte[100][];
    Arrays.fill(many, module(shim()));
    refused(component(many), "more than 64 core modules");
  }
}
