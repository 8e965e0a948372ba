package dev.bourse.server.snapshots;

import dev.bourse.kv.KvLayout;
import dev.bourse.kv.PageRange;
import dev.bourse.kv.snapshot.Fingerprint;
import dev.bourse.kv.snapshot.LineageRun;
import dev.bourse.kv.snapshot.SnapshotManifest;
import dev.bourse.server.Streams;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A snapshot as a person reads it. */
final class DetailsText {
  private static final int DIGITS_SHOWN = 16;
  private static final int IDS_SHOWN = 12;
  private static final int LINES_SHOWN = 4;
  private static final int COLUMNS_SHOWN = 100;

  private final Streams streams;
  private final Instant now = Instant.now();

  DetailsText(Streams streams) {
    this.streams = streams;
  }

  /** All that a server tells of a snapshot. */
  void print(SnapshotEntry snapshot) {
    head(snapshot);
    row("model", snapshot.model());
    row("tokens", "%,d".formatted(snapshot.tokens()));
    size(snapshot);
    streams.flush();
  }

  void print(SnapshotDetails details) {
    head(details.snapshot());
    details.manifest().ifPresent(manifest -> print(manifest, details));
    details.verification().ifPresent(this::print);
    streams.flush();
  }

  private void head(SnapshotEntry snapshot) {
    row("name", snapshot.name());
    row("user", snapshot.user());
    row("created", time(snapshot.created()) + ago(snapshot.created()));
    row(
        "expires",
        snapshot
            .expires()
            .map(expires -> time(expires) + ", " + Words.until(expires, now))
            .orElse("never"));
    snapshot
        .grants()
        .ifPresent(users -> row("granted to", users.isEmpty() ? "nobody" : Words.list(users)));
    snapshot.problem().ifPresent(problem -> row("problem", problem));
  }

  private void size(SnapshotEntry snapshot) {
    row(
        "size",
        "%s on disk, %s of it shared"
            .formatted(Words.size(snapshot.bytes()), Words.size(snapshot.sharedBytes())));
  }

  private void print(SnapshotManifest manifest, SnapshotDetails details) {
    print(manifest.fingerprint());
    print(manifest);
    size(details.snapshot());
    for (SnapshotDetails.Sharing other : details.sharing()) {
      row(
          "shares with",
          "@%s/%s: %s, %s"
              .formatted(
                  other.user(),
                  other.name(),
                  Words.count(other.pages(), "page"),
                  Words.size(other.bytes())));
    }
    manifest.contextManifest().ifPresent(text -> preview("manifest", text));
    details
        .text()
        .ifPresentOrElse(
            text -> preview("text", text), () -> row("token ids", ids(manifest.tokens())));
  }

  private void print(Fingerprint fingerprint) {
    row("model", fingerprint.modelName());
    row("", "digest " + digest(fingerprint.modelDigest()));
    row("tokenizer", "digest " + digest(fingerprint.tokenizerDigest()));
    row("template", "digest " + digest(fingerprint.templateDigest()));
    row("adapter", fingerprint.adapter().isEmpty() ? "none" : fingerprint.adapter());
    KvLayout layout = fingerprint.layout();
    row(
        "pages of",
        "%d tokens, %s: %s, %s, %d of %s each"
            .formatted(
                layout.pageTokens(),
                Words.size(layout.pageBytes()),
                fingerprint.kvType(),
                Words.count(layout.layers(), "layer"),
                layout.kvHeads(),
                Words.count(layout.headDim(), "number")));
  }

  private void print(SnapshotManifest manifest) {
    int[] positions = manifest.positions();
    row(
        "tokens",
        positions.length == 0
            ? "none"
            : "%,d, at positions %,d to %,d"
                .formatted(
                    positions.length,
                    Arrays.stream(positions).min().getAsInt(),
                    Arrays.stream(positions).max().getAsInt()));
    row(
        "pages",
        "%,d, the first %,d committed; %,d more reserved"
            .formatted(manifest.pages(), manifest.committedPages(), manifest.reservedPages()));
    if (!manifest.masks().isEmpty()) {
      row(
          "masks",
          Words.count(manifest.masks().size(), "token") + " not looking at everything before");
    }
    if (!manifest.dropped().isEmpty()) {
      String ranges =
          manifest.dropped().stream().map(DetailsText::range).collect(Collectors.joining(", "));
      row("dropped", "pages " + ranges + ": no token looks at them");
    }
    for (LineageRun lineage : manifest.lineages()) {
      row("lineage", lineage.name() + ", " + Words.count(lineage.pages(), "page"));
    }
  }

  private void print(Verification verification) {
    row(
        "verified",
        "%s, %s in %.2f s: %s"
            .formatted(
                Words.count(verification.pages(), "page"),
                Words.size(verification.bytes()),
                verification.seconds(),
                verification.damaged().isEmpty()
                    ? "as they were saved"
                    : verification.damaged().size() + " damaged"));
    verification.damaged().forEach(problem -> row("", problem));
  }

  private void preview(String label, String text) {
    List<String> lines = text.strip().lines().toList();
    for (int i = 0; i < Math.min(lines.size(), LINES_SHOWN); i++) {
      row(i == 0 ? label : "", cut(lines.get(i)));
    }
    if (lines.size() > LINES_SHOWN) {
      row("", "… %,d lines in all (--json shows them)".formatted(lines.size()));
    }
  }

  /** The beginning of a long line; a character of two halves is not torn apart. */
  private static String cut(String line) {
    return line.codePointCount(0, line.length()) <= COLUMNS_SHOWN
        ? line
        : line.substring(0, line.offsetByCodePoints(0, COLUMNS_SHOWN)) + "…";
  }

  private static String ids(int[] tokens) {
    String first =
        Arrays.stream(tokens)
            .limit(IDS_SHOWN)
            .mapToObj(Integer::toString)
            .collect(Collectors.joining(" "));
    return tokens.length <= IDS_SHOWN ? first : first + " … (--json shows all)";
  }

  private String ago(Instant then) {
    String age = Words.age(then, now);
    return age.contains(" ") ? ", " + age + " ago" : "";
  }

  private static String range(PageRange range) {
    return range.count() == 1
        ? Integer.toString(range.first())
        : range.first() + " to " + (range.end() - 1);
  }

  private static String digest(String hex) {
    return hex.length() <= DIGITS_SHOWN ? hex : hex.substring(0, DIGITS_SHOWN) + "…";
  }

  private static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private void row(String label, String value) {
    streams.print("%-16s %s%n".formatted(label, value));
  }
}
