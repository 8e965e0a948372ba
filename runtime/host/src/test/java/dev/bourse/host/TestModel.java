package dev.bourse.host;

import dev.bourse.demo.DemoModel;
import dev.bourse.host.process.ChatTurns;
import dev.bourse.model.Model;
import dev.bourse.text.instruct.Instruct;
import dev.bourse.text.template.ChatFormat;
import dev.bourse.text.template.ChatTemplate;
import java.time.LocalDateTime;

/** The embedded model, and its turns as its template writes them. */
final class TestModel {
  private TestModel() {}

  static Model load() throws Exception {
    return Model.load(DemoModel.NAME, DemoModel::bytes);
  }

  record Chat(Model model) implements ChatTurns {
    private int[] tokens(String text) {
      return model.tokenizer().encode(text, false, true);
    }

    private int[] turn(String role, String text) {
      return tokens("<|im_start|>" + role + "\n" + text + "<|im_end|>\n");
    }

    @Override
    public int[] system(String text) {
      return turn("system", text);
    }

    @Override
    public int[] firstUser(String text) {
      return turn("user", text);
    }

    @Override
    public int[] user(String text) {
      return turn("user", text);
    }

    @Override
    public int[] systemUser(String system, String user) {
      return tokens(
          "<|im_start|>system\n"
              + system
              + "<|im_end|>\n<|im_start|>user\n"
              + user
              + "<|im_end|>\n");
    }

    @Override
    public int[] assistant(String text) {
      return turn("assistant", text);
    }

    @Override
    public int[] cue() {
      return tokens("<|im_start|>assistant\n");
    }

    @Override
    public int[] seal() {
      return tokens("<|im_end|>\n");
    }

    @Override
    public Instruct instruct() {
      ChatTemplate template = ChatTemplate.parse("pocket", model.chatTemplate().orElseThrow());
      LocalDateTime now = LocalDateTime.of(2026, 11, 21, 7, 0);
      return new Instruct(template, ChatFormat.of(template, "", "", now), model.tokenizer(), now);
    }

    @Override
    public int[] stopTokens() {
      return tokens("<|im_end|>");
    }
  }
}
