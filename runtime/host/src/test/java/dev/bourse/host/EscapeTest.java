package dev.bourse.host;

import dev.bourse.host.AbiGuest.Allocator;
import dev.bourse.host.GuestValues.RawHandle;
import dev.bourse.host.GuestValues.Span;
import dev.bourse.host.process.Capabilities;
import dev.bourse.host.process.Limit;
import dev.bourse.host.process.Limits;
import dev.bourse.host.program.Execution;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Hostile guests by what they do: do not end, grow, come in masses, lie, take what is not theirs.
 */
class EscapeTest extends Escapes {
  static Stream<Escape> escapes() {
    return Stream.of(modules(), loops(), memory(), floods(), lies(), others())
        .flatMap(Function.identity());
  }

  // What is refused before it is run

  private static Stream<Escape> modules() {
    byte[] huge = Arrays.copyOf(start("").build(), (32 << 20) + 1);
    byte[] component = start("").build();
    component[4] = 0x0d;
    component[6] = 1;
    Wasm unknown = start("").imports("env", "system", "i32", "i32");
    Wasm wrong = start("").imports("pie:core/session", "send", "i64 i32", "");
    return Stream.of(
        module(
            "a binary that is too large",
            "limit module-bytes exceeded",
            Limits.DEFAULT,
            Execution.COMPILED,
            huge),
        module("a component", "component", Limits.DEFAULT, Execution.COMPILED, component),
        module("an import that nobody provides", "env system", Limits.DEFAULT, unknown),
        module(
            "an import with another signature", "the host provides it as", Limits.DEFAULT, wrong),
        module(
            "more memory than there may be at the start",
            "limit memory-pages exceeded",
            Limits.DEFAULT,
            new Wasm().memory(65_536, 65_536).function("_start", "", "", "")),
        module(
            "tables larger than they may be at the start",
            "limit table-elements exceeded",
            Limits.DEFAULT,
            new Wasm().table(9_999_999, 9_999_999).function("_start", "", "", "")),
        module(
            "data behind the end of memory",
            "out of bounds",
            Limits.DEFAULT,
            new Wasm().memory(1, 1).data(65_535, "xyz").function("_start", "", "", "")));
  }

  // What does not end

  private static Stream<Escape> loops() {
    byte[] loop = start("loop br 0 end").build();
    byte[] recursion = new Wasm().function("_start", "", "", "call 0").build();
    Wasm initializer = start("").function("_initialize", "", "", "loop br 0 end");
    Wasm beforeMain = start("").function("", "", "", "loop br 0 end").start();
    String cpu = "limit cpu-time-millis exceeded";
    return Stream.of(
        module("a loop, compiled", cpu, SHORT, Execution.COMPILED, loop),
        module("a loop, interpreted", cpu, SHORT, Execution.INTERPRETED, loop),
        module("a loop in _initialize", cpu, SHORT, initializer),
        module("a loop in the start function", cpu, SHORT, beforeMain),
        module(
            "a loop until the wall limit",
            "limit wall-time-millis exceeded",
            limit(Limit.WALL_TIME_MILLIS, 50),
            Execution.COMPILED,
            loop),
        module(
            "recursion, compiled",
            "limit stack exceeded",
            Limits.DEFAULT,
            Execution.COMPILED,
            recursion),
        module(
            "recursion, interpreted",
            "limit stack exceeded",
            Limits.DEFAULT,
            Execution.INTERPRETED,
            recursion),
        calls(
            "an allocator that does not return",
            cpu,
            SHORT,
            made -> {
              made.player().allocator(Allocator.NEVER_RETURNS);
              made.call("pie:core/runtime version");
            }),
        calls(
            "an allocator that calls itself",
            "limit stack exceeded",
            Limits.DEFAULT,
            made -> {
              made.player().allocator(Allocator.RECURSES);
              made.call("pie:core/runtime version");
            }),
        flood(
            "computing in host calls only",
            cpu,
            SHORT,
            made -> {
              int model = Samples.model(made);
              Object tokenizer = made.call("pie:core/model [method]model.tokenizer", model);
              made.call("pie:core/model [method]tokenizer.encode", tokenizer, "a b ".repeat(5000));
              made.call("pie:core/model [resource-drop]tokenizer", tokenizer);
              made.call("pie:core/model [resource-drop]model", model);
            }),
        calls(
            "waiting for what does not come",
            "limit wall-time-millis exceeded",
            limit(Limit.WALL_TIME_MILLIS, 50),
            made -> {
              Object message = made.call("pie:core/session receive");
              Object ready = made.call("pie:core/types [method]future-string.pollable", message);
              made.call("wasi:io/poll@0.2 [method]pollable.block", ready);
            }),
        calls(
            "polling nothing",
            "poll of an empty list",
            Limits.DEFAULT,
            made -> made.call("wasi:io/poll@0.2 poll", List.of())));
  }

  // What grows

  private static Stream<Escape> memory() {
    String grow = "loop i32.const 1 memory.grow i32.const -1 i32.ne br_if 0 end memory.size ";
    Wasm memory =
        new Wasm()
            .memory(1, 65_536)
            .function("_start", "", "", grow + "i32.const 8 i32.ne if unreachable end");
    Wasm table =
        start("loop ref.null i32.const 1000 table.grow 0  i32.const -1 i32.ne br_if 0 end");
    String tooMany = "limit argument-bytes exceeded";
    return Stream.of(
        module("memory that grows", "ended without a result", limit(Limit.MEMORY_PAGES, 8), memory),
        module(
            "a table that grows",
            "ended without a result",
            limit(Limit.TABLE_ELEMENTS, 5_000),
            table),
        calls(
            "text of four gigabytes",
            tooMany,
            Limits.DEFAULT,
            made -> made.call(Samples.MODEL, new Span(0, -1))),
        calls(
            "a list that names one list a thousand times",
            tooMany,
            limit(Limit.ARGUMENT_BYTES, 1 << 16),
            made -> {
              Object pass =
                  made.call("pie:core/inference [constructor]forward-pass", Samples.model(made));
              List<Object> masks = Collections.nCopies(1000, new Span(0, 1000));
              made.call("pie:core/inference [method]forward-pass.attention-mask", pass, masks);
            }),
        flood(
            "passes that are never run",
            "limit held-bytes exceeded",
            limit(Limit.HELD_BYTES, 1 << 16),
            made -> {
              Object pass =
                  made.call("pie:core/inference [constructor]forward-pass", Samples.model(made));
              List<Object> mask = Collections.nCopies(1000, 1L);
              made.call("pie:core/inference [method]forward-pass.logit-mask", pass, mask);
            }),
        calls(
            "tokens of a context that has none",
            "cannot tell 2147483647 tokens",
            Limits.DEFAULT,
            made ->
                made.call(
                    "bourse:context [method]context.tokens",
                    Samples.context(made),
                    0L,
                    (long) Integer.MAX_VALUE)),
        calls(
            "a gigabyte of randomness",
            "random bytes at once",
            Limits.DEFAULT,
            made -> made.call("wasi:random/random@0.2 get-random-bytes", 1L << 30)));
  }

  // What comes in masses

  private static Stream<Escape> floods() {
    return Stream.of(
        flood(
            "handles",
            "limit handles exceeded: 101, allowed 100",
            limit(Limit.HANDLES, 100),
            made -> Samples.model(made)),
        flood(
            "contexts",
            "limit contexts exceeded: 6, allowed 5",
            limit(Limit.CONTEXTS, 5),
            made -> refusedWith(made.call(Samples.CREATE, Samples.model(made)))),
        flood(
            "futures of messages",
            "limit futures exceeded: 11, allowed 10",
            limit(Limit.FUTURES, 10),
            made -> made.call("pie:core/session receive")),
        flood(
            "forward passes that nobody waits for",
            "limit futures exceeded: 4, allowed 3",
            limit(Limit.FUTURES, 3),
            made -> refusedWith(made.call(Samples.EXECUTE, Samples.readyPass(made)))),
        flood(
            "text for the client",
            "limit output-bytes exceeded",
            limit(Limit.OUTPUT_BYTES, 10_000),
            made -> made.call("pie:core/session send", "x".repeat(100))),
        flood(
            "standard output",
            "limit output-bytes exceeded",
            limit(Limit.OUTPUT_BYTES, 10_000),
            made -> write(made, "stdout")),
        flood(
            "standard error",
            "limit log-bytes exceeded",
            limit(Limit.LOG_BYTES, 10_000),
            made -> write(made, "stderr")),
        calls(
            "more pages than the pool has",
            "pages",
            Limits.DEFAULT,
            made -> refusedWith(made.call(Samples.RESERVE, Samples.context(made), 1_000_000L))));
  }

  private static void write(AbiCalls made, String stream) {
    Object handle = made.call("wasi:cli/" + stream + "@0.2 get-" + stream);
    String write = "wasi:io/streams@0.2 [method]output-stream.blocking-write-and-flush";
    made.call(write, handle, Collections.nCopies(100, 65L));
    made.call("wasi:io/streams@0.2 [resource-drop]output-stream", handle);
  }

  // What is not so

  private static Stream<Escape> lies() {
    return Stream.of(
        calls(
            "a handle that was never given",
            "handle 77 is not an open context",
            Limits.DEFAULT,
            made -> made.call("pie:core/context [method]context.destroy", new RawHandle(77))),
        calls(
            "a handle of something else",
            "is not an open context",
            Limits.DEFAULT,
            made ->
                made.call(
                    "pie:core/context [method]context.destroy",
                    new RawHandle(Samples.model(made)))),
        calls(
            "a handle that was dropped twice",
            "is not an open model",
            Limits.DEFAULT,
            made -> {
              int model = Samples.model(made);
              made.call("pie:core/model [resource-drop]model", model);
              made.call("pie:core/model [resource-drop]model", model);
            }),
        calls(
            "an allocator that answers outside memory",
            "what cabi_realloc gave: span of",
            Limits.DEFAULT,
            made -> {
              made.player().allocator(Allocator.ANSWERS_OUTSIDE_MEMORY);
              made.call("pie:core/runtime version");
            }),
        calls(
            "an allocator that calls the host back",
            "called by cabi_realloc, which may call no imports",
            Limits.DEFAULT,
            made -> {
              made.player().allocator(Allocator.CALLS_AN_IMPORT);
              made.call("pie:core/runtime version");
            }),
        calls(
            "a result outside memory",
            "outside the memory",
            Limits.DEFAULT,
            made -> made.callInto(made.player().all().find("pie:core/runtime version"), -16)),
        calls(
            "text that is no text",
            "is not UTF-8",
            Limits.DEFAULT,
            made -> made.call("pie:core/session send", new byte[] {(byte) 0xc0, (byte) 0x80})),
        module(
            "an address outside memory",
            "out of bounds",
            Limits.DEFAULT,
            start("i32.const -4  i32.load  drop")),
        module(
            "a vector of output outside memory",
            "wasi_snapshot_preview1 fd_write: span of",
            Limits.DEFAULT,
            start("i32.const 1  i32.const -8  i32.const 2  i32.const 0  call 0  drop")
                .imports("wasi_snapshot_preview1", "fd_write", "i32 i32 i32 i32", "i32")));
  }

  // What belongs to others

  private static Stream<Escape> others() {
    return Stream.of(
        calls(
            "names without the capability",
            "a named context needs the capability \"snapshots\"",
            Limits.DEFAULT,
            Capabilities.NONE,
            made ->
                refusedWith(
                    made.call(
                        "pie:core/context [method]context.save", Samples.context(made), "a"))),
        calls(
            "names of others without the capability",
            "a named context needs the capability \"snapshots\"",
            Limits.DEFAULT,
            Capabilities.NONE,
            made ->
                refusedWith(
                    made.call("pie:core/context [static]context.open", Samples.model(made), "a"))),
        calls(
            "a model that is not served",
            "no model named other",
            Limits.DEFAULT,
            made -> refusedWith(made.call(Samples.MODEL, "other"))),
        calls(
            "a name of another user",
            "snapshot",
            Limits.DEFAULT,
            made ->
                refusedWith(
                    made.call(
                        "pie:core/context [static]context.open",
                        Samples.model(made),
                        "@somebody/secret"))),
        calls(
            "a name with a zero byte",
            "control character U+0000",
            Limits.DEFAULT,
            made ->
                refusedWith(
                    made.call(
                        "pie:core/context [method]context.save", Samples.context(made), "a\0b"))),
        calls(
            "credits it does not have",
            "credits",
            Limits.DEFAULT,
            made -> {
              made.call("pie:core/context [method]context.save", Samples.context(made), "funded");
              refusedWith(
                  made.call(
                      "bourse:market [static]model.fund", Samples.model(made), "funded", 1e12));
            }),
        hostFile("a file of the host", "/etc/passwd"),
        hostFile("a file of the host, by the way up", "../../../../etc/passwd"));
  }

  /** A guest that opens a file by preview 1 and exits with the error it gets. */
  private static Escape hostFile(String name, String path) {
    String parameters = "i32 i32 i32 i32 i32 i64 i64 i32 i32";
    return module(
        name,
        "exited with code 63", // PERM
        Limits.DEFAULT,
        start(
                "i32.const 3  i32.const 0  i32.const 0  i32.const %d  i32.const 0  i64.const -1"
                        .formatted(path.length())
                    + "  i64.const -1  i32.const 0  i32.const 64  call 0  call 1")
            .data(0, path)
            .imports("wasi_snapshot_preview1", "path_open", parameters, "i32")
            .imports("wasi_snapshot_preview1", "proc_exit", "i32", ""));
  }
}
