package dev.bourse.host;

import static dev.bourse.host.TestHosts.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.engine.Engine;
import dev.bourse.engine.EngineConfig;
import dev.bourse.host.process.Outcome.FailureKind;
import dev.bourse.host.process.ServedModel;
import dev.bourse.model.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Images, clips and speech, which no model here has a part for. */
class MediaTest {
  private static final String MEDIA = "pie:core/media";
  private static final String AUDIO_OUT = "pie:core/audio-out";

  @Test
  void makersSayWhatTheModelLacks() throws Exception {
    List<String> said = new ArrayList<>();
    try (Model model = TestModel.load();
        Engine engine = Engine.start(model, EngineConfig.defaults(1024));
        InferletHost host =
            new InferletHost(
                List.of(new ServedModel("pocket", engine, new TestModel.Chat(model))),
                Optional.empty(),
                List.of(Driver.module()))) {
      TestHosts.result(
          Driver.run(
              host,
              guest -> {
                int area = guest.area(16);
                guest.call("pie:core/model", "[static]model.load", guest.put("pocket"), 6, area);
                int handle = guest.i32(area + 4);
                guest.call(MEDIA, "[static]image.from-bytes", handle, 0, 0, area);
                said.add(guest.u8(area) + " " + guest.stringAt(area + 4));
                guest.call(MEDIA, "[static]video.from-bytes", handle, 0, 0, 8, area);
                said.add(guest.u8(area) + " " + guest.stringAt(area + 4));
                guest.call(MEDIA, "[static]audio.from-bytes", handle, 0, 0, area);
                said.add(guest.u8(area) + " " + guest.stringAt(area + 4));
                guest.call(
                    AUDIO_OUT, "[static]speech.generate", handle, 0, 0, 0, 7, 0, 1, 500, area);
                said.add(guest.u8(area) + " " + guest.stringAt(area + 4));
              }));
    }
    assertThat(said)
        .containsExactly(
            "1 model pocket has no image encoder; it reads and writes text",
            "1 model pocket has no image encoder, which videos need; it reads and writes text",
            "1 model pocket has no audio encoder; it reads and writes text",
            "1 model pocket has no audio decoder; it reads and writes text");
  }

  @Test
  void methodsTrapOnTheHandleThatNobodyHolds() throws Exception {
    String[][] methods = {
      {MEDIA, "[method]image.token-count", "1"},
      {MEDIA, "[method]image.position-span", "1"},
      {MEDIA, "[method]image.grid", "2"},
      {MEDIA, "[method]image.prefix-tokens", "2"},
      {MEDIA, "[method]image.suffix-tokens", "2"},
      {MEDIA, "[method]video.frame-count", "1"},
      {MEDIA, "[method]video.frame", "3"},
      {MEDIA, "[method]video.timestamp", "2"},
      {MEDIA, "[method]audio.token-count", "1"},
      {MEDIA, "[method]audio.position-span", "1"},
      {MEDIA, "[method]audio.prefix-tokens", "2"},
      {MEDIA, "[method]audio.suffix-tokens", "2"},
      {MEDIA, "[resource-drop]image", "1"},
      {MEDIA, "[resource-drop]video", "1"},
      {MEDIA, "[resource-drop]audio", "1"},
      {AUDIO_OUT, "[method]speech.sample-rate", "1"},
      {AUDIO_OUT, "[method]speech.channels", "1"},
      {AUDIO_OUT, "[method]speech.duration-ms", "1"},
      {AUDIO_OUT, "[method]speech.pcm", "2"},
      {AUDIO_OUT, "[resource-drop]speech", "1"},
      {"pie:core/inference", "[method]forward-pass.input-image", "3"},
      {"pie:core/inference", "[method]forward-pass.input-audio", "3"},
    };
    try (InferletHost host = Driver.host()) {
      for (String[] method : methods) {
        long[] arguments = new long[Integer.parseInt(method[2])];
        Arrays.fill(arguments, 8);
        var failed =
            failure(Driver.run(host, guest -> guest.call(method[0], method[1], arguments)));
        assertThat(failed.kind()).as(method[1]).isEqualTo(FailureKind.TRAP);
        assertThat(failed.message()).as(method[1]).contains("handle 8 is not an open ");
      }
    }
  }
}
