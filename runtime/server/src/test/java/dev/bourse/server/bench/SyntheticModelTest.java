package dev.bourse.server.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.kv.PagePool;
import dev.bourse.model.ForwardBatch;
import dev.bourse.model.ForwardPass;
import dev.bourse.model.Model;
import dev.bourse.model.gguf.GgufFile;
import dev.bourse.model.gguf.ModelFileException;
import dev.bourse.tensor.TensorType;
import dev.bourse.tensor.WorkerPool;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SyntheticModelTest {
  static Stream<TensorType> supported() {
    return Stream.of(TensorType.values()).filter(TensorType::supported);
  }

  /** What is measured is a model that computes numbers, whatever the type of its weights. */
  @ParameterizedTest
  @MethodSource("supported")
  void computesFiniteLogits(TensorType type) throws ModelFileException {
    try (Model model = load(Shape.TINY, type);
        PagePool pool = new PagePool(model.config().kvLayout(16), 4);
        ForwardPass pass = model.newForwardPass(pool, 8);
        ModelRates rates = new ModelRates(model, 64, 1)) {
      assertThat(model.config().layers()).isEqualTo(2);
      assertThat(rates.decode(2, 32, 16)).isPositive();
      assertThat(rates.prefill(20)).isPositive();
      pass.run(new ForwardBatch());
    }
  }

  @Test
  void namesAreThoseThatUsersKnow() {
    assertThat(Shape.keys()).contains("llama-1b").contains("qwen3-0.6b").contains("gemma3-1b");
  }

  private static Model load(Shape shape, TensorType type) throws ModelFileException {
    return Model.load(
        GgufFile.of("tiny", arena -> SyntheticModel.gguf(shape, type, arena)), new WorkerPool(1));
  }
}
