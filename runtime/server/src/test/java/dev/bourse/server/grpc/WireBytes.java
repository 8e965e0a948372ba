package dev.bourse.server.grpc;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** HTTP/2 as a hostile client writes it: frames whose parts may all lie. RFC 9113, RFC 7541. */
final class WireBytes {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;
  static final int END_STREAM = 1;
  static final int END_HEADERS = 4;

  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Random random;

  WireBytes(Random random) {
    this.random = random;
  }

  byte[] bytes() {
    return out.toByteArray();
  }

  /** What a client begins with. */
  WireBytes hello() {
    out.writeBytes(PREFACE);
    return frame(SETTINGS, 0, 0, new byte[0]);
  }

  WireBytes raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  WireBytes frame(int type, int flags, int stream, byte[] payload) {
    return frame(type, flags, stream, payload, payload.length);
  }

  /** A frame that says it has {@code length} bytes. */
  WireBytes frame(int type, int flags, int stream, byte[] payload, int length) {
    out.write(length >> 16);
    out.write(length >> 8);
    out.write(length);
    out.write(type);
    out.write(flags);
    out.write(stream >> 24);
    out.write(stream >> 16);
    out.write(stream >> 8);
    out.write(stream);
    out.writeBytes(payload);
    return this;
  }

  /** A frame of which everything is drawn. */
  WireBytes anyFrame() {
    byte[] payload = random(random.nextInt(100));
    int length = random.nextInt(8) == 0 ? random.nextInt(1 << 24) : payload.length;
    return frame(random.nextInt(13), random.nextInt(256), random.nextInt(7), payload, length);
  }

  /** The head of a call, as a gRPC client sends it. */
  WireBytes call(int stream, String path, String authorization, int flags) {
    return frame(HEADERS, END_HEADERS | flags, stream, headers(path, authorization));
  }

  static byte[] headers(String path, String authorization) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    literal(block, ":method", "POST");
    literal(block, ":scheme", "http");
    literal(block, ":path", path);
    literal(block, ":authority", "localhost");
    literal(block, "te", "trailers");
    literal(block, "content-type", "application/grpc");
    literal(block, "authorization", authorization);
    return block.toByteArray();
  }

  /** A field that is not kept in the table, without Huffman's code. */
  static void literal(ByteArrayOutputStream block, String name, String value) {
    block.write(0);
    string(block, name.getBytes(StandardCharsets.ISO_8859_1));
    string(block, value.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static void string(ByteArrayOutputStream block, byte[] bytes) {
    int prefix = 127;
    if (bytes.length < prefix) {
      block.write(bytes.length);
    } else {
      block.write(prefix);
      int rest = bytes.length - prefix;
      while (rest >= 128) {
        block.write(rest % 128 + 128);
        rest /= 128;
      }
      block.write(rest);
    }
    block.writeBytes(bytes);
  }

  /** A message behind its five bytes, of which the length may lie. */
  static byte[] message(int compressed, int length, byte[] bytes) {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    message.write(compressed);
    message.write(length >> 24);
    message.write(length >> 16);
    message.write(length >> 8);
    message.write(length);
    message.writeBytes(bytes);
    return message.toByteArray();
  }

  byte[] random(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
