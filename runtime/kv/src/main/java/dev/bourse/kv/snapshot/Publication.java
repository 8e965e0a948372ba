package dev.bourse.kv.snapshot;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What one operation adds to the folder: segments, then the manifest that refers to them. If it
 * ends before the manifest gets its name, the new segments are deleted: they are nothing but
 * garbage, and the disk may be full of it.
 */
final class Publication implements Closeable {
  private final StoreFolder folder;
  private final OpenSegments segments;
  private final List<Path> added = new ArrayList<>();

  Publication(StoreState state) throws IOException {
    this.folder = state.folder();
    this.segments = state.segments();
    state.announce();
  }

  /** Gives a segment that is on disk its name; a file of that name has the same contents. */
  void segment(Path temporary, String id) throws IOException {
    if (folder.segmentSize(id).isEmpty()) {
      added.add(folder.segment(id));
    }
    folder.publishSegment(temporary, id);
    segments.written(id);
  }

  /**
   * Gives a manifest its name, in place of the one that has it now; durable when this returns.
   *
   * @return bytes of its file
   */
  long manifest(SnapshotName name, StoredManifest manifest) throws IOException {
    byte[] contents = ManifestFile.encode(manifest);
    folder.prepareUser(name.user());
    folder.syncSegments();
    Path temporary = folder.write(contents);
    added.clear();
    try {
      folder.storage().move(temporary, folder.manifest(name));
    } catch (IOException e) {
      folder.discard(temporary, e);
      throw e;
    }
    folder.syncNames(name.user());
    return contents.length;
  }

  /** Lets segments stay that no manifest of this operation refers to. */
  void keep() {
    added.clear();
  }

  @Override
  public void close() throws IOException {
    for (Path path : added) {
      folder.storage().delete(path);
    }
  }
}
