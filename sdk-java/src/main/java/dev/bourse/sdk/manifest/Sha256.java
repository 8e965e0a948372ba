package dev.bourse.sdk.manifest;

/**
 * SHA-256 (FIPS 180-4), fed in pieces.
 *
 * <p>Why not {@code MessageDigest}: the class library of the wasm compiler has none, and a manifest
 * must be the same value in a guest and on the host. One implementation for both, held to {@code
 * MessageDigest} by a test, is simpler than an import of the host that hands every byte through the
 * sandbox.
 */
final class Sha256 {
  private static final int BLOCK_BYTES = 64;
  private static final int LENGTH_BYTES = 8;

  private static final int[] ROUND = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
  };

  private final int[] state = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
  };

  private final int[] schedule = new int[BLOCK_BYTES];
  private final byte[] block = new byte[BLOCK_BYTES];
  private int filled;
  private long total;

  Sha256 update(byte[] bytes) {
    int at = 0;
    while (at < bytes.length) {
      int count = Math.min(BLOCK_BYTES - filled, bytes.length - at);
      System.arraycopy(bytes, at, block, filled, count);
      at += count;
      filled += count;
      if (filled == BLOCK_BYTES) {
        compress();
        filled = 0;
      }
    }
    total += bytes.length;
    return this;
  }

  /** The hash of everything given so far; nothing may be given after it. */
  byte[] digest() {
    long bits = 8 * total;
    int padding = Math.floorMod(-(filled + 1 + LENGTH_BYTES), BLOCK_BYTES);
    byte[] end = new byte[1 + padding + LENGTH_BYTES];
    end[0] = (byte) 0x80;
    for (int i = 0; i < LENGTH_BYTES; i++) {
      end[end.length - 1 - i] = (byte) (bits >>> (8 * i));
    }
    update(end);
    byte[] hash = new byte[4 * state.length];
    for (int i = 0; i < hash.length; i++) {
      hash[i] = (byte) (state[i / 4] >>> (8 * (3 - i % 4)));
    }
    return hash;
  }

  private void compress() {
    int[] w = schedule;
    for (int t = 0; t < 16; t++) {
      w[t] =
          ((block[4 * t] & 0xff) << 24)
              | ((block[4 * t + 1] & 0xff) << 16)
              | ((block[4 * t + 2] & 0xff) << 8)
              | (block[4 * t + 3] & 0xff);
    }
    for (int t = 16; t < w.length; t++) {
      int s0 = rotate(w[t - 15], 7) ^ rotate(w[t - 15], 18) ^ (w[t - 15] >>> 3);
      int s1 = rotate(w[t - 2], 17) ^ rotate(w[t - 2], 19) ^ (w[t - 2] >>> 10);
      w[t] = w[t - 16] + s0 + w[t - 7] + s1;
    }
    int a = state[0];
    int b = state[1];
    int c = state[2];
    int d = state[3];
    int e = state[4];
    int f = state[5];
    int g = state[6];
    int h = state[7];
    for (int t = 0; t < w.length; t++) {
      int sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
      int first = h + sum1 + ((e & f) ^ (~e & g)) + ROUND[t] + w[t];
      int sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
      int second = sum0 + ((a & b) ^ (a & c) ^ (b & c));
      h = g;
      g = f;
      f = e;
      e = d + first;
      d = c;
      c = b;
      b = a;
      a = first + second;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
    state[5] += f;
    state[6] += g;
    state[7] += h;
  }

  private static int rotate(int x, int bits) {
    return (x >>> bits) | (x << (32 - bits));
  }
}
