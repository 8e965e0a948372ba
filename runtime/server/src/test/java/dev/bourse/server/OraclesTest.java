package dev.bourse.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Puts the reference cases beside the project, {@code ../shared/oracles}, through the checking
 * commands and has their judge, {@code check.py}, compare the answers. The answers stay in {@code
 * target/oracles}.
 */
class OraclesTest {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Path RESULTS = Path.of("target", "oracles").toAbsolutePath();

  /** The models whose families and tensor types can be computed. */
  private static final List<String> MODELS =
      List.of(
          "llama-f32",
          "llama-f16",
          "llama-bf16",
          "llama-q8_0",
          "llama-q4_0",
          "llama-q4_1",
          "llama-q5_0",
          "llama-q5_1",
          "llama-q2_k",
          "llama-q3_k",
          "llama-q3_k_m",
          "llama-q4_k",
          "llama-q4_k_m",
          "llama-q5_k",
          "llama-q5_k_m",
          "llama-q6_k",
          "llama-iq4_nl",
          "llama-iq4_xs",
          "llama-mxfp4",
          "llama-tied-f32",
          "llama-tied-q8_0",
          "qwen2-f32",
          "qwen2-q8_0",
          "gemma2-f32",
          "phi3-f32",
          "qwen3-f32",
          "qwen3-q4_k_m",
          "qwen3-q8_0");

  private static final List<String> VOCABULARIES =
      List.of("gpt-2", "llama-bpe", "llama-spm", "qwen2");

  private static Path oracles = Path.of("");

  @BeforeAll
  static void findOracles() {
    Path folder = Path.of("").toAbsolutePath();
    while (folder != null && !Files.exists(folder.resolve("shared/oracles/check.py"))) {
      folder = folder.getParent();
    }
    Assumptions.assumeTrue(
        folder != null, "../shared/oracles is not beside the project: nothing to compare with");
    oracles = folder.resolve("shared/oracles");
  }

  @Test
  void logitsAgreeWithTheReferences() throws Exception {
    Path results = emptyFolder("logits");
    for (String model : MODELS) {
      JsonNode reference = JSON.readTree(oracles.resolve("logits/" + model + ".reference.json"));
      List<ObjectNode> requests = new ArrayList<>();
      for (JsonNode prompt : reference.required("prompts")) {
        ObjectNode request = JSON.createObjectNode();
        request.set("tokens", prompt.required("tokens"));
        ArrayNode positions = request.putArray("positions");
        prompt.required("positions").forEach(at -> positions.add(at.required("position")));
        requests.add(request.put("greedy", prompt.required("greedy_tokens").size()));
      }
      Iterator<JsonNode> answers =
          ask(requests, "logits", oracles.resolve("logits/" + model + ".gguf").toString());
      ObjectNode result = JSON.createObjectNode();
      ArrayNode prompts = result.putArray("prompts");
      for (JsonNode prompt : reference.required("prompts")) {
        JsonNode answer = answers.next();
        ObjectNode entry = prompts.addObject();
        entry.set("name", prompt.required("name"));
        ArrayNode positions = entry.putArray("positions");
        Iterator<JsonNode> logits = answer.required("logits").iterator();
        for (JsonNode position : prompt.required("positions")) {
          ObjectNode row = positions.addObject();
          row.set("position", position.required("position"));
          row.set("logits", logits.next());
        }
        entry.set("greedy_tokens", answer.required("greedy"));
      }
      JSON.writeValue(results.resolve(model + ".result.json"), result);
    }
    assertThat(judge("logits", results)).isEqualTo(MODELS.size() + " passed, 0 failed");
  }

  @Test
  void tokenizersAgreeWithTheReferences() throws Exception {
    Path results = emptyFolder("tokenizers");
    for (String vocabulary : VOCABULARIES) {
      Path folder = oracles.resolve("tokenizers").resolve(vocabulary);
      JsonNode cases = JSON.readTree(folder.resolve("cases.json"));
      ObjectNode result = tokenizerResult(cases, folder.resolve(vocabulary + ".gguf").toString());
      JSON.writeValue(results.resolve(vocabulary + ".result.json"), result);
    }
    assertThat(judge("tokenizers", results)).isEqualTo(VOCABULARIES.size() + " passed, 0 failed");
  }

  private static ObjectNode tokenizerResult(JsonNode cases, String model) throws Exception {
    List<ObjectNode> texts = new ArrayList<>();
    for (JsonNode c : cases.required("encode")) {
      texts.add(encodeRequest(c.required("text").stringValue(), false, c));
      texts.add(encodeRequest(c.required("text").stringValue(), true, c));
    }
    for (JsonNode c : cases.required("encode_repeated")) {
      String text = c.required("repeat").stringValue().repeat(c.required("times").intValue());
      texts.add(encodeRequest(text, false, c));
    }
    Iterator<JsonNode> encoded = ask(texts, "tokenize", model);
    ObjectNode result = JSON.createObjectNode();
    ArrayNode encode = result.putArray("encode");
    List<ObjectNode> ids = new ArrayList<>();
    for (int i = 0; i < cases.required("encode").size(); i++) {
      ObjectNode entry = encode.addObject();
      entry.set("ids", encoded.next());
      entry.set("ids_with_special", encoded.next());
      ids.add(decodeRequest(entry.required("ids"), false));
    }
    ArrayNode repeated = result.putArray("encode_repeated");
    encoded.forEachRemaining(
        answer ->
            repeated
                .addObject()
                .put("count", answer.size())
                .put("sha256_of_int32_le", sha256(answer)));
    for (JsonNode c : cases.required("decode")) {
      ids.add(decodeRequest(c.required("ids"), false));
      ids.add(decodeRequest(c.required("ids"), true));
    }
    for (JsonNode c : cases.required("pieces")) {
      ids.add(decodeRequest(JSON.createArrayNode().add(c.required("id")), false));
    }
    Iterator<JsonNode> decoded = ask(ids, "detokenize", model);
    encode.forEach(entry -> setText((ObjectNode) entry, "decoded", decoded.next()));
    ArrayNode decode = result.putArray("decode");
    for (int i = 0; i < cases.required("decode").size(); i++) {
      ObjectNode entry = decode.addObject();
      setText(entry, "decoded", decoded.next());
      setText(entry, "decoded_without_special", decoded.next());
    }
    ArrayNode pieces = result.putArray("pieces");
    decoded.forEachRemaining(answer -> setText(pieces.addObject(), "piece", answer));
    return result;
  }

  private static ObjectNode encodeRequest(String text, boolean addSpecial, JsonNode c) {
    return JSON.createObjectNode()
        .put("text", text)
        .put("addSpecial", addSpecial)
        .put("parseSpecial", c.required("parse_special").booleanValue());
  }

  private static ObjectNode decodeRequest(JsonNode ids, boolean skipSpecial) {
    ObjectNode request = JSON.createObjectNode();
    request.set("ids", ids);
    return request.put("skipSpecial", skipSpecial);
  }

  private static void setText(ObjectNode entry, String key, JsonNode answer) {
    if (answer.isString()) {
      entry.set(key, answer);
    } else {
      entry.set(key + "_hex", answer.required("hex"));
    }
  }

  @Test
  void templatesAgreeWithTheReferences() throws Exception {
    Path results = emptyFolder("templates");
    int templates = 0;
    for (Path template : templates()) {
      String name = template.getFileName().toString().replace(".jinja", "");
      JsonNode reference = JSON.readTree(template.resolveSibling(name + ".cases.json"));
      List<ObjectNode> requests = new ArrayList<>();
      for (JsonNode c : reference.required("cases")) {
        ObjectNode request = ((ObjectNode) c.required("context")).deepCopy();
        request.set("now", reference.required("now"));
        requests.add(request);
      }
      ObjectNode result = JSON.createObjectNode();
      ArrayNode cases = result.putArray("cases");
      ask(requests, "template", template.toString()).forEachRemaining(cases::add);
      JSON.writeValue(results.resolve(name + ".result.json"), result);
      templates++;
    }
    String allPassed = templates + " passed, 0 failed";
    assertThat(judge("templates", results)).isEqualTo(allPassed);
    assertThat(judge("templates", results, "--strict-errors")).isEqualTo(allPassed);
  }

  private static List<Path> templates() throws IOException {
    try (Stream<Path> files = Files.list(oracles.resolve("templates"))) {
      return files.filter(file -> file.toString().endsWith(".jinja")).sorted().toList();
    }
  }

  /** Runs a checking command with one request a line; one answer for each. */
  private static Iterator<JsonNode> ask(List<ObjectNode> requests, String... command) {
    StringBuilder lines = new StringBuilder();
    requests.forEach(request -> lines.append(request).append('\n'));
    var in = new ByteArrayInputStream(lines.toString().getBytes(StandardCharsets.UTF_8));
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int exitCode = Main.execute(new Streams(in, out, err), StartTimes.atMain(), command);
    assertThat(exitCode).as(err.toString(StandardCharsets.UTF_8)).isZero();
    List<JsonNode> answers =
        out.toString(StandardCharsets.UTF_8).lines().map(JSON::readTree).toList();
    assertThat(answers).hasSameSizeAs(requests);
    return answers.iterator();
  }

  /** Lets check.py compare; returns how many passed and failed. */
  private static String judge(String kind, Path results, String... options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add("python3");
    command.add(oracles.resolve("check.py").toString());
    command.add(kind);
    command.add(oracles.resolve(kind).toString());
    command.add(results.toString());
    command.addAll(List.of(options));
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      Assumptions.abort("python3 is needed to compare with the references: " + e.getMessage());
      throw e;
    }
    String report = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    report.lines().filter(line -> !line.startsWith("not run")).forEach(System.out::println);
    String last = report.lines().reduce("", (first, second) -> second);
    return last.replaceFirst(", \\d+ not run$", "");
  }

  private static Path emptyFolder(String kind) throws IOException {
    Path folder = Files.createDirectories(RESULTS.resolve(kind));
    try (Stream<Path> old = Files.list(folder)) {
      for (Path file : old.toList()) {
        Files.delete(file);
      }
    }
    return folder;
  }

  private static String sha256(JsonNode ids) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Integer.BYTES * ids.size()).order(ByteOrder.LITTLE_ENDIAN);
    ids.forEach(id -> bytes.putInt(id.intValue()));
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes.array());
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
