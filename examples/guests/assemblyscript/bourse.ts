// The guest ABI of Bourse for AssemblyScript: the imports that a small inferlet needs, written down by hand.
//
// Each declaration is the canonical-ABI lowering of one function of the interfaces pie:core and pie:instruct. A string or
// a list is a pointer and a count; what does not fit one value is written into the object passed last, whose fields lie
// as the ABI says; a handle is an integer that is given back by its drop.

/** A string or a list. */
export class Span {
  address: usize = 0;
  count: i32 = 0;

  has(value: i32): bool {
    for (let i = 0; i < this.count; i++) {
      if (load<i32>(this.address + 4 * i) == value) return true;
    }
    return false;
  }
}

/** A result whose value is a handle, a string or nothing, and whose error is a string. */
export class Text {
  failed: bool = false; // one byte; the fields below are aligned to four
  address: usize = 0;
  count: i32 = 0;

  get handle(): i32 {
    return <i32>this.address;
  }
}

/** option<output>: 28 bytes, of which the slots are at 4. */
export class Output {
  present: bool = false;
  slots: usize = 0;
  slotCount: i32 = 0;
  draftTokens: u64 = 0;
  draftPositions: u64 = 0;

  /** The payload of the first slot, which lies 4 bytes after its kind. */
  get firstToken(): i32 {
    return load<i32>(this.slots + 4);
  }
}

export function send(text: string): void {
  const bytes = String.UTF8.encode(text);
  sendBytes(changetype<usize>(bytes), bytes.byteLength);
}

@external("pie:core/runtime", "models") export declare function models(out: Span): void;
@external("pie:core/session", "send") export declare function sendBytes(text: usize, length: i32): void;

@external("pie:core/model", "[static]model.load")
export declare function modelLoad(name: usize, length: i32, out: Text): void;
@external("pie:core/model", "[method]model.tokenizer") export declare function modelTokenizer(model: i32): i32;
@external("pie:core/model", "[method]tokenizer.decode")
export declare function decode(tokenizer: i32, tokens: usize, count: i32, out: Text): void;

@external("pie:instruct/chat", "system")
export declare function system(model: i32, text: usize, length: i32, out: Span): void;
@external("pie:instruct/chat", "user")
export declare function user(model: i32, text: usize, length: i32, out: Span): void;
@external("pie:instruct/chat", "cue") export declare function cue(model: i32, out: Span): void;
@external("pie:instruct/chat", "stop-tokens") export declare function stopTokens(model: i32, out: Span): void;

@external("pie:core/context", "[static]context.create") export declare function create(model: i32, out: Text): void;
@external("pie:core/context", "[static]context.delete")
export declare function remove(model: i32, name: usize, length: i32, out: Text): void;
@external("pie:core/context", "[method]context.fork") export declare function fork(context: i32, out: Text): void;
@external("pie:core/context", "[method]context.save")
export declare function save(context: i32, name: usize, length: i32, out: Text): void;
@external("pie:core/context", "[method]context.tokens-per-page")
export declare function tokensPerPage(context: i32): i32;
@external("pie:core/context", "[method]context.working-page-count")
export declare function workingPages(context: i32): i32;
@external("pie:core/context", "[method]context.working-page-token-count")
export declare function workingTokens(context: i32): i32;
@external("pie:core/context", "[method]context.reserve-working-pages")
export declare function reserve(context: i32, pages: i32, out: Text): void;
@external("pie:core/context", "[method]context.commit-working-pages")
export declare function commit(context: i32, pages: i32, out: Text): void;
@external("pie:core/context", "[resource-drop]context") export declare function contextDrop(context: i32): void;

@external("pie:core/inference", "[constructor]forward-pass") export declare function passNew(model: i32): i32;
@external("pie:core/inference", "[method]forward-pass.context")
export declare function passContext(pass: i32, context: i32): void;
@external("pie:core/inference", "[method]forward-pass.input-tokens")
export declare function passInput(pass: i32, tokens: usize, count: i32, positions: usize, positionCount: i32): void;
@external("pie:core/inference", "[method]forward-pass.sampler")
export declare function passSampler(
  pass: i32, rows: usize, count: i32, kind: i32, first: i32, second: i32, third: f32): void;
@external("pie:core/inference", "[method]forward-pass.logit-mask")
export declare function passLogitMask(pass: i32, runs: usize, count: i32): void;
@external("pie:core/inference", "[method]forward-pass.execute")
export declare function passExecute(pass: i32, out: Text): void;
@external("pie:core/inference", "[resource-drop]forward-pass") export declare function passDrop(pass: i32): void;
@external("pie:core/inference", "[method]future-output.pollable")
export declare function outputPollable(future: i32): i32;
@external("pie:core/inference", "[method]future-output.get")
export declare function outputGet(future: i32, out: Output): void;
@external("pie:core/inference", "[resource-drop]future-output") export declare function outputDrop(future: i32): void;

@external("pie:core/inference", "[static]grammar.from-regex")
export declare function grammarFromRegex(regex: usize, length: i32, out: Text): void;
@external("pie:core/inference", "[resource-drop]grammar") export declare function grammarDrop(grammar: i32): void;
@external("pie:core/inference", "[constructor]matcher")
export declare function matcherNew(grammar: i32, tokenizer: i32): i32;
@external("pie:core/inference", "[method]matcher.next-token-logit-mask")
export declare function matcherMask(matcher: i32, out: Span): void;
@external("pie:core/inference", "[method]matcher.accept-tokens")
export declare function matcherAccept(matcher: i32, tokens: usize, count: i32, out: Text): void;
@external("pie:core/inference", "[resource-drop]matcher") export declare function matcherDrop(matcher: i32): void;

@external("wasi:io/poll@0.2.0", "[method]pollable.block") export declare function block(pollable: i32): void;
@external("wasi:io/poll@0.2.0", "[resource-drop]pollable") export declare function pollableDrop(pollable: i32): void;
