package dev.bourse.inferlets.openaiembeddings;

import dev.bourse.sdk.Context;
import dev.bourse.sdk.Forward;
import dev.bourse.sdk.ForwardOutput;
import dev.bourse.sdk.Inferlet;
import dev.bourse.sdk.InferletException;
import dev.bourse.sdk.Model;
import dev.bourse.sdk.Parameters;
import dev.bourse.sdk.Probe;
import dev.bourse.sdk.Receipt;
import dev.bourse.sdk.Session;
import dev.bourse.sdk.SlotOutput;
import dev.bourse.sdk.json.JsonWriter;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns texts into vectors: the mean of the final hidden states of a text's tokens, of length 1.
 * Each is told as the Base64 of little-endian 32-bit floats.
 */
public final class OpenAiEmbeddings implements Inferlet {
  /** Hidden states that are read at once: they come into this inferlet's memory. */
  private static final int ROWS = 32;

  @Override
  public String run(Session session) {
    Parameters parameters = session.parameters();
    Model model =
        parameters.has("model") ? session.model(parameters.string("model")) : session.model();
    List<?> inputs = parameters.list("inputs");
    int most = parameters.integer("context_length");
    int tokens = 0;
    Receipt receipt = Receipt.NONE;
    for (int i = 0; i < inputs.size(); i++) {
      try (Context context = model.newContext()) {
        int[] input = tokens(model, inputs.get(i));
        if (input.length == 0 || input.length > most) {
          refuse(
              session,
              "input " + i + " has " + input.length + " tokens; it must have 1 to " + most);
          return "";
        }
        float[] embedding = embed(context, input);
        Map<String, @Nullable Object> event = new LinkedHashMap<>();
        event.put("type", "embedding");
        event.put("index", i);
        event.put("floats", Base64.getEncoder().encodeToString(littleEndian(embedding)));
        session.send(JsonWriter.text(event));
        tokens += input.length;
        receipt = receipt.plus(context.receipt());
      } catch (InferletException e) {
        refuse(session, String.valueOf(e.getMessage()));
        return "";
      }
    }
    Map<String, @Nullable Object> usage = new LinkedHashMap<>();
    usage.put("type", "usage");
    usage.put("prompt_tokens", tokens);
    usage.put("receipt", receipt(receipt));
    session.send(JsonWriter.text(usage));
    return "";
  }

  private static void refuse(Session session, String message) {
    Map<String, @Nullable Object> event = new LinkedHashMap<>();
    event.put("type", "refused");
    event.put("param", "input");
    event.put("code", "invalid_value");
    event.put("message", message);
    session.send(JsonWriter.text(event));
  }

  private static int[] tokens(Model model, @Nullable Object input) {
    if (input instanceof String text) {
      return model.encode(text);
    }
    List<?> ids = input instanceof List<?> list ? list : List.of();
    int[] tokens = new int[ids.size()];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = ((Number) ids.get(i)).intValue();
    }
    return tokens;
  }

  /** The mean is taken in double precision, so that the order of adding does not show. */
  private static float[] embed(Context context, int[] tokens) {
    double[] sum = new double[0];
    for (int from = 0; from < tokens.length; from += ROWS) {
      int rows = Math.min(ROWS, tokens.length - from);
      int[] part = new int[rows];
      System.arraycopy(tokens, from, part, 0, rows);
      Forward forward = context.forward().input(part);
      for (int row = 0; row < rows; row++) {
        forward.read(row, Probe.embedding());
      }
      ForwardOutput output = forward.execute();
      for (SlotOutput slot : output.slots()) {
        float[] hidden = ((SlotOutput.Embedding) slot).values();
        if (sum.length == 0) {
          sum = new double[hidden.length];
        }
        for (int i = 0; i < hidden.length; i++) {
          sum[i] += hidden[i];
        }
      }
    }
    return unit(sum);
  }

  private static float[] unit(double[] vector) {
    double squares = 0;
    for (double value : vector) {
      squares += value * value;
    }
    double length = squares == 0 ? 1 : root(squares);
    float[] unit = new float[vector.length];
    for (int i = 0; i < unit.length; i++) {
      unit[i] = (float) (vector[i] / length);
    }
    return unit;
  }

  /** By Newton's method: a guest has no square root of its host. */
  private static double root(double value) {
    double root = Math.max(1, value);
    for (double next = (root + value / root) / 2; next < root; next = (root + value / root) / 2) {
      root = next;
    }
    return root;
  }

  private static byte[] littleEndian(float[] values) {
    byte[] bytes = new byte[4 * values.length];
    for (int i = 0; i < values.length; i++) {
      int bits = Float.floatToIntBits(values[i]);
      for (int part = 0; part < 4; part++) {
        bytes[4 * i + part] = (byte) (bits >> (8 * part));
      }
    }
    return bytes;
  }

  private static Map<String, @Nullable Object> receipt(Receipt receipt) {
    Map<String, @Nullable Object> told = new LinkedHashMap<>();
    told.put("computed", receipt.computed());
    told.put("from_cache", receipt.fromCache());
    told.put("restored", receipt.restored());
    told.put("recomputed", receipt.recomputed());
    told.put("steps", receipt.steps());
    told.put("credits", receipt.payment().credits());
    return told;
  }
}
