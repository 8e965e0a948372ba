package dev.bourse.text.template;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * Turns segments into tokens. Plain text never becomes a special token, and yet meets the
 * template's ordinary characters next to it in one run, so that the tokens are those of the whole
 * prompt: after {@code <|im_start|>user\n}, a content's leading newline may merge with the
 * template's.
 *
 * <p>Instances may be used by several threads if the tokenizer may.
 */
public final class ChatEncoder {
  /** Special tokens further than this from a content are not looked for. */
  private static final int REACH = 64;

  /** A tokenizer, without BOS and EOS of its own. */
  @FunctionalInterface
  public interface Encoding {
    /**
     * The tokens of a text.
     *
     * @param parseSpecial whether the text of a special token stands for it
     */
    int[] encode(String text, boolean parseSpecial);
  }

  private final Encoding encoding;
  private final Map<String, Ordinary> ordinaryOf = new ConcurrentHashMap<>();

  /**
   * The ends of a template's text that hold no special token.
   *
   * @param head where the first special token begins; the text's length if there is none
   * @param tail where the last one ends; 0 if there is none
   */
  private record Ordinary(int head, int tail) {}

  public ChatEncoder(Encoding encoding) {
    this.encoding = encoding;
  }

  /** The tokens of a prompt or a part of it. */
  public int[] encode(List<Segment> segments) {
    IntStream.Builder ids = IntStream.builder();
    StringBuilder plain = new StringBuilder();
    for (int at = 0; at < segments.size(); at++) {
      Segment segment = segments.get(at);
      if (!segment.special()) {
        plain.append(segment.text());
        continue;
      }
      String text = segment.text();
      Ordinary ordinary = ordinaryOf.computeIfAbsent(text, this::ordinary);
      int begin = plain.isEmpty() ? 0 : ordinary.head();
      int end = at + 1 < segments.size() ? Math.max(begin, ordinary.tail()) : text.length();
      plain.append(text, 0, begin);
      if (begin < end) {
        flush(plain, ids);
        add(encoding.encode(text.substring(begin, end), true), ids);
      }
      plain.append(text, end, text.length());
    }
    flush(plain, ids);
    return ids.build().toArray();
  }

  private void flush(StringBuilder plain, IntStream.Builder ids) {
    if (!plain.isEmpty()) {
      add(encoding.encode(plain.toString(), false), ids);
      plain.setLength(0);
    }
  }

  private static void add(int[] tokens, IntStream.Builder ids) {
    for (int token : tokens) {
      ids.add(token);
    }
  }

  /**
   * The tokens after which an answer is complete, as far as the vocabulary has them as one token.
   */
  public int[] stopTokens(ChatFormat format) {
    return format.stopTexts().stream()
        .map(text -> encoding.encode(text, true))
        .filter(tokens -> tokens.length == 1)
        .mapToInt(tokens -> tokens[0])
        .distinct()
        .sorted()
        .toArray();
  }

  private Ordinary ordinary(String text) {
    return hasSpecial(text) ? new Ordinary(head(text), tail(text)) : new Ordinary(text.length(), 0);
  }

  /** Where the first special token begins, or 0 (no ordinary text to give away) if that is far. */
  private int head(String text) {
    for (int end = 1; end <= Math.min(REACH, text.length()); end++) {
      if (hasSpecial(text.substring(0, end))) {
        return lastBegin(text.substring(0, end));
      }
    }
    return 0;
  }

  /** Where the last special token ends, or the text's end if that is far. */
  private int tail(String text) {
    for (int begin = text.length() - 1; begin >= Math.max(0, text.length() - REACH); begin--) {
      if (hasSpecial(text.substring(begin))) {
        return begin + firstEnd(text.substring(begin));
      }
    }
    return text.length();
  }

  private int lastBegin(String text) {
    int begin = text.length() - 1;
    while (begin > 0 && !hasSpecial(text.substring(begin))) {
      begin--;
    }
    return begin;
  }

  private int firstEnd(String text) {
    int end = 1;
    while (end < text.length() && !hasSpecial(text.substring(0, end))) {
      end++;
    }
    return end;
  }

  private boolean hasSpecial(String text) {
    return !Arrays.equals(encoding.encode(text, true), encoding.encode(text, false));
  }
}
