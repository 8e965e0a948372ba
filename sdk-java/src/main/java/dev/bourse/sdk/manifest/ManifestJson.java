package dev.bourse.sdk.manifest;

import dev.bourse.sdk.json.JsonReader;
import dev.bourse.sdk.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A manifest as JSON. Strict: what another version wrote is refused, never half understood. */
final class ManifestJson {
  private static final int VERSION = 1;

  private ManifestJson() {}

  static String write(ContextManifest manifest) {
    List<Object> segments = new ArrayList<>();
    for (SegmentDigest segment : manifest.segments()) {
      segments.add(write(segment));
    }
    return JsonWriter.canonical(
        Map.of(
            "version", VERSION,
            "runtime", write(manifest.runtime()),
            "segments", segments,
            "stablePrefix", manifest.stablePrefix().hex(),
            "stableTokens", write(manifest.stableTokens()),
            "volatileTokens", write(manifest.volatileTokens())));
  }

  private static Map<String, Object> write(RuntimeIdentity runtime) {
    return Map.of(
        "model", runtime.model(),
        "modelDigest", runtime.modelDigest(),
        "tokenizerDigest", runtime.tokenizerDigest(),
        "templateDigest", runtime.templateDigest(),
        "adapter", runtime.adapter(),
        "kvType", runtime.kvType());
  }

  private static Map<String, Object> write(SegmentDigest segment) {
    return Map.of(
        "kind", segment.kind().key(),
        "name", segment.name(),
        "bytes", segment.bytes(),
        "digest", segment.digest().hex());
  }

  private static Map<String, Object> write(Tokenization tokenization) {
    return Map.of("tokens", tokenization.tokens(), "digest", tokenization.digest().hex());
  }

  static ContextManifest read(String json) {
    try {
      Node root = new Node("", JsonReader.parseObject(json));
      long version = root.number("version");
      if (version != VERSION) {
        throw new IllegalArgumentException(
            "version is " + version + ", this runtime reads version " + VERSION);
      }
      root.only("version", "runtime", "segments", "stablePrefix", "stableTokens", "volatileTokens");
      return new ContextManifest(
          runtime(root.object("runtime")),
          root.objects("segments").stream().map(ManifestJson::segment).toList(),
          root.digest("stablePrefix"),
          tokenization(root.object("stableTokens")),
          tokenization(root.object("volatileTokens")));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("not a context manifest: " + e.getMessage(), e);
    }
  }

  private static RuntimeIdentity runtime(Node node) {
    node.only("model", "modelDigest", "tokenizerDigest", "templateDigest", "adapter", "kvType");
    return new RuntimeIdentity(
        node.text("model"),
        node.text("modelDigest"),
        node.text("tokenizerDigest"),
        node.text("templateDigest"),
        node.text("adapter"),
        node.text("kvType"));
  }

  private static SegmentDigest segment(Node node) {
    node.only("kind", "name", "bytes", "digest");
    String key = node.text("kind");
    SegmentKind kind =
        SegmentKind.byKey(key)
            .orElseThrow(() -> new IllegalArgumentException("there is no kind \"" + key + "\""));
    return new SegmentDigest(kind, node.text("name"), node.number("bytes"), node.digest("digest"));
  }

  private static Tokenization tokenization(Node node) {
    node.only("tokens", "digest");
    long tokens = node.number("tokens");
    if (tokens > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(node.path("tokens") + " is " + tokens + ", too many");
    }
    Tokenization read = new Tokenization((int) tokens, node.digest("digest"));
    if (read.isZero() && tokens > 0) {
      throw new IllegalArgumentException(
          node.path("digest") + " is zero for tokens that are there");
    }
    return read;
  }

  /** An object of the text, and where it is. */
  private record Node(String at, Map<String, Object> members) {
    String path(String name) {
      return at.isEmpty() ? name : at + "." + name;
    }

    void only(String... names) {
      Set<String> known = Set.of(names);
      for (String name : members.keySet()) {
        if (!known.contains(name)) {
          throw new IllegalArgumentException(path(name) + " is unknown");
        }
      }
    }

    private <T> T member(String name, Class<T> type, String word) {
      Object value = members.get(name);
      if (value == null) {
        throw new IllegalArgumentException(path(name) + " is missing");
      }
      if (!type.isInstance(value)) {
        throw new IllegalArgumentException(path(name) + " must be " + word);
      }
      return type.cast(value);
    }

    String text(String name) {
      return member(name, String.class, "a string");
    }

    long number(String name) {
      long number = member(name, Long.class, "a whole number");
      if (number < 0) {
        throw new IllegalArgumentException(path(name) + " is " + number + ", below 0");
      }
      return number;
    }

    Digest digest(String name) {
      String hex = text(name);
      try {
        return Digest.parse(hex);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(path(name) + ": " + e.getMessage(), e);
      }
    }

    Node object(String name) {
      return node(path(name), member(name, Map.class, "an object"));
    }

    List<Node> objects(String name) {
      List<Node> nodes = new ArrayList<>();
      for (Object element : member(name, List.class, "an array")) {
        String path = path(name) + "[" + nodes.size() + "]";
        if (!(element instanceof Map<?, ?> object)) {
          throw new IllegalArgumentException(path + " must be an object");
        }
        nodes.add(node(path, object));
      }
      return nodes;
    }

    @SuppressWarnings("unchecked") // the reader's objects have names for keys and no nulls
    private static Node node(String path, Map<?, ?> object) {
      return new Node(path, (Map<String, Object>) object);
    }
  }
}
