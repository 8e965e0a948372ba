package dev.bourse.host.program;

import dev.bourse.host.json.JsonTrees;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;
import org.semver4j.Semver;
import org.semver4j.range.RangeList;
import org.semver4j.range.RangeListFactory;

/**
 * A program by its name and the versions of it that will do, as users write it and guests launch
 * it: {@code NAME}, {@code NAME@1.2.3}, {@code NAME@^1.2}, {@code NAME@~1.2}, {@code NAME@>=1 <2}
 * and what else node-semver calls a range. Of several versions the highest is meant.
 *
 * @param name the program
 * @param range which versions; {@link #LATEST} for the newest release, or, while there is no
 *     release, the newest before one
 */
public record ProgramReference(String name, String range) {
  /** The range of whoever names none. */
  public static final String LATEST = "latest";

  /** Guests write these, too: what is read is bounded. */
  private static final int LENGTH_MAX = 200;

  private static final Pattern RANGE = Pattern.compile("[0-9A-Za-z.+^~<>=|* -]+");

  /**
   * Reads {@code NAME[@RANGE]}.
   *
   * @throws ProgramException when it is not of that form
   */
  public static ProgramReference parse(String text) {
    int at = text.indexOf('@');
    String name = at < 0 ? text : text.substring(0, at);
    String range = at < 0 ? LATEST : text.substring(at + 1).strip();
    String shown = JsonTrees.excerpt(text);
    if (text.length() > LENGTH_MAX) {
      throw new ProgramException(
          shown,
          "is no program: NAME@RANGE has at most %d characters, this has %d"
              .formatted(LENGTH_MAX, text.length()));
    }
    if (!name.matches(Manifest.NAME)) {
      throw new ProgramException(
          shown, "is no program: a name is in lower case, like text-completion, then @RANGE");
    }
    ProgramReference reference = new ProgramReference(name, range);
    if (!reference.isLatest() && reference.ranges().isEmpty()) {
      throw new ProgramException(
          shown,
          "'%s' is no range of versions; write 1.2.3, ^1.2, ~1.2, '>=1 <2' or latest"
              .formatted(range));
    }
    return reference;
  }

  boolean isLatest() {
    return range.equals(LATEST);
  }

  /** The highest of {@code versions} that will do. */
  public Optional<String> best(Collection<String> versions) {
    if (isLatest() && versions.size() == 1) {
      return Optional.of(versions.iterator().next());
    }
    Comparator<Semver> order = Comparator.naturalOrder();
    if (isLatest()) {
      order = Comparator.comparing((Semver v) -> v.getPreRelease().isEmpty()).thenComparing(order);
    }
    return versions.stream()
        .map(Semver::new)
        .filter(version -> isLatest() || version.satisfies(ranges().orElseThrow()))
        .max(order)
        .map(Semver::getVersion);
  }

  /** Empty if the range is none. The library has several ways to say so, an empty one is first. */
  private Optional<RangeList> ranges() {
    if (!RANGE.matcher(range).matches()) {
      return Optional.empty();
    }
    try {
      RangeList ranges = RangeListFactory.create(range);
      return ranges.toString().isBlank() ? Optional.empty() : Optional.of(ranges);
    } catch (RuntimeException e) { // numbers beyond an int
      return Optional.empty();
    }
  }
}
