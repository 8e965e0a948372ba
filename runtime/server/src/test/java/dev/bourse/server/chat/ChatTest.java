package dev.bourse.server.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.server.TestNode;
import dev.bourse.server.access.Caller;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jline.terminal.impl.ExternalTerminal;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Conversations on the embedded model, without a terminal and on one. */
@Timeout(120)
class ChatTest {
  private static final String FRANCE = "What is the capital of France?";

  @TempDir Path folder;
  private TestNode node;
  private Conversations conversations;
  private Talk talk;
  private final Shown shown = new Shown();

  /** Keeps what is shown. */
  private static final class Shown implements Dialogue.Output {
    private final StringBuilder answer = new StringBuilder();
    private final List<String> notes = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private @Nullable Runnable atPiece;

    @Override
    public void piece(String text) {
      answer.append(text);
      if (atPiece != null) {
        atPiece.run();
      }
    }

    @Override
    public void endOfAnswer() {
      answer.append('\n');
    }

    @Override
    public void note(String line) {
      notes.add(line);
    }

    @Override
    public void problem(String line) {
      problems.add(line);
    }

    String takeAnswer() {
      String all = answer.toString();
      answer.setLength(0);
      return all;
    }
  }

  @BeforeEach
  void start() {
    node = TestNode.start(folder);
    conversations = new EmbeddedConversations(node.node(), Caller.LOCAL);
    talk = new Talk(conversations, conversations.models().getFirst());
  }

  @AfterEach
  void stop() {
    talk.close();
    node.close();
  }

  private Dialogue dialogue() {
    return new Dialogue(conversations, talk, shown);
  }

  private List<String> names() {
    return conversations.kept().stream().map(Conversations.Kept::name).toList();
  }

  @Test
  void aConversationGoesOnIsNamedCopiedAndOpenedAgain() {
    Dialogue dialogue = dialogue();
    dialogue.take(FRANCE);
    assertThat(shown.takeAnswer()).isEqualTo("The capital of France is Paris.\n");
    assertThat(names()).singleElement().asString().matches("chat-[0-9a-f]{12}");

    dialogue.take("/save trip");
    assertThat(names()).containsExactly("trip");
    dialogue.take("What is the capital of Japan?");
    assertThat(shown.takeAnswer()).contains("Tokyo");
    long tokens = conversations.kept().getFirst().tokens();
    dialogue.take("/save other trip");
    assertThat(names()).containsExactly("other trip", "trip");

    dialogue.take("/new");
    dialogue.take("/open trip");
    assertThat(shown.notes.getLast()).contains("\"trip\" goes on: %d tokens".formatted(tokens));
    dialogue.take("/sessions");
    assertThat(shown.notes.getLast()).contains("*  trip");
    dialogue.take("/remove trip");
    assertThat(shown.problems.getLast()).contains("this is the session");
    dialogue.take("/new");
    dialogue.take("/remove trip");
    assertThat(names()).containsExactly("other trip");
    assertThat(shown.problems).hasSize(1);
  }

  @Test
  void whatHasNoNameIsForgottenWhenItIsLeft() {
    dialogue().take(FRANCE);
    assertThat(names()).hasSize(1);
    talk.close();
    assertThat(names()).isEmpty();
  }

  @Test
  void anAnswerThatIsStoppedStaysAsFarAsItCame() {
    Dialogue dialogue = dialogue();
    shown.atPiece = () -> talk.interrupt();
    shown.atPiece = onceOnly(shown.atPiece);
    assertThat(dialogue.take(FRANCE)).isEqualTo(Dialogue.Result.DONE);
    assertThat(shown.problems).isEmpty();
    assertThat(talk.hasBegun()).isTrue();
    assertThat(names()).hasSize(1);
    assertThat(talk.interrupt()).isFalse();
    shown.takeAnswer();
    dialogue.take("What is the capital of Japan?");
    assertThat(shown.takeAnswer()).contains("Tokyo");
  }

  private static Runnable onceOnly(Runnable action) {
    boolean[] done = new boolean[1];
    return () -> {
      if (!done[0]) {
        done[0] = true;
        action.run();
      }
    };
  }

  @Test
  void anAnswerThatIsKilledIsForgotten() throws Exception {
    Dialogue dialogue = dialogue();
    dialogue.take("/max-tokens 4000");
    shown.atPiece = onceOnly(() -> killing(talk));
    dialogue.take("Tell me a very long story about a dog and a cat.");
    assertThat(shown.problems).isEmpty();
    until(() -> node.node().processes() == 0);
    // Whether it was quick enough to be kept or not, it is said.
    assertThat(talk.hasBegun()).isEqualTo(!names().isEmpty());
    assertThat(shown.notes.contains("stopped; this turn is forgotten")).isEqualTo(!talk.hasBegun());
  }

  private static void killing(Talk talk) {
    boolean _ = talk.interrupt();
    boolean _ = talk.interrupt();
  }

  @Test
  void whatIsWrongIsSaidAndTheConversationGoesOn() {
    Dialogue dialogue = dialogue();
    for (String wrong :
        List.of(
            "/frobnicate",
            "/save",
            "/open nowhere",
            "/temperature warm",
            "/temperature -1",
            "/max-tokens 0",
            "/model gpt",
            "/remove nothing")) {
      assertThat(dialogue.take(wrong)).as(wrong).isEqualTo(Dialogue.Result.FAILED);
    }
    assertThat(shown.problems.getFirst()).contains("there is no command /frobnicate");
    assertThat(shown.problems.get(1)).isEqualTo("/save takes NAME");
    assertThat(shown.problems.get(6)).contains("there are: Pocket Chat 5M");
    assertThat(dialogue.take("/save " + "x".repeat(200))).isEqualTo(Dialogue.Result.DONE);
    assertThat(dialogue.take(FRANCE)).isEqualTo(Dialogue.Result.FAILED);
    assertThat(shown.problems.getLast()).contains("128");
    dialogue.take("/new");
    dialogue.take(FRANCE);
    assertThat(shown.takeAnswer()).contains("Paris");
    assertThat(dialogue.take("/exit")).isEqualTo(Dialogue.Result.LEAVE);
  }

  @Test
  void instructionsBeginAConversation() {
    Dialogue dialogue = dialogue();
    dialogue.take("/system Answer in one word.");
    dialogue.take(FRANCE);
    assertThat(shown.takeAnswer()).isEqualTo("Paris.\n");
    dialogue.take("/save short");
    dialogue.take("What is the capital of Japan?");
    assertThat(shown.problems).isEmpty();
  }

  /** A terminal that somebody types at. */
  private final class Typist implements AutoCloseable {
    private final PipedOutputStream keys = new PipedOutputStream();
    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
    private final ExternalTerminal terminal;
    private final CompletableFuture<Integer> end;

    Typist(Path history) throws IOException {
      terminal =
          new ExternalTerminal(
              "test", "ansi", new PipedInputStream(keys), screen, StandardCharsets.UTF_8);
      TerminalChat chat = new TerminalChat(terminal, Optional.of(history), ChatTest.this::names);
      Dialogue dialogue = new Dialogue(conversations, talk, chat);
      end = CompletableFuture.supplyAsync(() -> chat.run(dialogue, talk));
    }

    void type(String text) throws IOException {
      keys.write(text.getBytes(StandardCharsets.UTF_8));
      keys.flush();
    }

    String screen() {
      return screen.toString(StandardCharsets.UTF_8).replaceAll("\u001b\\[[0-9;?]*[a-zA-Z]", "");
    }

    void waitFor(String text) throws InterruptedException {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      until(() -> screen().contains(text) || System.nanoTime() > end);
      assertThat(screen()).contains(text);
    }

    @Override
    public void close() throws IOException {
      terminal.close();
    }
  }

  private static void until(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  @Test
  void onATerminalLinesAreEditedKeptAndLeftByCtrlD() throws Exception {
    Path history = folder.resolve("history");
    try (Typist typist = new Typist(history)) {
      typist.type("What is the capital of Frankreich");
      typist.type("\b".repeat("kreich".length()) + "ce?\r");
      typist.waitFor("The capital of France is Paris.");
      typist.type("\"\"\"\r");
      typist.type("What is the capital\rof Japan?\"\"\"\r");
      typist.waitFor("Tokyo");
      typist.type("/save trip\r");
      typist.waitFor("trip> ");
      typist.type("oh no\u0003");
      typist.waitFor("Ctrl-D leaves");
      typist.type("\u0004");
      assertThat(typist.end.get(30, TimeUnit.SECONDS)).isZero();
    }
    assertThat(names()).containsExactly("trip");
    assertThat(Files.readString(history)).contains("capital of France?").doesNotContain("oh no");
    try (Typist again = new Typist(history)) {
      again.type("\u001b[A\u001b[A\r");
      again.waitFor("Tokyo");
      again.type("/op\t");
      again.waitFor("/open");
      again.type("\u0015\u0004");
      assertThat(again.end.get(30, TimeUnit.SECONDS)).isZero();
    }
  }

  @Test
  void onATerminalCtrlCStopsAnAnswerAndNotTheProgram() throws Exception {
    try (Typist typist = new Typist(folder.resolve("history"))) {
      typist.type("/max-tokens 600\rTell me a story.\r");
      until(() -> talk.interrupt());
      typist.type("\u0003");
      until(() -> node.node().processes() == 0);
      typist.type(FRANCE + "\r");
      typist.waitFor("Paris");
      typist.type("/exit\r");
      assertThat(typist.end.get(30, TimeUnit.SECONDS)).isZero();
    }
  }
}
