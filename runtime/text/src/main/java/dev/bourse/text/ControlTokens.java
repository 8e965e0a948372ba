package dev.bourse.text;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The control tokens that are recognized by their text. Many files leave out which token ends a
 * turn, or give such a token the type of ordinary text; without a correction a chat would not stop,
 * and users could write control tokens. The texts are those that llama.cpp knows.
 *
 * @param endOfTurn ends a turn of a chat
 * @param endOfMessage ends a message inside a turn
 * @param endOfGeneration every token after which generation stops
 */
record ControlTokens(
    OptionalInt endOfTurn, OptionalInt endOfMessage, List<Integer> endOfGeneration) {

  /** Ends of a turn; of several in one vocabulary the first in this list is the one. */
  private static final List<String> END_OF_TURN =
      List.of(
          "<|eot_id|>",
          "<|im_end|>",
          "<|end|>",
          "<end_of_turn>",
          "<EOT>",
          "_<EOT>",
          "[EOT]",
          "<end_of_utterance>",
          "<｜end▁of▁sentence｜>",
          "<|end_of_text|>",
          "<|endoftext|>");

  private static final String END_OF_MESSAGE = "<|eom_id|>";

  private static final Set<String> OTHER_ENDS =
      Set.of(
          "<|return|>",
          "<|call|>",
          "<|flush|>",
          "<|calls|>",
          "</s>",
          "[EOS]",
          "<eos>",
          "<turn|>",
          "<|tool_response>",
          "[e~[");

  /** Fill-in-the-middle tokens after which generation stops: padding, repository, file. */
  private static final List<Set<String>> FILL_IN_ENDS =
      List.of(
          Set.of("<|fim_pad|>", "<fim-pad>", "<fim_pad>", "<PAD>", "[PAD]"),
          Set.of("<|fim_repo|>", "<|repo_name|>", "<fim-repo>", "<REPO>", "<reponame>"),
          Set.of("<|file_sep|>"));

  /** Fill-in-the-middle tokens inside a prompt: prefix, suffix, middle. */
  private static final List<Set<String>> FILL_IN_PARTS =
      List.of(
          Set.of(
              "<|fim_prefix|>",
              "<fim-prefix>",
              "<fim_prefix>",
              "<｜fim▁begin｜>",
              "<PRE>",
              "▁<PRE>",
              "<|code_prefix|>",
              "<|prefix|>"),
          Set.of(
              "<|fim_suffix|>",
              "<fim-suffix>",
              "<fim_suffix>",
              "<｜fim▁hole｜>",
              "<SUF>",
              "▁<SUF>",
              "<|code_suffix|>",
              "<|suffix|>"),
          Set.of(
              "<|fim_middle|>",
              "<fim-middle>",
              "<fim_middle>",
              "<｜fim▁end｜>",
              "<MID>",
              "▁<MID>",
              "<|code_middle|>",
              "<|middle|>"));

  private static final int LONGEST = 24;

  /** Finds them and corrects their entries in {@code types} to {@link TokenType#CONTROL}. */
  static ControlTokens find(List<String> tokens, TokenType[] types) {
    Map<String, Integer> candidates = candidates(tokens);
    List<Integer> ends = new ArrayList<>();
    for (Map.Entry<String, Integer> candidate : candidates.entrySet()) {
      String text = candidate.getKey();
      if (END_OF_TURN.contains(text) || text.equals(END_OF_MESSAGE) || OTHER_ENDS.contains(text)) {
        ends.add(candidate.getValue());
      }
    }
    for (Set<String> texts : FILL_IN_ENDS) {
      addLowest(texts, candidates, ends);
    }
    List<Integer> control = new ArrayList<>(ends);
    for (Set<String> texts : FILL_IN_PARTS) {
      addLowest(texts, candidates, control);
    }
    for (int id : control) {
      types[id] = TokenType.CONTROL;
    }
    return new ControlTokens(
        firstPresent(END_OF_TURN, candidates),
        firstPresent(List.of(END_OF_MESSAGE), candidates),
        ends);
  }

  /** The tokens that look like one of the texts above: few, where a vocabulary has 100,000. */
  private static Map<String, Integer> candidates(List<String> tokens) {
    Map<String, Integer> candidates = new HashMap<>();
    for (int id = 0; id < tokens.size(); id++) {
      String text = tokens.get(id);
      if (text.length() < 3 || text.length() > LONGEST) {
        continue;
      }
      char first = text.charAt(0);
      char last = text.charAt(text.length() - 1);
      if ((last == '>' || first == '[') && "<[_▁".indexOf(first) >= 0) {
        candidates.putIfAbsent(text, id);
      }
    }
    return candidates;
  }

  private static OptionalInt firstPresent(List<String> texts, Map<String, Integer> ids) {
    for (String text : texts) {
      Integer id = ids.get(text);
      if (id != null) {
        return OptionalInt.of(id);
      }
    }
    return OptionalInt.empty();
  }

  /** Of the tokens with one of these texts, adds the one with the lowest id. */
  private static void addLowest(Set<String> texts, Map<String, Integer> ids, List<Integer> target) {
    int lowest = Integer.MAX_VALUE;
    for (String text : texts) {
      lowest = Math.min(lowest, ids.getOrDefault(text, Integer.MAX_VALUE));
    }
    if (lowest < Integer.MAX_VALUE) {
      target.add(lowest);
    }
  }
}
