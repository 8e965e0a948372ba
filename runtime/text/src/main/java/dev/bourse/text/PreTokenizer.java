package dev.bourse.text;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a vocabulary cuts text into words, and what else its name implies.
 *
 * @param splitter the rule for words
 * @param ignoresMerges a word that is a token becomes that token, even if no merges lead there
 * @param addsBos whether a BOS is added unless the file says otherwise
 */
record PreTokenizer(WordSplitter splitter, boolean ignoresMerges, boolean addsBos) {

  private static final PreTokenizer GPT2 = new PreTokenizer(WordSplitter.GPT2, false, false);
  private static final PreTokenizer LLAMA3 = new PreTokenizer(WordSplitter.LLAMA3, true, true);
  private static final PreTokenizer DBRX = new PreTokenizer(WordSplitter.LLAMA3, false, false);
  private static final PreTokenizer QWEN2 = new PreTokenizer(WordSplitter.QWEN2, false, false);

  /** By {@code tokenizer.ggml.pre}: only names for which llama.cpp uses the very same rules. */
  private static final Map<String, PreTokenizer> BY_NAME = new LinkedHashMap<>();

  static {
    for (String name :
        new String[] {
          "gpt-2",
          "phi-2",
          "mpt",
          "olmo",
          "jais",
          "exaone4",
          "trillion",
          "granite-docling",
          "gigachat",
          "mellum",
          "a.x-4.0"
        }) {
      BY_NAME.put(name, GPT2);
    }
    for (String name :
        new String[] {
          "llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2"
        }) {
      BY_NAME.put(name, LLAMA3);
    }
    for (String name : new String[] {"dbrx", "smaug-bpe"}) {
      BY_NAME.put(name, DBRX);
    }
    for (String name :
        new String[] {
          "qwen2",
          "deepseek-r1-qwen",
          "megrez",
          "kormo",
          "f2llmv2",
          "stablelm2",
          "hunyuan",
          "solar-open",
          "grok-2"
        }) {
      BY_NAME.put(name, QWEN2);
    }
  }

  static PreTokenizer named(String name) {
    PreTokenizer pre = BY_NAME.get(name);
    if (pre == null) {
      throw new VocabularyException(
          "tokenizer.ggml.pre '%s' is not supported; supported: %s"
              .formatted(name, String.join(", ", names())));
    }
    return pre;
  }

  static Collection<String> names() {
    return BY_NAME.keySet();
  }
}
