package dev.bourse.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.host.Scripts.Place;
import dev.bourse.host.process.InferletProcess;
import dev.bourse.model.Model;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Inferlets hear that all are to end, and save what is to last. */
@Timeout(120)
class StoppingTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource
  void whoAsksHearsOfItAndSaves(Place place) throws Exception {
    try (Model model = TestModel.load();
        Scripts scripts = Scripts.on(model, folder)) {
      String script = "user Hello\nflush\nawait-stop\nsave kept\nhas kept";
      LaunchRequest request =
          LaunchRequest.of(Scripts.program(scripts.host, place), Scripts.input(script));
      InferletProcess process = scripts.host.launch(request);
      assertThat(process.isStopping()).isFalse();
      scripts.host.announceStop();
      assertThat(TestHosts.result(process.outcome().get(60, TimeUnit.SECONDS))).contains("true");
      // Whoever begins now hears of it as well.
      assertThat(scripts.run(place, "await-stop", "has kept")).contains("true");
    }
  }
}
