package dev.bourse.host.process;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where in a distributed trace something is done: the fields {@code traceparent} and {@code
 * tracestate} of W3C Trace Context, passed on as they came. Whoever sends them wrongly is treated
 * as if he had sent none, as the recommendation says.
 *
 * @param parent the value of {@code traceparent}
 * @param state the value of {@code tracestate}; empty if there is none
 * @see <a href="https://www.w3.org/TR/trace-context/">W3C Trace Context</a>
 */
public record TraceContext(String parent, String state) {
  /** The field that says which trace it is, and which part of it. */
  public static final String PARENT = "traceparent";

  /** The field with what tracing systems want to know. */
  public static final String STATE = "tracestate";

  private static final int VERSION_0_LENGTH = 55;
  private static final int PARENT_MAX = 512;
  private static final int STATE_MAX = 512;
  private static final int MEMBERS_MAX = 32;

  private static final Pattern VERSION_0 =
      Pattern.compile("[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

  /** What later versions may put behind what is known. */
  private static final Pattern MORE = Pattern.compile("-[\\x21-\\x7e]*");

  private static final Pattern MEMBER =
      Pattern.compile(
          "([a-z][_0-9a-z*/-]{0,255}|[a-z0-9][_0-9a-z*/-]{0,240}@[a-z][_0-9a-z*/-]{0,13})"
              + "=[\\x20-\\x2b\\x2d-\\x3c\\x3e-\\x7e]{0,255}[\\x21-\\x2b\\x2d-\\x3c\\x3e-\\x7e]");

  /**
   * The context of a request.
   *
   * @param parents values of its fields {@code traceparent}
   * @param states values of its fields {@code tracestate}
   * @return empty if it has none that is well formed; without its state if that is not
   */
  public static Optional<TraceContext> of(List<String> parents, List<String> states) {
    if (parents.size() != 1 || !isParent(parents.getFirst())) {
      return Optional.empty();
    }
    return Optional.of(new TraceContext(parents.getFirst(), state(states)));
  }

  private static boolean isParent(String text) {
    if (text.length() < VERSION_0_LENGTH || text.length() > PARENT_MAX) {
      return false;
    }
    String known = text.substring(0, VERSION_0_LENGTH);
    String more = text.substring(VERSION_0_LENGTH);
    if (!VERSION_0.matcher(known).matches() || known.startsWith("ff")) {
      return false;
    }
    return more.isEmpty() || (!known.startsWith("00") && MORE.matcher(more).matches());
  }

  private static String state(List<String> values) {
    List<String> members = new ArrayList<>();
    Set<String> keys = new LinkedHashSet<>();
    for (String value : values) {
      for (String part : value.split(",", -1)) {
        String member = part.strip();
        if (member.isEmpty()) {
          continue; // Allowed, and of no meaning.
        }
        if (!MEMBER.matcher(member).matches()
            || !keys.add(member.substring(0, member.indexOf('=')))) {
          return "";
        }
        members.add(member);
      }
    }
    String all = String.join(",", members);
    return members.size() <= MEMBERS_MAX && all.length() <= STATE_MAX ? all : "";
  }

  /** The id of the trace, 32 hexadecimal digits. */
  public String traceId() {
    return parent.substring(3, 35);
  }
}
