package dev.bourse.kv.snapshot;

import dev.bourse.kv.KvLayout;
import dev.bourse.kv.PageKey;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultPrettyPrinter;

/**
 * Writes a manifest as JSON that people can read; what is long and says nothing to them is Base64
 * of little-endian integers.
 */
final class ManifestWriter {
  private static final JsonFactory JSON = new JsonFactory();

  private final JsonGenerator json;

  private ManifestWriter(JsonGenerator json) {
    this.json = json;
  }

  static byte[] write(StoredManifest stored) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(new Indented(), bytes, JsonEncoding.UTF8)) {
      new ManifestWriter(json).write(stored.manifest(), stored);
      json.writeRaw('\n');
    }
    return bytes.toByteArray();
  }

  private void write(SnapshotManifest manifest, StoredManifest stored) {
    json.writeStartObject();
    json.writeStringProperty("created", manifest.created().toString());
    manifest
        .expires()
        .ifPresent(expires -> json.writeStringProperty("expires", expires.toString()));
    json.writeName("fingerprint");
    write(manifest.fingerprint());
    json.writeNumberProperty("committedPages", manifest.committedPages());
    json.writeNumberProperty("reservedPages", manifest.reservedPages());
    writeAll(
        "lineages",
        manifest.lineages(),
        lineage -> {
          json.writeStringProperty("name", lineage.name());
          json.writeNumberProperty("pages", lineage.pages());
        });
    writeAll(
        "dropped",
        manifest.dropped(),
        range -> {
          json.writeNumberProperty("first", range.first());
          json.writeNumberProperty("count", range.count());
        });
    if (manifest.window().isPresent()) {
      SlidingWindow window = manifest.window().get();
      json.writeName("window");
      json.writeStartObject();
      json.writeNumberProperty("sinkTokens", window.sinkTokens());
      json.writeNumberProperty("windowTokens", window.windowTokens());
      json.writeEndObject();
    }
    json.writeName("grants");
    json.writeStartArray();
    manifest.grants().stream().sorted().forEach(json::writeString);
    json.writeEndArray();
    manifest.contextManifest().ifPresent(own -> json.writeStringProperty("contextManifest", own));
    writeAll(
        "segments",
        stored.runs(),
        run -> {
          json.writeStringProperty("id", run.first().segment());
          json.writeNumberProperty("offset", run.first().offset());
          json.writeNumberProperty("pages", run.pages());
        });
    writeBase64("checksums", longs(stored.checksums()));
    writeBase64("keys", keys(stored.keys()));
    writeAll(
        "masks",
        manifest.masks(),
        mask -> {
          json.writeNumberProperty("slot", mask.slot());
          json.writeName("runs");
          json.writeArray(mask.runs(), 0, mask.runs().length);
        });
    writeBase64("tokens", ints(manifest.tokens()));
    writeBase64("positions", ints(manifest.positions()));
    json.writeEndObject();
  }

  private void write(Fingerprint fingerprint) {
    KvLayout layout = fingerprint.layout();
    json.writeStartObject();
    json.writeStringProperty("modelName", fingerprint.modelName());
    json.writeStringProperty("modelDigest", fingerprint.modelDigest());
    json.writeStringProperty("tokenizerDigest", fingerprint.tokenizerDigest());
    json.writeStringProperty("templateDigest", fingerprint.templateDigest());
    json.writeStringProperty("adapter", fingerprint.adapter());
    json.writeStringProperty("kvType", fingerprint.kvType());
    json.writeName("layout");
    json.writeStartObject();
    json.writeNumberProperty("layers", layout.layers());
    json.writeNumberProperty("kvHeads", layout.kvHeads());
    json.writeNumberProperty("headDim", layout.headDim());
    json.writeNumberProperty("pageTokens", layout.pageTokens());
    json.writeEndObject();
    json.writeEndObject();
  }

  private <T> void writeAll(String name, List<T> items, Consumer<T> properties) {
    json.writeName(name);
    json.writeStartArray();
    for (T item : items) {
      json.writeStartObject();
      properties.accept(item);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void writeBase64(String name, byte[] bytes) {
    json.writeName(name);
    json.writeString(Base64.getEncoder().encodeToString(bytes));
  }

  private static byte[] ints(int[] values) {
    byte[] bytes = new byte[Math.multiplyExact(values.length, Integer.BYTES)];
    littleEndian(bytes).asIntBuffer().put(values);
    return bytes;
  }

  private static byte[] longs(List<Long> values) {
    byte[] bytes = new byte[Math.multiplyExact(values.size(), Long.BYTES)];
    ByteBuffer buffer = littleEndian(bytes);
    values.forEach(buffer::putLong);
    return bytes;
  }

  private static byte[] keys(List<PageKey> keys) {
    byte[] bytes = new byte[Math.multiplyExact(keys.size(), PageKey.BYTES)];
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    keys.forEach(key -> buffer.put(key.toBytes()));
    return bytes;
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** What a mapper would bring along; setting one up costs a cold start a quarter of a second. */
  private static final class Indented extends ObjectWriteContext.Base {
    @Override
    public PrettyPrinter getPrettyPrinter() {
      return new DefaultPrettyPrinter();
    }

    @Override
    public boolean hasPrettyPrinter() {
      return true;
    }
  }
}
