package dev.bourse.server;

import dev.bourse.text.Tokenizer;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** {@code bourse tokenize}. */
@Command(
    name = "tokenize",
    description = {
      "Turn texts into token ids.",
      "",
      "Reads lines such as",
      "  {\"text\": \"Hello\", \"addSpecial\": false, \"parseSpecial\": false}",
      "from standard input and answers each with a line such as",
      "  [9707]",
      "addSpecial adds the BOS and EOS that the vocabulary asks for; parseSpecial lets the text of"
          + " a control token stand for that token. Both are false unless given."
    })
final class TokenizeCommand implements Callable<Integer> {
  private final Streams streams;
  @Mixin private ModelArgument model = new ModelArgument();

  TokenizeCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    Tokenizer tokenizer = ModelFiles.tokenizer(ModelFiles.open(model.name()));
    return JsonLines.serve(
        streams,
        request -> {
          request.only("text", "addSpecial", "parseSpecial");
          ArrayNode ids = JsonNodeFactory.instance.arrayNode();
          for (int id :
              tokenizer.encode(
                  request.text("text"), request.flag("addSpecial"), request.flag("parseSpecial"))) {
            ids.add(id);
          }
          return ids;
        });
  }
}
