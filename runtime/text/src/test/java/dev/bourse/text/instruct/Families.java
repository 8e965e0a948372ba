package dev.bourse.text.instruct;

import dev.bourse.text.SharedFiles;
import dev.bourse.text.TinyVocabulary;
import dev.bourse.text.TokenType;
import dev.bourse.text.Tokenizer;
import dev.bourse.text.Vocabulary;
import dev.bourse.text.template.ChatFormat;
import dev.bourse.text.template.ChatTemplate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;

/** The templates of real models, each with a vocabulary of bytes and of the tags it writes. */
final class Families {
  static final LocalDateTime NOW = LocalDateTime.of(2026, 11, 21, 7, 0);

  private static final Pattern TAG =
      Pattern.compile(
          "<\\|[^|<>\\s]+\\|>|<｜[^｜]+｜>|<(?:start|end)_of_turn>"
              + "|\\[/?(?:INST|TOOL_CALLS|TOOL_RESULTS|AVAILABLE_TOOLS)\\]");

  private Families() {}

  /** One of them. */
  record Family(String name, ChatTemplate template, ChatFormat chat, Tokenizer tokenizer) {
    Instruct instruct() {
      return new Instruct(template, chat, tokenizer, NOW);
    }
  }

  static Stream<DynamicNode> each(Function<Family, DynamicTest> test) {
    return SharedFiles.with(
        "oracles/templates", folder -> templates(folder).map(file -> test.apply(family(file))));
  }

  private static Stream<Path> templates(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".jinja")).sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Family family(Path file) {
    try {
      String name = file.getFileName().toString().replace(".jinja", "");
      return of(name, Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Family of(String name, String source) {
    ChatTemplate template = ChatTemplate.parse(name, source);
    return new Family(
        name, template, ChatFormat.of(template, "<s>", "</s>", NOW), tokenizer(source));
  }

  /** Bytes, the tags that a template mentions, and {@code <s>} and {@code </s>}. */
  static Tokenizer tokenizer(String source) {
    Set<String> tags = new LinkedHashSet<>();
    tags.add("<s>");
    tags.add("</s>");
    Matcher matcher = TAG.matcher(source);
    while (matcher.find()) {
      tags.add(matcher.group());
    }
    TinyVocabulary tokens = new TinyVocabulary("qwen2");
    tags.forEach(tag -> tokens.add(tag, TokenType.CONTROL));
    for (String tag : new String[] {"<tool_call>", "</tool_call>", "<think>", "</think>"}) {
      if (source.contains(tag)) {
        tokens.add(tag, TokenType.USER_DEFINED);
      }
    }
    Vocabulary.Builder builder = tokens.builder();
    return Tokenizer.of(builder.bos(tokens.id("<s>")).eos(tokens.id("</s>")).build());
  }
}
