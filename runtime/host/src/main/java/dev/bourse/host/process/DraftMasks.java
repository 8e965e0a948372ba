package dev.bourse.host.process;

import dev.bourse.grammar.Matcher;
import java.util.Arrays;

/**
 * The tokens that a matcher lets be drawn, as run lengths.
 *
 * @param next what may come next
 * @param behind what may come behind each draft
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record DraftMasks(int[] next, int[][] behind) {

  /**
   * What may be drawn, of what {@code within} allows.
   *
   * @param matcher goes on by those of the drafts that it takes: a fork
   */
  public static DraftMasks of(Matcher matcher, int[] within, int[] drafts) {
    int[] next = matcher.nextTokenRuns(within);
    int[][] behind = new int[drafts.length][];
    for (int at = 0; at < drafts.length; at++) {
      if (!matcher.allows(drafts[at])) {
        // The mask before it refuses it, so that nothing is drawn behind it.
        Arrays.fill(behind, at, behind.length, within);
        break;
      }
      matcher.accept(drafts[at]);
      behind[at] = matcher.nextTokenRuns(within);
    }
    return new DraftMasks(next, behind);
  }
}
