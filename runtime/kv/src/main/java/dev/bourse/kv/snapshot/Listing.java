package dev.bourse.kv.snapshot;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What can be told about the names. Used with the folder's lock held. */
final class Listing {
  private final StoreState state;
  private final List<Summary> all;
  private final Usage usage;
  private final Map<String, OptionalLong> segmentSizes = new HashMap<>();

  Listing(StoreState state) throws IOException {
    this.state = state;
    this.all = state.visible(state.catalog().all());
    this.usage = Usage.of(all);
  }

  List<String> users() {
    return all.stream().map(summary -> summary.name().user()).distinct().toList();
  }

  List<SnapshotInfo> ofUser(String user) throws IOException {
    List<SnapshotInfo> infos = new ArrayList<>();
    for (Summary summary : all) {
      if (summary.name().user().equals(user)) {
        infos.add(info(summary));
      }
    }
    return infos;
  }

  SnapshotInfo of(SnapshotName name) throws IOException {
    return info(state.require(name));
  }

  private SnapshotInfo info(Summary summary) throws IOException {
    return new SnapshotInfo(
        summary.name(),
        summary.created(),
        summary.expires(),
        summary.tokens(),
        Usage.pageBytes(summary) + summary.fileBytes(),
        usage.sharedBytes(summary),
        summary.model(),
        summary.grants(),
        problem(summary));
  }

  private Optional<String> problem(Summary summary) throws IOException {
    if (summary.problem().isPresent()) {
      return summary.problem();
    }
    for (PageRun run : summary.runs()) {
      String id = run.first().segment();
      OptionalLong size = segmentSizes.get(id);
      if (size == null) {
        size = state.folder().segmentSize(id);
        segmentSizes.put(id, size);
      }
      long end = run.first().offset() + run.pages() * summary.pageBytes();
      if (size.isEmpty()) {
        return Optional.of("its segment " + id + " is missing");
      }
      if (size.getAsLong() < end) {
        return Optional.of(
            "its segment %s is cut: it has %,d of %,d bytes".formatted(id, size.getAsLong(), end));
      }
    }
    return Optional.empty();
  }
}
