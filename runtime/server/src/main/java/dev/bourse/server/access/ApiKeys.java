package dev.bourse.server.access;

import dev.bourse.host.program.DurableFiles;
import dev.bourse.host.program.FolderLock;
import dev.bourse.kv.snapshot.SnapshotName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The keys of all tenants, in a file. Several processes may use the file at once: the command line
 * makes and revokes keys while a server runs, which sees it with the next call. Thread safe.
 */
public final class ApiKeys {
  /** What every secret begins with, so that scanners of source code know it for one. */
  public static final String PREFIX = "bourse_";

  private static final int NOTE_MAX = 200;
  private static final int SECRET_BYTES = 32;
  private static final int ID_BYTES = 6;
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Path file;
  private final Clock clock;
  private volatile Known known = new Known(Optional.empty(), Map.of(), List.of());

  /** What was last read, and what tells this file from those written before and after. */
  private record Known(Optional<String> version, Map<String, ApiKey> byHash, List<ApiKey> keys) {}

  /** The form of the file. */
  private record Contents(int version, List<ApiKey> keys) {}

  /** A key that was made, with its secret, which nobody can tell again. */
  public record Created(ApiKey key, String secret) {}

  /**
   * The keys in {@code file}, which need not exist.
   *
   * @throws ServiceException when it is there and cannot be read
   */
  public ApiKeys(Path file, Clock clock) {
    this.file = file;
    this.clock = clock;
    var _ = known();
  }

  /** All keys, revoked ones too, in the order in which they were made. */
  public List<ApiKey> keys() {
    return known().keys();
  }

  /** Whether there was ever a key: from then on, nobody is served without one. */
  public boolean isEmpty() {
    return known().keys().isEmpty();
  }

  /** The key of this secret, if it opens something. */
  public Optional<ApiKey> find(String secret) {
    // By its hash: how long the search takes tells nothing about the secrets that there are.
    return Optional.ofNullable(known().byHash().get(sha256(secret))).filter(ApiKey::isValid);
  }

  /**
   * Makes a key. When this returns it is on disk.
   *
   * @throws ServiceException when the tenant can have no such name, or the file cannot be written
   */
  public Created create(String tenant, Role role, String note) {
    try {
      var _ = new SnapshotName(tenant, "any");
    } catch (IllegalArgumentException e) {
      throw new ServiceException(Reason.INVALID_ARGUMENT, String.valueOf(e.getMessage()));
    }
    if (note.length() > NOTE_MAX) {
      throw new ServiceException(
          Reason.INVALID_ARGUMENT,
          "a note of %d characters is too long: the limit is %d"
              .formatted(note.length(), NOTE_MAX));
    }
    String id = HexFormat.of().formatHex(random(ID_BYTES));
    String secret =
        PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(random(SECRET_BYTES));
    ApiKey key =
        new ApiKey(id, tenant, role, sha256(secret), note, clock.instant(), Optional.empty());
    change(
        keys -> {
          List<ApiKey> more = new ArrayList<>(keys);
          more.add(key);
          return more;
        });
    return new Created(key, secret);
  }

  /**
   * Makes a key of the same tenant and role, and revokes the old one.
   *
   * @throws ServiceException when there is no such key
   */
  public Created rotate(String id) {
    ApiKey old = key(id);
    Created created = create(old.tenant(), old.role(), old.note());
    var _ = revoke(id);
    return created;
  }

  /**
   * Has a key open nothing any more; does nothing if that is so already.
   *
   * @throws ServiceException when there is no such key
   */
  public ApiKey revoke(String id) {
    var _ = key(id);
    change(
        keys ->
            keys.stream()
                .map(
                    key ->
                        key.id().equals(id) && key.isValid() ? key.revoked(clock.instant()) : key)
                .toList());
    return key(id);
  }

  private ApiKey key(String id) {
    return keys().stream()
        .filter(key -> key.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new ServiceException(Reason.NOT_FOUND, "there is no key " + id));
  }

  private void change(UnaryOperator<List<ApiKey>> change) {
    try (var _ = FolderLock.take(file.toAbsolutePath().resolveSibling(""))) {
      List<ApiKey> changed = change.apply(read().keys());
      byte[] text =
          JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(new Contents(1, changed));
      DurableFiles.write(file, text);
      known = read();
    } catch (IOException e) {
      throw new ServiceException(Reason.INTERNAL, file + " cannot be written: " + e);
    }
  }

  private Known known() {
    Known last = known;
    try {
      if (!last.version().equals(version())) {
        Known now = read();
        if (now.keys().isEmpty() && !last.keys().isEmpty()) {
          // Without keys everybody is let in, which nobody wants who once had some.
          throw new IOException("the keys that were in it are gone; put it back, or restart");
        }
        last = now;
        known = now;
      }
      return last;
    } catch (IOException e) {
      throw new ServiceException(Reason.INTERNAL, file + " cannot be read: " + e);
    }
  }

  private Optional<String> version() throws IOException {
    try {
      BasicFileAttributes file = Files.readAttributes(this.file, BasicFileAttributes.class);
      return Optional.of(file.fileKey() + " " + file.lastModifiedTime() + " " + file.size());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private Known read() throws IOException {
    Optional<String> version = version();
    if (version.isEmpty()) {
      return new Known(version, Map.of(), List.of());
    }
    try {
      Contents contents = JSON.readValue(Files.readAllBytes(file), Contents.class);
      Map<String, ApiKey> byHash = new HashMap<>();
      contents.keys().forEach(key -> byHash.put(key.sha256(), key));
      return new Known(version, Map.copyOf(byHash), List.copyOf(contents.keys()));
    } catch (JacksonException | NullPointerException e) {
      throw new IOException("it is not a file of keys: " + e.getMessage(), e);
    }
  }

  private static byte[] random(int bytes) {
    byte[] random = new byte[bytes];
    RANDOM.nextBytes(random);
    return random;
  }

  private static String sha256(String secret) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
