package dev.bourse.model;

/** The linear layers of a transformer block: what an adapter can change. */
public enum Projection {
  QUERY("attn_q", "self_attn.q_proj"),
  KEY("attn_k", "self_attn.k_proj"),
  VALUE("attn_v", "self_attn.v_proj"),
  ATTENTION_OUTPUT("attn_output", "self_attn.o_proj"),
  GATE("ffn_gate", "mlp.gate_proj"),
  UP("ffn_up", "mlp.up_proj"),
  DOWN("ffn_down", "mlp.down_proj");

  private final String ggufName;
  private final String moduleName;

  Projection(String ggufName, String moduleName) {
    this.ggufName = ggufName;
    this.moduleName = moduleName;
  }

  /** Its name in a GGUF file, as in {@code blk.0.attn_q.weight}. */
  public String ggufName() {
    return ggufName;
  }

  /** Its name where models are trained, as in {@code layers.0.self_attn.q_proj}. */
  public String moduleName() {
    return moduleName;
  }

  /** Floats that go in. */
  public int columns(ModelConfig model) {
    return switch (this) {
      case QUERY, KEY, VALUE, GATE, UP -> model.hiddenSize();
      case ATTENTION_OUTPUT -> model.attention().queryWidth();
      case DOWN -> model.feedForwardSize();
    };
  }

  /** Floats that come out. */
  public int rows(ModelConfig model) {
    return switch (this) {
      case QUERY -> model.attention().queryWidth();
      case KEY, VALUE -> model.attention().kvWidth();
      case ATTENTION_OUTPUT, DOWN -> model.hiddenSize();
      case GATE, UP -> model.feedForwardSize();
    };
  }
}
