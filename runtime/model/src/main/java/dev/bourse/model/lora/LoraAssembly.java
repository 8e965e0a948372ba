package dev.bourse.model.lora;

import dev.bourse.model.LoraAdapter;
import dev.bourse.model.LowRank;
import dev.bourse.model.ModelConfig;
import dev.bourse.model.Projection;
import dev.bourse.model.gguf.ModelFileException;
import dev.bourse.tensor.RopeTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Puts the tensors of one file together to an adapter; an instance is used once. */
final class LoraAssembly {
  private static final int RANK_MAX = 4096;

  private static final Pattern GGUF_NAME =
      Pattern.compile("blk\\.(\\d{1,6})\\.([a-z_]+)\\.weight\\.lora_([ab])");
  private static final Pattern PEFT_NAME =
      Pattern.compile(
          "(?:base_model\\.model\\.)?(?:model\\.)?layers\\.(\\d{1,6})\\.([a-z_.]+)"
              + "\\.lora_([AB])(?:\\.default)?\\.weight");

  /** Which matrix of which projection a tensor is. */
  private record Place(int layer, Projection projection) implements Comparable<Place> {
    @Override
    public int compareTo(Place other) {
      return layer != other.layer
          ? Integer.compare(layer, other.layer)
          : projection.compareTo(other.projection);
    }
  }

  /** The two matrices of a place. */
  private static final class Pair {
    private @Nullable AdapterTensor a;
    private @Nullable AdapterTensor b;
    private boolean fromTraining;
  }

  private final String file;
  private final ModelConfig model;
  private final LoraOptions options;
  private final long bytesMax;
  private final Map<Place, Pair> pairs = new TreeMap<>();

  LoraAssembly(String file, ModelConfig model, LoraOptions options, long bytesMax) {
    this.file = file;
    this.model = model;
    this.options = options;
    this.bytesMax = bytesMax;
  }

  LoraAdapter assemble(List<AdapterTensor> tensors) throws ModelFileException {
    for (AdapterTensor tensor : tensors) {
      place(tensor);
    }
    if (pairs.isEmpty()) {
      throw new ModelFileException(file, "has no tensors");
    }
    List<Map<Projection, LowRank>> layers = new ArrayList<>();
    for (int layer = 0; layer < model.layers(); layer++) {
      layers.add(new EnumMap<>(Projection.class));
    }
    long bytes = 0;
    for (Map.Entry<Place, Pair> entry : pairs.entrySet()) {
      Place place = entry.getKey();
      int rank = rank(place, entry.getValue());
      bytes +=
          (long) rank
              * Float.BYTES
              * (place.projection.columns(model) + place.projection.rows(model));
      if (bytes > bytesMax) {
        throw new ModelFileException(
            file, "has matrices of more than the %d bytes allowed".formatted(bytesMax));
      }
      layers.get(place.layer).put(place.projection, delta(place, entry.getValue(), rank));
    }
    return LoraAdapter.of(model, layers);
  }

  private void place(AdapterTensor tensor) throws ModelFileException {
    Matcher gguf = GGUF_NAME.matcher(tensor.name());
    Matcher peft = PEFT_NAME.matcher(tensor.name());
    boolean fromTraining = peft.matches();
    if (!fromTraining && !gguf.matches()) {
      throw problem(tensor, "is no matrix of an adapter that can be computed here");
    }
    Matcher name = fromTraining ? peft : gguf;
    Projection projection = projection(name.group(2), fromTraining);
    if (projection == null) {
      throw problem(tensor, "changes '" + name.group(2) + "'; supported are " + supported());
    }
    int layer = Integer.parseInt(name.group(1));
    if (layer >= model.layers()) {
      throw problem(tensor, "changes layer %d; the model has %d".formatted(layer, model.layers()));
    }
    if (!tensor.isFloat()) {
      throw problem(tensor, "has the type " + tensor.type() + "; supported are F32, F16 and BF16");
    }
    Pair pair = pairs.computeIfAbsent(new Place(layer, projection), _ -> new Pair());
    boolean isA = name.group(3).equalsIgnoreCase("a");
    if ((isA ? pair.a : pair.b) != null) {
      throw problem(tensor, "is there twice");
    }
    pair.fromTraining = fromTraining;
    if (isA) {
      pair.a = tensor;
    } else {
      pair.b = tensor;
    }
  }

  private static @Nullable Projection projection(String name, boolean fromTraining) {
    for (Projection projection : Projection.values()) {
      if (name.equals(fromTraining ? projection.moduleName() : projection.ggufName())) {
        return projection;
      }
    }
    return null;
  }

  private static String supported() {
    return String.join(", ", Arrays.stream(Projection.values()).map(Projection::ggufName).toList());
  }

  /** The rank of a pair whose shapes are those of the model. */
  private int rank(Place place, Pair pair) throws ModelFileException {
    if (pair.a == null || pair.b == null) {
      AdapterTensor single = pair.a == null ? pair.b : pair.a;
      throw new ModelFileException(
          file,
          "tensor '%s' has no partner: A and B come in pairs"
              .formatted(single == null ? "" : single.name()));
    }
    long rank = pair.a.shape().isEmpty() ? 0 : pair.a.shape().getFirst();
    if (rank < 1 || rank > RANK_MAX) {
      throw problem(
          pair.a, "has the shape %s; ranks are from 1 to %d".formatted(pair.a.shape(), RANK_MAX));
    }
    requireShape(pair.a, List.of(rank, (long) place.projection.columns(model)));
    requireShape(pair.b, List.of((long) place.projection.rows(model), rank));
    return (int) rank;
  }

  private void requireShape(AdapterTensor tensor, List<Long> wanted) throws ModelFileException {
    if (!tensor.shape().equals(wanted)) {
      throw problem(
          tensor, "has the shape %s, but the model needs %s".formatted(tensor.shape(), wanted));
    }
  }

  private LowRank delta(Place place, Pair pair, int rank) throws ModelFileException {
    if (pair.a == null || pair.b == null) {
      throw new IllegalStateException("pairs are complete by now");
    }
    float[] b = pair.b.transposed(file);
    float scale = options.scale(rank);
    if (!Float.isFinite(scale)) {
      throw new ModelFileException(file, "has the alpha " + options.alpha());
    }
    return new LowRank(
        rank, scale, pair.a.transposed(file), pair.fromTraining ? reordered(place, b, rank) : b);
  }

  /**
   * Llama's files have the rows of queries and keys in another order than its training: there, a
   * head's first half is turned against its second; here, neighbours are.
   */
  private float[] reordered(Place place, float[] b, int rank) {
    boolean turned = place.projection == Projection.QUERY || place.projection == Projection.KEY;
    if (!turned || model.family().ropePairing() != RopeTable.Pairing.ADJACENT) {
      return b;
    }
    int rows = b.length / rank;
    int dim = model.attention().headDim();
    float[] out = new float[b.length];
    for (int j = 0; j < rank; j++) {
      for (int row = 0; row < rows; row++) {
        int head = row / dim * dim;
        int half = row % dim / (dim / 2);
        int to = head + 2 * (row % (dim / 2)) + half;
        out[j * rows + to] = b[j * rows + row];
      }
    }
    return out;
  }

  private ModelFileException problem(AdapterTensor tensor, String problem) {
    return new ModelFileException(file, "tensor '" + tensor.name() + "' " + problem);
  }
}
