package dev.bourse.kv.snapshot;

import dev.bourse.kv.KvLayout;
import dev.bourse.kv.PageKey;
import dev.bourse.kv.PageRange;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;

/** Reads what {@link ManifestWriter} writes, and nothing else. */
final class ManifestReader {
  private ManifestReader() {}

  private static final Pattern SEGMENT = Pattern.compile("[0-9a-f]{64}");

  /** Reads the JSON that begins at {@code from} and is the rest of the file. */
  static StoredManifest read(byte[] file, int from) throws DamagedFileException {
    try {
      return JsonFields.read(file, from, ManifestReader::stored);
    } catch (JacksonException | IllegalArgumentException | DateTimeException e) {
      throw new DamagedFileException("the manifest makes no sense: " + e.getMessage(), e);
    }
  }

  private static StoredManifest stored(JsonFields fields) {
    SnapshotManifest manifest =
        new SnapshotManifest(
            Instant.parse(fields.string("created")),
            fields.optionalString("expires").map(Instant::parse),
            fields.object("fingerprint", ManifestReader::fingerprint),
            ints(fields, "tokens"),
            ints(fields, "positions"),
            fields.objects(
                "masks", mask -> new RowMask(mask.integer("slot"), mask.integers("runs"))),
            fields.integer("committedPages"),
            fields.integer("reservedPages"),
            fields.objects(
                "lineages",
                lineage -> new LineageRun(lineage.string("name"), lineage.integer("pages"))),
            fields.objects(
                "dropped", range -> new PageRange(range.integer("first"), range.integer("count"))),
            fields.optionalObject(
                "window",
                window ->
                    new SlidingWindow(
                        window.integer("sinkTokens"), window.integer("windowTokens"))),
            fields.optionalString("contextManifest"),
            Set.copyOf(fields.strings("grants")));
    StoredManifest stored =
        new StoredManifest(
            manifest,
            longs(fields, "checksums"),
            keys(fields, "keys"),
            fields.objects("segments", ManifestReader::run));
    requirePages(stored);
    return stored;
  }

  private static void requirePages(StoredManifest stored) {
    int pages = stored.manifest().storedPages();
    long placed = stored.runs().stream().mapToLong(PageRun::pages).sum();
    boolean inFolder = stored.keys().size() == pages && placed == pages;
    boolean inArchive = stored.keys().isEmpty() && placed == 0;
    if (stored.checksums().size() != pages || (!inFolder && !inArchive)) {
      throw new IllegalArgumentException(
          "%d pages have %d checksums, %d keys and %d places"
              .formatted(pages, stored.checksums().size(), stored.keys().size(), placed));
    }
  }

  private static Fingerprint fingerprint(JsonFields fields) {
    return new Fingerprint(
        fields.string("modelName"),
        fields.string("modelDigest"),
        fields.string("tokenizerDigest"),
        fields.string("templateDigest"),
        fields.string("adapter"),
        fields.string("kvType"),
        fields.object(
            "layout",
            layout ->
                new KvLayout(
                    layout.integer("layers"),
                    layout.integer("kvHeads"),
                    layout.integer("headDim"),
                    layout.integer("pageTokens"))));
  }

  private static PageRun run(JsonFields fields) {
    String segment = fields.string("id");
    long offset = fields.number("offset");
    int pages = fields.integer("pages");
    if (!SEGMENT.matcher(segment).matches() || offset < 0 || pages <= 0) {
      throw new IllegalArgumentException(
          "there are no " + pages + " pages at byte " + offset + " of segment '" + segment + "'");
    }
    return new PageRun(new PageRef(segment, offset), pages);
  }

  private static int[] ints(JsonFields fields, String name) {
    ByteBuffer bytes = base64(fields, name, Integer.BYTES);
    int[] values = new int[bytes.remaining() / Integer.BYTES];
    bytes.asIntBuffer().get(values);
    return values;
  }

  private static List<Long> longs(JsonFields fields, String name) {
    ByteBuffer bytes = base64(fields, name, Long.BYTES);
    List<Long> values = new ArrayList<>(bytes.remaining() / Long.BYTES);
    while (bytes.hasRemaining()) {
      values.add(bytes.getLong());
    }
    return values;
  }

  private static List<PageKey> keys(JsonFields fields, String name) {
    ByteBuffer bytes = base64(fields, name, PageKey.BYTES);
    List<PageKey> keys = new ArrayList<>(bytes.remaining() / PageKey.BYTES);
    byte[] key = new byte[PageKey.BYTES];
    while (bytes.hasRemaining()) {
      bytes.get(key);
      keys.add(PageKey.of(key));
    }
    return keys;
  }

  private static ByteBuffer base64(JsonFields fields, String name, int unit) {
    byte[] bytes = Base64.getDecoder().decode(fields.string(name));
    if (bytes.length % unit != 0) {
      throw new IllegalArgumentException(
          "'" + name + "' has " + bytes.length + " bytes, which is no multiple of " + unit);
    }
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
