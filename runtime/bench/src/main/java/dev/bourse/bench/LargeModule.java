package dev.bourse.bench;

import java.io.ByteArrayOutputStream;

/** A valid module of many functions that nobody has seen before: all of it has to be compiled. */
final class LargeModule {
  private static final int FUNCTIONS = 5_000;
  private static final int INSTRUCTIONS = 40;

  private LargeModule() {}

  /** The module of that number. */
  static byte[] of(long seed) {
    ByteArrayOutputStream module = new ByteArrayOutputStream();
    module.writeBytes(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0});
    section(module, 1, new byte[] {1, 0x60, 0, 0}); // one type, () -> ()
    ByteArrayOutputStream types = number(FUNCTIONS);
    types.writeBytes(new byte[FUNCTIONS]);
    section(module, 3, types.toByteArray());
    section(module, 7, new byte[] {1, 6, '_', 's', 't', 'a', 'r', 't', 0, 0});
    ByteArrayOutputStream code = number(FUNCTIONS);
    for (int i = 0; i < FUNCTIONS; i++) {
      byte[] body = body(seed + i);
      code.writeBytes(number(body.length).toByteArray());
      code.writeBytes(body);
    }
    section(module, 10, code.toByteArray());
    return module.toByteArray();
  }

  /** Numbers that are added up and dropped. */
  private static byte[] body(long seed) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(new byte[] {0, 0x41, 1}); // no locals, i32.const 1
    for (int i = 0; i < INSTRUCTIONS; i++) {
      body.writeBytes(new byte[] {0x41, (byte) ((seed >> i) & 0x3f), 0x6a}); // i32.const, i32.add
    }
    body.writeBytes(new byte[] {0x1a, 0x0b}); // drop, end
    return body.toByteArray();
  }

  private static void section(ByteArrayOutputStream module, int id, byte[] content) {
    module.write(id);
    module.writeBytes(number(content.length).toByteArray());
    module.writeBytes(content);
  }

  private static ByteArrayOutputStream number(int value) {
    ByteArrayOutputStream leb = new ByteArrayOutputStream();
    for (; value >= 0x80; value >>>= 7) {
      leb.write((value & 0x7f) | 0x80);
    }
    leb.write(value);
    return leb;
  }
}
