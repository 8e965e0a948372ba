package dev.bourse.model.lora;

import dev.bourse.model.gguf.ModelFileException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * How the matrices of an adapter are meant.
 *
 * @param alpha what the product is multiplied by, divided by the rank
 * @param rankStabilized divided by the rank's square root instead (Kalajdzievski, "A Rank
 *     Stabilization Scaling Factor for Fine-Tuning with LoRA", 2023)
 */
record LoraOptions(double alpha, boolean rankStabilized) {
  /** The name of the file beside a safetensors file. */
  static final String FILE = "adapter_config.json";

  /** Options that change what is computed, and cannot be computed here. */
  private static final String[] UNSUPPORTED = {
    "use_dora", "fan_in_fan_out", "alpha_pattern", "modules_to_save", "layer_replication"
  };

  float scale(int rank) {
    return (float) (alpha / (rankStabilized ? Math.sqrt(rank) : rank));
  }

  /** Reads the configuration that PEFT writes. */
  static LoraOptions ofPeft(String file, String json) throws ModelFileException {
    JsonNode config;
    try {
      config = SafetensorsReader.JSON.readTree(json);
    } catch (JacksonException e) {
      throw new ModelFileException(file, "is not JSON: " + e.getOriginalMessage(), e);
    }
    String type = config.path("peft_type").asString("LORA");
    if (!type.equals("LORA")) {
      throw new ModelFileException(file, "has the peft_type " + type + "; only LORA is supported");
    }
    for (String option : UNSUPPORTED) {
      JsonNode value = config.path(option);
      boolean unset =
          value.isMissingNode() || value.isNull() || (value.isContainer() && value.isEmpty());
      if (!unset && !(value.isBoolean() && !value.asBoolean())) {
        throw new ModelFileException(
            file, "has %s = %s, which is not supported".formatted(option, value));
      }
    }
    String bias = config.path("bias").asString("none");
    if (!bias.equals("none")) {
      throw new ModelFileException(file, "has bias = '" + bias + "'; only 'none' is supported");
    }
    JsonNode alpha = config.path("lora_alpha");
    if (!alpha.isNumber()) {
      throw new ModelFileException(file, "has no number lora_alpha");
    }
    return new LoraOptions(alpha.asDouble(), config.path("use_rslora").asBoolean(false));
  }
}
