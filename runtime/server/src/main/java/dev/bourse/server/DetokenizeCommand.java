package dev.bourse.server;

import dev.bourse.text.Tokenizer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** {@code bourse detokenize}. */
@Command(
    name = "detokenize",
    description = {
      "Turn token ids into texts.",
      "",
      "Reads lines such as",
      "  {\"ids\": [9707], \"skipSpecial\": false}",
      "from standard input and answers each with a JSON string or, if the bytes are not UTF-8, with"
          + " {\"hex\": \"e282\"}.",
      "skipSpecial leaves control tokens out; it is false unless given. One id alone gives the"
          + " bytes of that token; several are a text, without the space that SentencePiece puts in"
          + " front of one."
    })
final class DetokenizeCommand implements Callable<Integer> {
  private final Streams streams;
  @Mixin private ModelArgument model = new ModelArgument();

  DetokenizeCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    Tokenizer tokenizer = ModelFiles.tokenizer(ModelFiles.open(model.name()));
    return JsonLines.serve(
        streams,
        request -> {
          request.only("ids", "skipSpecial");
          int[] ids = request.integers("ids", tokenizer.size() - 1);
          return text(bytes(tokenizer, ids, request.flag("skipSpecial")));
        });
  }

  private static byte[] bytes(Tokenizer tokenizer, int[] ids, boolean skipSpecial) {
    boolean isOne = ids.length == 1 && !(skipSpecial && tokenizer.isSpecial(ids[0]));
    return isOne ? tokenizer.bytes(ids[0]) : tokenizer.decode(ids, skipSpecial);
  }

  private static JsonNode text(byte[] bytes) {
    try {
      // A decoder of one's own refuses what String would replace.
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return JsonNodeFactory.instance.stringNode(text);
    } catch (CharacterCodingException e) {
      return JsonNodeFactory.instance.objectNode().put("hex", HexFormat.of().formatHex(bytes));
    }
  }
}
