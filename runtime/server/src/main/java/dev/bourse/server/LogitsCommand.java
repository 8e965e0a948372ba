package dev.bourse.server;

import dev.bourse.engine.Context;
import dev.bourse.engine.Engine;
import dev.bourse.engine.EngineException;
import dev.bourse.engine.EngineProcess;
import dev.bourse.engine.ForwardRequest;
import dev.bourse.engine.Sampler;
import dev.bourse.engine.Slot;
import dev.bourse.model.Model;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code bourse logits}. */
@Command(
    name = "logits",
    description = {
      "Compute the logits of token sequences.",
      "",
      "Reads lines such as",
      "  {\"tokens\": [288, 327], \"positions\": [1], \"greedy\": 4}",
      "from standard input and answers each with a line such as",
      "  {\"logits\": [[1.5, -0.25, …]], \"greedy\": [281, 1900, 263, 387]}",
      "with every logit of each position asked for, and as many greedy tokens after the last one as"
          + " asked for. 'positions' and 'greedy' may be left out."
    })
final class LogitsCommand implements Callable<Integer> {
  private static final Sampler GREEDY = new Sampler.Multinomial(0, 0);

  private final Streams streams;
  @Mixin private ModelArgument argument = new ModelArgument();
  @Mixin private EngineOptions options = new EngineOptions();

  LogitsCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    try (Model model = options.load(argument.name());
        Engine engine = options.start(model)) {
      return JsonLines.serve(streams, request -> answer(engine, request));
    }
  }

  private static JsonNode answer(Engine engine, JsonRequest request) {
    request.only("tokens", "positions", "greedy");
    int contextLength = engine.model().config().contextLength();
    int[] tokens = request.integers("tokens", engine.model().config().vocabularySize() - 1);
    if (tokens.length == 0) {
      throw new IllegalArgumentException("'tokens' is empty: there is nothing to compute");
    }
    if (tokens.length > contextLength) {
      throw new IllegalArgumentException(
          "'tokens' has %d entries, more than the model's context of %d tokens"
              .formatted(tokens.length, contextLength));
    }
    int[] positions = request.integersOrNone("positions", tokens.length - 1);
    if (positions.length > tokens.length) {
      throw new IllegalArgumentException(
          "'positions' has %d entries, more than 'tokens' with %d"
              .formatted(positions.length, tokens.length));
    }
    int greedy = request.count("greedy", contextLength - tokens.length);
    try (EngineProcess process = engine.openProcess("logits")) {
      return new Sequence(process.newContext()).answer(tokens, positions, greedy);
    } catch (EngineException e) {
      throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
    }
  }

  /** A context, and how many tokens it has. */
  private static final class Sequence {
    private final Context context;
    private int length;

    Sequence(Context context) {
      this.context = context;
    }

    JsonNode answer(int[] tokens, int[] positions, int greedy) {
      ObjectNode answer = JsonNodeFactory.instance.objectNode();
      ArrayNode logits = answer.putArray("logits");
      ArrayNode ids = answer.putArray("greedy");
      ForwardRequest.Builder prompt = append(tokens).read(new Sampler.RawLogits(), positions);
      if (greedy > 0) {
        prompt.read(GREEDY, tokens.length - 1);
      }
      List<Slot> slots = compute(prompt);
      for (Slot slot : slots.subList(0, positions.length)) {
        ArrayNode row = logits.addArray();
        for (float logit : ((Slot.Logits) slot).logits()) {
          row.add(logit);
        }
      }
      for (int i = 0; i < greedy; i++) {
        int id = ((Slot.Token) slots.getLast()).id();
        ids.add(id);
        if (i + 1 < greedy) {
          slots = compute(append(new int[] {id}).read(GREEDY, 0));
        }
      }
      return answer;
    }

    private ForwardRequest.Builder append(int[] tokens) {
      int[] positions = new int[tokens.length];
      for (int i = 0; i < tokens.length; i++) {
        positions[i] = length + i;
      }
      length += tokens.length;
      return ForwardRequest.builder().input(tokens, positions);
    }

    private List<Slot> compute(ForwardRequest.Builder builder) {
      ForwardRequest request = builder.build();
      try {
        int room = context.workingPages() * context.tokensPerPage() - context.workingTokens();
        if (request.size() > room) {
          int missing = Math.ceilDiv(request.size() - room, context.tokensPerPage());
          context.reserveWorkingPages(missing);
        }
        return context.forward(request).get().slots();
      } catch (InterruptedException e) {
        throw new IllegalStateException("nobody interrupts this thread", e);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof EngineException failure) {
          throw failure;
        }
        throw new IllegalStateException("a forward pass failed: " + e.getCause(), e);
      }
    }
  }
}
