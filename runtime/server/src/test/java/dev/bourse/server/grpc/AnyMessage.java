package dev.bourse.server.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Messages whose fields are drawn, and bytes that were messages. */
final class AnyMessage {
  private static final int DEPTH_MAX = 4;
  private static final List<String> STRINGS =
      List.of(
          "",
          "x",
          "p0",
          "{}",
          "{\"prompt\": \"Hi\", \"max_tokens\": 1}",
          "text-completion",
          "text-completion@^99",
          "../../etc/passwd",
          "@other/name",
          "\u0000\u001b[2J",
          "ann",
          "name = \"x\"\nversion = \"1.0.0\"\n",
          "ü".repeat(200));

  private final Random random;

  AnyMessage(Random random) {
    this.random = random;
  }

  /** A message of that type, damaged in one of three cases. */
  byte[] bytes(Descriptor type) {
    if (random.nextInt(5) == 0) {
      byte[] noise = new byte[random.nextInt(300)];
      random.nextBytes(noise);
      return noise;
    }
    byte[] whole = message(type, 0).toByteArray();
    if (whole.length == 0 || random.nextInt(3) != 0) {
      return whole;
    }
    byte[] damaged = Arrays.copyOf(whole, 1 + random.nextInt(whole.length));
    for (int changes = random.nextInt(4); changes >= 0; changes--) {
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
    }
    return damaged;
  }

  private DynamicMessage message(Descriptor type, int depth) {
    DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
    for (FieldDescriptor field : type.getFields()) {
      if (random.nextInt(3) == 0) {
        continue;
      }
      if (field.isRepeated()) {
        for (int count = random.nextInt(3); count > 0; count--) {
          message.addRepeatedField(field, value(field, depth));
        }
      } else {
        message.setField(field, value(field, depth));
      }
    }
    return message.build();
  }

  private Object value(FieldDescriptor field, int depth) {
    return switch (field.getJavaType()) {
      case INT -> (int) number();
      case LONG -> number();
      case FLOAT -> (float) real();
      case DOUBLE -> real();
      case BOOLEAN -> random.nextBoolean();
      case STRING ->
          random.nextInt(50) == 0
              ? "y".repeat(100_000)
              : STRINGS.get(random.nextInt(STRINGS.size()));
      case BYTE_STRING -> {
        byte[] bytes = new byte[random.nextInt(100)];
        random.nextBytes(bytes);
        yield ByteString.copyFrom(bytes);
      }
      case ENUM -> {
        List<EnumValueDescriptor> values = field.getEnumType().getValues();
        yield values.get(random.nextInt(values.size()));
      }
      case MESSAGE ->
          depth < DEPTH_MAX
              ? message(field.getMessageType(), depth + 1)
              : DynamicMessage.getDefaultInstance(field.getMessageType());
    };
  }

  private long number() {
    return switch (random.nextInt(5)) {
      case 0 -> 0;
      case 1 -> -1;
      case 2 -> Long.MAX_VALUE;
      case 3 -> Long.MIN_VALUE;
      default -> random.nextInt(1000);
    };
  }

  private double real() {
    return switch (random.nextInt(5)) {
      case 0 -> Double.NaN;
      case 1 -> Double.NEGATIVE_INFINITY;
      case 2 -> Double.MAX_VALUE;
      case 3 -> -1;
      default -> random.nextDouble();
    };
  }
}
