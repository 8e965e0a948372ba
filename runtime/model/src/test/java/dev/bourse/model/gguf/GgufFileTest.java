package dev.bourse.model.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bourse.tensor.TensorType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GgufFileTest {
  private static GgufFile read(byte[] bytes) throws ModelFileException {
    return GgufFile.of("test.gguf", MemorySegment.ofArray(bytes));
  }

  private static void assertRefused(byte[] bytes, String... messageParts) {
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> read(bytes))
        .withMessageStartingWith("test.gguf: ")
        .satisfies(
            problem -> {
              for (String part : messageParts) {
                assertThat(problem).hasMessageContaining(part);
              }
            });
  }

  private static GgufWriter sample() {
    return new GgufWriter()
        .text("general.architecture", "llama")
        .integer("count", 7)
        .real("scale", 0.5f)
        .flag("yes", true)
        .texts("names", List.of("a", "é", "日本", ""))
        .integers("numbers", 3, -1, 4)
        .tensor("first", TensorType.F32, new byte[24], 3, 2)
        .tensor("second", TensorType.Q8_0, new byte[68], 64);
  }

  @ParameterizedTest
  @CsvSource({"2, 32", "3, 32", "3, 8", "3, 4096"})
  void readsEveryKindOfValueAndTensor(int version, int alignment) throws IOException {
    byte[] bytes =
        new GgufWriter(version, alignment)
            .text("text", "héllo")
            .integer("count", 7)
            .real("scale", 0.5f)
            .flag("yes", true)
            .texts("names", List.of("a", "é", "日本", ""))
            .integers("numbers", 3, -1, 4)
            .tensor("first", TensorType.F32, new byte[24], 3, 2)
            .tensor("second", TensorType.Q8_0, new byte[] {1, 2, 3}, 32)
            .bytes();
    GgufFile file = read(Arrays.copyOf(bytes, bytes.length + 64));

    assertThat(file.version()).isEqualTo(version);
    Metadata metadata = file.metadata();
    assertThat(metadata.keys()).contains("text", "count", "scale", "yes", "names", "numbers");
    assertThat(metadata.text("text")).contains("héllo");
    assertThat(metadata.requireInteger("count", 0, 10)).isEqualTo(7);
    assertThat(metadata.real("scale")).hasValue(0.5);
    assertThat(metadata.real("count")).hasValue(7);
    assertThat(metadata.flag("yes")).contains(true);
    assertThat(metadata.texts("names").orElseThrow()).containsExactly("a", "é", "日本", "");
    assertThat(metadata.integers("numbers").orElseThrow()).containsExactly(3, -1, 4);
    assertThat(metadata.arrayLength("numbers")).hasValue(3);
    assertThat(metadata.text("absent")).isEmpty();

    GgufTensor first = file.tensor("first").orElseThrow();
    assertThat(first.shape()).isEqualTo("[3, 2]");
    assertThat(first.elements()).isEqualTo(6);
    assertThat(first.data().byteSize()).isEqualTo(24);
    GgufTensor second = file.tensor("second").orElseThrow();
    assertThat(second.data().byteSize()).isEqualTo(34);
    assertThat(second.fileOffset() % alignment).isZero();
    assertThat(second.data().get(ValueLayout.JAVA_BYTE, 1)).isEqualTo((byte) 2);
    assertThat(file.tensor("third")).isEmpty();
  }

  @Test
  void mapsAFileAndUnmapsIt(@TempDir Path folder) throws IOException {
    Path path = Files.write(folder.resolve("small.gguf"), sample().bytes());
    GgufFile file = GgufFile.open(path);
    MemorySegment data = file.tensor("first").orElseThrow().data();
    assertThat(data.isMapped()).isTrue();
    assertThat(data.isReadOnly()).isTrue();
    file.close();
    assertThat(data.scope().isAlive()).isFalse();
  }

  @Test
  void namesAFileThatCannotBeOpened(@TempDir Path folder) {
    Path absent = folder.resolve("absent.gguf");
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> GgufFile.open(absent))
        .withMessage(absent + ": no such file");
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> GgufFile.open(folder))
        .withMessageContaining("is a directory");
  }

  @Test
  void refusesWhatIsNotGguf() {
    assertRefused(new byte[0], "is empty");
    assertRefused(new byte[] {'G', 'G'}, "the magic number", "needs 4 bytes", "only 2 left");
    assertRefused("<!doctype html>".getBytes(java.nio.charset.StandardCharsets.UTF_8), "3c21646f");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4, -1})
  void refusesOtherVersions(int version) {
    assertRefused(
        new GgufWriter(version, 32).bytes(),
        "version " + Integer.toUnsignedString(version) + "; versions 2 and 3 are supported");
  }

  @Test
  void refusesBigEndianFiles() {
    assertRefused(new GgufWriter(Integer.reverseBytes(3), 32).bytes(), "big-endian");
  }

  @ParameterizedTest
  @ValueSource(longs = {1_000, 1_000_000, Integer.MAX_VALUE, Long.MAX_VALUE, -1})
  void refusesCountsThatTheFileHasNoRoomFor(long count) {
    String claimed = Long.toUnsignedString(count);
    assertRefused(sample().bytes(count, 6), claimed);
    assertRefused(sample().bytes(2, count + (1L << 40)), "the number of metadata entries");
    LongFunction<byte[]> array =
        n -> new GgufWriter.Bytes().i32(MetadataType.INT64.id()).i64(n).bytes();
    assertRefused(
        new GgufWriter().raw("huge", MetadataType.ARRAY.id(), array.apply(count)).bytes(),
        "the number of elements of key 'huge' is " + claimed);
    assertRefused(
        new GgufWriter()
            .raw("long", MetadataType.STRING.id(), new GgufWriter.Bytes().i64(count).bytes())
            .bytes(),
        "key 'long'",
        claimed);
  }

  @Test
  void refusesBadValues() {
    assertRefused(new GgufWriter().raw("odd", 13, new byte[1]).bytes(), "'odd'", "type 13");
    assertRefused(
        new GgufWriter().raw("odd", MetadataType.BOOL.id(), new byte[] {2}).bytes(),
        "key 'odd' must be true (1) or false (0), but is 2");
    assertRefused(
        new GgufWriter().integer("twice", 1).integer("twice", 2).bytes(), "'twice' twice");
    byte[] malformed = new GgufWriter.Bytes().i64(2).i8(0xc3).i8(0x28).bytes();
    assertRefused(
        new GgufWriter().raw("text", MetadataType.STRING.id(), malformed).bytes(),
        "key 'text', 2 bytes at offset",
        "is not UTF-8");
    GgufWriter.Bytes nested = new GgufWriter.Bytes();
    for (int i = 0; i < 100; i++) {
      nested.i32(MetadataType.ARRAY.id()).i64(1);
    }
    assertRefused(
        new GgufWriter().raw("deep", MetadataType.ARRAY.id(), nested.bytes()).bytes(),
        "key 'deep' nests arrays deeper than 4 levels");
  }

  @Test
  void walksNestedArrays() throws IOException {
    byte[] nested =
        new GgufWriter.Bytes()
            .i32(MetadataType.ARRAY.id())
            .i64(2)
            .i32(MetadataType.UINT8.id())
            .i64(1)
            .i8(5)
            .i32(MetadataType.STRING.id())
            .i64(1)
            .text("x")
            .bytes();
    GgufFile file =
        read(
            new GgufWriter()
                .raw("nested", MetadataType.ARRAY.id(), nested)
                .integer("next", 1)
                .bytes());
    assertThat(file.metadata().arrayLength("nested")).hasValue(2);
    assertThat(file.metadata().integer("next", 0, 1)).hasValue(1);
  }

  @Test
  void refusesValuesOfAnotherTypeOrRange() throws IOException {
    Metadata metadata = read(sample().bytes()).metadata();
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> metadata.requireInteger("count", 8, 9))
        .withMessage("test.gguf: key 'count' must be between 8 and 9, but is 7");
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> metadata.integer("scale", 0, 1))
        .withMessage("test.gguf: key 'scale' must be an integer, but is 0.5");
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> metadata.texts("numbers"))
        .withMessageContaining("must be an array of strings, but is an array of 3 INT32");
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> metadata.requireText("absent"))
        .withMessage("test.gguf: the key 'absent' is missing");
  }

  @Test
  void refusesTensorsThatDoNotFit() {
    assertRefused(
        new GgufWriter().announce("far", 0, 1L << 20, 8).bytes(),
        "tensor 'far' needs 32 bytes at offset",
        "has only 0 there");
    assertRefused(
        new GgufWriter().announce("near", 0, Long.MAX_VALUE - 31, 8).bytes(), "tensor 'near'");
    assertRefused(
        new GgufWriter().announce("odd", 0, 8, 1).bytes(),
        "offset 8, which is no multiple of the alignment 32");
    assertRefused(
        new GgufWriter().announce("wide", 0, 0, Long.MAX_VALUE, 4).bytes(),
        "tensor 'wide'",
        "does not fit");
    assertRefused(
        new GgufWriter().announce("big", 0, 0, 1L << 32, 1L << 32, 2).bytes(), "'big'", "not fit");
    assertRefused(new GgufWriter().announce("none", 0, 0, 0).bytes(), "tensor 'none'", "[0]");
    assertRefused(new GgufWriter().announce("flat", 0, 0).bytes(), "'flat' has 0 dimensions");
    assertRefused(
        new GgufWriter().announce("5d", 0, 0, 1, 1, 1, 1, 1).bytes(), "'5d' has 5 dimensions");
    assertRefused(new GgufWriter().announce("new", 99, 0, 1).bytes(), "'new'", "unknown type 99");
    assertRefused(
        new GgufWriter().announce("ragged", TensorType.Q8_0.ggufId(), 0, 33).bytes(),
        "'ragged' has rows of 33 elements, which is no multiple of the 32");
    assertRefused(
        new GgufWriter()
            .tensor("same", TensorType.F32, new byte[4], 1)
            .tensor("same", TensorType.F32, new byte[4], 1)
            .bytes(),
        "has the tensor 'same' twice");
    assertRefused(
        new GgufWriter()
            .tensor("a", TensorType.F32, new byte[64], 16)
            .announce("b", 0, 32, 2)
            .bytes(),
        "tensor 'b' begins at offset 32 of the data, inside tensor 'a', which ends at 64");
  }

  @Test
  void refusesAlignmentsThatAreNoPowerOfTwo() {
    assertRefused(
        new GgufWriter().integer("general.alignment", 24).bytes(), "must be a power of two");
    assertRefused(
        new GgufWriter().integer("general.alignment", 0).bytes(), "'general.alignment'", "is 0");
  }

  @Test
  void refusesEveryTruncation() {
    byte[] whole = sample().bytes();
    int lastTensorByte = whole.length - 28;
    for (int length = 0; length < lastTensorByte; length++) {
      assertRefused(Arrays.copyOf(whole, length));
    }
  }
}
