package dev.bourse.text;

import java.util.List;
import java.util.OptionalInt;

/**
 * The tokens of a vocabulary that have a role.
 *
 * @param bos begins a sequence
 * @param eos ends a sequence
 * @param eot ends a turn of a chat
 * @param eom ends a message that another message of the same turn follows (a tool call)
 * @param pad fills up a batch
 * @param unknown stands for what the vocabulary cannot express
 * @param addBos whether {@code encode} with special tokens puts {@code bos} in front; then it is
 *     present
 * @param addEos whether {@code encode} with special tokens puts {@code eos} at the end; then it is
 *     present
 * @param endOfGeneration every token after which a model has said what it had to say, ascending
 */
public record SpecialIds(
    OptionalInt bos,
    OptionalInt eos,
    OptionalInt eot,
    OptionalInt eom,
    OptionalInt pad,
    OptionalInt unknown,
    boolean addBos,
    boolean addEos,
    List<Integer> endOfGeneration) {

  public SpecialIds {
    endOfGeneration = List.copyOf(endOfGeneration);
  }

  /** Whether generation stops after this token. */
  public boolean endsGeneration(int id) {
    return endOfGeneration.contains(id);
  }
}
