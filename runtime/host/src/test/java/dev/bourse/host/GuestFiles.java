package dev.bourse.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/** Calls of a guest; an answer of {@code "error n"} is the error-code n. */
record GuestFiles(Driver guest) {
  private static final String TYPES = "wasi:filesystem/types@0.2.0";
  private static final String PREOPENS = "wasi:filesystem/preopens@0.2.0";
  private static final int READ = 1;
  private static final int WRITE = 2;
  private static final int CREATE = 1;
  private static final int TRUNCATE = 8;
  private static final int FOLLOW = 1;

  interface Script {
    void run(GuestFiles files, int root) throws Exception;
  }

  record Stat(int type, long links, long size) {}

  private int area() {
    return guest.area(128);
  }

  private String method(String name, int area, int self, long... more) throws InterruptedException {
    long[] arguments = new long[more.length + 2];
    arguments[0] = self;
    System.arraycopy(more, 0, arguments, 1, more.length);
    arguments[more.length + 1] = area;
    guest.call(TYPES, "[method]descriptor." + name, arguments);
    return guest.u8(area) == 0 ? "ok" : "error";
  }

  /** A method whose result carries nothing. */
  String plain(String name, int self, Object... more) throws InterruptedException {
    int area = area();
    String end = method(name, area, self, flat(more));
    return end.equals("ok") ? end : "error " + guest.u8(area + 1);
  }

  long[] flat(Object... values) {
    List<Long> flat = new ArrayList<>();
    for (Object value : values) {
      switch (value) {
        case String text -> {
          flat.add((long) guest.put(text));
          flat.add((long) Driver.length(text));
        }
        case byte[] bytes -> {
          flat.add((long) guest.put(bytes));
          flat.add((long) bytes.length);
        }
        case Number number -> flat.add(number.longValue());
        default -> throw new IllegalArgumentException(value.toString());
      }
    }
    return flat.stream().mapToLong(Long::longValue).toArray();
  }

  /** A method whose result carries an i32, at its alignment. */
  String i32(String name, int self, Object... more) throws InterruptedException {
    int area = area();
    return method(name, area, self, flat(more)).equals("ok")
        ? Integer.toString(guest.i32(area + 4))
        : "error " + guest.u8(area + 4);
  }

  String open(int base, String path, int openFlags, int flags) throws InterruptedException {
    return open(base, FOLLOW, path, openFlags, flags);
  }

  String open(int base, int pathFlags, String path, int openFlags, int flags)
      throws InterruptedException {
    return i32("open-at", base, pathFlags, path, openFlags, flags);
  }

  int opened(int base, String path, int openFlags, int flags) throws InterruptedException {
    return Integer.parseInt(open(base, path, openFlags, flags));
  }

  void drop(int descriptor) throws InterruptedException {
    guest.call(TYPES, "[resource-drop]descriptor", descriptor);
  }

  void write(int base, String path, String text) throws InterruptedException {
    int file = opened(base, path, CREATE | TRUNCATE, WRITE);
    assertThat(pwrite(file, 0, text)).isEqualTo("ok " + Driver.length(text));
    drop(file);
  }

  String read(int base, String path) throws InterruptedException {
    String file = open(base, path, 0, READ);
    if (file.startsWith("error")) {
      return file;
    }
    String text = pread(Integer.parseInt(file), 0, 1000);
    drop(Integer.parseInt(file));
    return text;
  }

  String pwrite(int file, long offset, String text) throws InterruptedException {
    int area = area();
    return method("write", area, file, flat(text, offset)).equals("ok")
        ? "ok " + guest.i64(area + 8)
        : "error " + guest.u8(area + 8);
  }

  String pread(int file, long offset, long length) throws InterruptedException {
    int area = area();
    return method("read", area, file, length, offset).equals("ok")
        ? guest.stringAt(area + 4) + (guest.u8(area + 12) == 1 ? "|" : "")
        : "error " + guest.u8(area + 4);
  }

  String stat(int base, int flags, String path) throws InterruptedException {
    int area = area();
    return method("stat-at", area, base, flat(flags, path)).equals("ok")
        ? statAt(area).toString()
        : "error " + guest.u8(area + 8);
  }

  Stat stat(int descriptor) throws InterruptedException {
    int area = area();
    assertThat(method("stat", area, descriptor)).isEqualTo("ok");
    return statAt(area);
  }

  private Stat statAt(int area) {
    return new Stat(guest.u8(area + 8), guest.i64(area + 16), guest.i64(area + 24));
  }

  String link(int base, String path) throws InterruptedException {
    int area = area();
    return method("readlink-at", area, base, flat(path)).equals("ok")
        ? guest.stringAt(area + 4)
        : "error " + guest.u8(area + 4);
  }

  List<String> list(int directory) throws InterruptedException {
    int stream = Integer.parseInt(i32("read-directory", directory));
    List<String> names = new ArrayList<>();
    while (true) {
      int area = area();
      guest.call(TYPES, "[method]directory-entry-stream.read-directory-entry", stream, area);
      assertThat(guest.u8(area)).isZero();
      if (guest.u8(area + 4) == 0) {
        guest.call(TYPES, "[resource-drop]directory-entry-stream", stream);
        return names;
      }
      names.add(guest.stringAt(area + 12) + ":" + guest.u8(area + 8));
    }
  }

  /** The handles of the directories that are open from the start, and where they are. */
  List<String> directories() throws InterruptedException {
    int area = area();
    guest.call(PREOPENS, "get-directories", area);
    List<String> found = new ArrayList<>();
    for (int i = 0; i < guest.i32(area + 4); i++) {
      int entry = guest.i32(area) + 12 * i;
      found.add(guest.i32(entry) + " " + guest.stringAt(entry + 4));
    }
    return found;
  }

  /** Has the guest do {@code script} with the directory that is open from the start. */
  static void script(Driver guest, Script script) throws Exception {
    GuestFiles files = new GuestFiles(guest);
    String first = files.directories().getFirst();
    script.run(files, Integer.parseInt(first.substring(0, first.indexOf(' '))));
  }
}
