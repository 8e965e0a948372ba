package dev.bourse.kv;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Names pages by what determines their keys and values: SHA-256, chained, over (key of the page
 * before, model digest, layout, lineage, tokens, positions, masks, adapters).
 *
 * <p>Not thread-safe.
 */
public class PageHasher {
  private static final String FORMAT = "bourse page 1 f32";

  private final Supplier<String> model;
  private final KvLayout layout;
  private final MessageDigest sha256;
  private final Map<Lineage, PageKey> domains = new HashMap<>();
  private ByteBuffer buffer = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);

  /**
   * Keys for the pages of one model.
   *
   * @param modelDigest what tells the model from all others; asked when the first key is made
   */
  public PageHasher(Supplier<String> modelDigest, KvLayout layout) {
    this.model = modelDigest;
    this.layout = layout;
    try {
      this.sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The lineage of that name. */
  public Lineage lineage(String name) {
    return new Lineage(name);
  }

  /** The layout as text that stays the same whatever becomes of the class. */
  private String shape() {
    return layout.layers()
        + " layers "
        + layout.kvHeads()
        + " heads "
        + layout.headDim()
        + " dimensions "
        + layout.pageTokens()
        + " tokens";
  }

  /** The key of a page after {@code parent}, or of a first page. */
  public PageKey key(@Nullable PageKey parent, Lineage lineage, PageContent content) {
    PageKey domain = domains.computeIfAbsent(lineage, this::domain);
    int rows = content.length();
    int ints = 1 + 2 * rows;
    for (int row = 0; row < rows; row++) {
      int[] mask = content.mask(row);
      ints += 1 + (mask == null ? 0 : mask.length);
    }
    int bytes = 2 * PageKey.BYTES + ints * Integer.BYTES;
    if (buffer.capacity() < bytes) {
      buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
    buffer.clear();
    (parent == null ? PageKey.NONE : parent).put(buffer);
    domain.put(buffer);
    buffer.putInt(rows);
    for (int row = 0; row < rows; row++) {
      buffer.putInt(content.token(row)).putInt(content.position(row));
      int[] mask = content.mask(row);
      buffer.putInt(mask == null ? -1 : mask.length);
      if (mask != null) {
        for (int run : mask) {
          buffer.putInt(run);
        }
      }
    }
    sha256.update(buffer.array(), 0, buffer.position());
    if (content.hasAdapters()) {
      updateAdapters(content);
    }
    return PageKey.of(sha256.digest());
  }

  /** Behind rows whose number is told, so that no two pages look the same. */
  private void updateAdapters(PageContent content) {
    StringBuilder digests = new StringBuilder();
    for (int row = 0; row < content.length(); row++) {
      String adapter = content.adapter(row);
      String digest = adapter == null ? "" : adapter;
      digests.append('\n').append(digest.length()).append(' ').append(digest);
    }
    sha256.update(digests.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** What the keys of a lineage's pages begin with. */
  private PageKey domain(Lineage lineage) {
    // Quoted lengths, so that no two lists of parts look the same.
    StringBuilder parts = new StringBuilder(FORMAT);
    for (String part : new String[] {model.get(), shape(), "no adapter", lineage.name()}) {
      parts.append('\n').append(part.length()).append(' ').append(part);
    }
    sha256.update(parts.toString().getBytes(StandardCharsets.UTF_8));
    return PageKey.of(sha256.digest());
  }
}
