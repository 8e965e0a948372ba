package dev.bourse.engine;

import dev.bourse.kv.PageTable;
import dev.bourse.model.LoraAdapter;
import dev.bourse.model.ModelConfig;

/** Refuses forward passes that could not run, before anything is queued. */
final class RequestChecks {
  /**
   * Outputs a pass may read for each of its tokens: reading costs the step that everybody shares.
   */
  static final int OUTPUTS_PER_TOKEN_MAX = 16;

  /**
   * Runs of an attention mask. Masks are kept with the page for as long as it is known, so they
   * must not outweigh it.
   */
  static final int MASK_RUNS_MAX = 1024;

  /** Bytes the outputs of a pass may take together. */
  static final long OUTPUT_BYTES_MAX = 64L << 20;

  private RequestChecks() {}

  static void check(ForwardRequest request, ModelConfig model, PageTable table, int queued) {
    int size = request.size();
    if (request.inputs() == 0) {
      throw new EngineException(
          "a forward pass needs at least one input token"
              + (size == 0 ? "" : ": drafts are what is drawn after one"));
    }
    int room = table.capacity() - table.length() - queued;
    if (size > room) {
      throw new EngineException(
          "a forward pass of "
              + size
              + " tokens does not fit the "
              + room
              + " free slots of the reserved pages: reserve more working pages first");
    }
    for (int row = 0; row < size; row++) {
      requireToken(request.token(row), model);
      int position = request.position(row);
      if (position < 0 || position >= model.contextLength()) {
        throw new EngineException(
            "position "
                + Integer.toUnsignedString(position)
                + " is beyond the model's context of "
                + model.contextLength()
                + " tokens: shorten the input, or truncate the context");
      }
    }
    LoraAdapter adapter = request.adapter();
    if (adapter != null && !adapter.fits(model)) {
      throw new EngineException("the adapter was made for another model than " + model.name());
    }
    checkMasks(request, model, table.length() + queued);
    checkDrafts(request, model);
    checkBias(request, model);
    checkOutputs(request, model);
    for (ForwardRequest.Readout readout : request.readouts()) {
      for (int row : readout.rows()) {
        if (row < 0 || row >= size) {
          throw new EngineException(
              "cannot sample at index "
                  + Integer.toUnsignedString(row)
                  + " of "
                  + size
                  + " tokens");
        }
      }
      checkProbe(readout.sampler(), model);
    }
  }

  private static void checkMasks(ForwardRequest request, ModelConfig model, int firstSlot) {
    int[][] masks = request.attentionMasks();
    if (masks != null) {
      if (masks.length != request.size()) {
        throw new EngineException(
            masks.length + " attention masks for " + request.size() + " tokens: one for each");
      }
      for (int[] mask : masks) {
        if (mask.length > MASK_RUNS_MAX) {
          throw new EngineException(
              "an attention mask has " + mask.length + " runs, allowed " + MASK_RUNS_MAX);
        }
        requireRuns(mask, firstSlot + request.size(), "attention mask", "slots of the context");
      }
    }
    int[] logitMask = request.logitMask();
    if (logitMask != null) {
      requireRuns(logitMask, model.vocabularySize(), "logit mask", "tokens of the vocabulary");
    }
  }

  private static void checkDrafts(ForwardRequest request, ModelConfig model) {
    int[][] masks = request.draftLogitMasks();
    if (masks != null) {
      if (masks.length != request.drafts()) {
        throw new EngineException(
            masks.length + " logit masks for " + request.drafts() + " drafts: one for each");
      }
      for (int[] mask : masks) {
        requireRuns(mask, model.vocabularySize(), "draft's logit mask", "tokens of the vocabulary");
      }
    }
    if (request.drafts() > 0 && (request.bias() != null || request.observedTokens().isPresent())) {
      throw new EngineException(
          "a forward pass with drafts has no bias and observes no draw: leave the drafts out");
    }
    if (request.drafts() > 0 && drawsElsewhere(request)) {
      throw new EngineException(
          "a forward pass with drafts draws at its last input row only, and only once: to draw at"
              + " other rows as well, pass the drafts as input");
    }
  }

  private static void checkBias(ForwardRequest request, ModelConfig model) {
    TokenBias bias = request.bias();
    if (bias != null) {
      for (int token : bias.tokens()) {
        requireToken(token, model);
      }
    }
  }

  /** Whether it draws at another row than that which the drafts follow, or twice. */
  private static boolean drawsElsewhere(ForwardRequest request) {
    int draws = 0;
    for (ForwardRequest.Readout readout : request.readouts()) {
      for (int row : readout.rows()) {
        if (readout.sampler().draws() && (row != request.inputs() - 1 || ++draws > 1)) {
          return true;
        }
      }
    }
    return false;
  }

  private static void checkOutputs(ForwardRequest request, ModelConfig model) {
    long outputs = 0;
    for (ForwardRequest.Readout readout : request.readouts()) {
      outputs += readout.rows().length;
    }
    long bytes = outputBytes(request, model);
    long outputsMax = (long) OUTPUTS_PER_TOKEN_MAX * request.size();
    if (outputs > outputsMax) {
      throw new EngineException(
          "a forward pass of "
              + request.size()
              + " tokens cannot have "
              + outputs
              + " outputs: at most "
              + OUTPUTS_PER_TOKEN_MAX
              + " for each token");
    }
    if (bytes > OUTPUT_BYTES_MAX) {
      throw new EngineException(
          "the outputs of the forward pass would take "
              + bytes
              + " bytes, allowed "
              + OUTPUT_BYTES_MAX
              + ": read fewer rows, or with a smaller k");
    }
  }

  static long outputBytes(ForwardRequest request, ModelConfig model) {
    long bytes = (long) Float.BYTES * request.drafts();
    for (ForwardRequest.Readout readout : request.readouts()) {
      bytes += readout.rows().length * bytes(readout.sampler(), model);
      if (request.observedTokens().isPresent() && readout.sampler().draws()) {
        long most = Math.min(request.observedTokens().getAsInt(), model.vocabularySize());
        bytes += readout.rows().length * (most + 1) * (Integer.BYTES + Float.BYTES);
      }
    }
    return bytes;
  }

  private static long bytes(Sampler sampler, ModelConfig model) {
    long vocabulary = model.vocabularySize();
    return switch (sampler) {
      case Sampler.RawLogits all -> Float.BYTES * vocabulary;
      case Sampler.Distribution top ->
          (Integer.BYTES + Float.BYTES)
              * (top.k() == 0 ? vocabulary : Math.min(top.k(), vocabulary));
      case Sampler.Logprobs probes -> (long) Float.BYTES * probes.tokens().length;
      case Sampler.Embedding hidden -> (long) Float.BYTES * model.hiddenSize();
      default -> Float.BYTES;
    };
  }

  private static void requireRuns(int[] runs, int size, String what, String of) {
    long total = 0;
    for (int run : runs) {
      total += Integer.toUnsignedLong(run);
    }
    if (total > size) {
      throw new EngineException(
          "the " + what + " covers " + total + " entries, but there are " + size + " " + of);
    }
  }

  private static void checkProbe(Sampler sampler, ModelConfig model) {
    switch (sampler) {
      case Sampler.Logprob probe -> requireToken(probe.token(), model);
      case Sampler.Logprobs probe -> {
        for (int token : probe.tokens()) {
          requireToken(token, model);
        }
      }
      default -> {}
    }
  }

  private static void requireToken(int token, ModelConfig model) {
    if (token < 0 || token >= model.vocabularySize()) {
      throw new EngineException(
          "token "
              + Integer.toUnsignedString(token)
              + " is not in the vocabulary of "
              + model.vocabularySize()
              + " tokens");
    }
  }
}
