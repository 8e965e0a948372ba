// One question, answered twice: under a grammar on a fork, and freely on the context itself, which is then saved.
// What the host returns is not freed: the memory goes with the instance, a moment later.
import * as bourse from "./bourse";
import { Span, Text } from "./bourse";

const TOKENS_MAX = 48;
const SYSTEM = "You answer in one short sentence.";
const QUESTION = "What is the capital of France?";
const CITIES = "London|Paris|Rome";
const NAME = "guest-capital";

// The first failure; the inferlet ends with it. AssemblyScript has no exceptions to catch.
let failure: Text | null = null;

function ok(result: Text): bool {
  if (result.failed) failure = result;
  return !result.failed;
}

/** A context and the position of its next token. */
class Timeline {
  constructor(public model: i32, public context: i32, public length: i32) {}

  /** Evaluates tokens; draws the most probable token that follows, among those that `mask` allows. -1 on failure. */
  evaluate(tokens: Span, draw: bool, mask: Span | null): i32 {
    const page = bourse.tokensPerPage(this.context);
    const room = page * bourse.workingPages(this.context) - bourse.workingTokens(this.context);
    const status = new Text();
    if (room < tokens.count) {
      bourse.reserve(this.context, (tokens.count - room + page - 1) / page, status);
      if (!ok(status)) return -1;
    }
    const positions = new StaticArray<i32>(tokens.count);
    for (let i = 0; i < tokens.count; i++) positions[i] = this.length + i;
    const last = new StaticArray<i32>(1);
    last[0] = tokens.count - 1;

    const pass = bourse.passNew(this.model);
    bourse.passContext(pass, this.context);
    bourse.passInput(pass, tokens.address, tokens.count, changetype<usize>(positions), tokens.count);
    if (draw) bourse.passSampler(pass, changetype<usize>(last), 1, 0, 0, 0, 0); // multinomial at temperature 0: greedy
    if (mask) bourse.passLogitMask(pass, mask.address, mask.count);
    const future = new Text();
    bourse.passExecute(pass, future);
    bourse.passDrop(pass);
    if (!ok(future)) return -1;

    const ready = bourse.outputPollable(future.handle);
    bourse.block(ready);
    bourse.pollableDrop(ready);
    const output = new bourse.Output();
    bourse.outputGet(future.handle, output);
    bourse.outputDrop(future.handle);
    this.length += tokens.count;

    // Full pages are committed: forks share them, and they can no longer change.
    const full = bourse.workingTokens(this.context) / page;
    if (full > 0) {
      bourse.commit(this.context, full, status);
      if (!ok(status)) return -1;
    }
    return draw ? output.firstToken : 0;
  }

  /** Generates an answer, under `matcher` unless it is 0, and sends it on a line of its own. */
  answer(tokenizer: i32, matcher: i32): bool {
    const stops = new Span();
    bourse.stopTokens(this.model, stops);
    let input = new Span();
    bourse.cue(this.model, input);
    const drawn = new StaticArray<i32>(TOKENS_MAX);
    const status = new Text();
    let count = 0;
    while (count < TOKENS_MAX) {
      const mask = new Span();
      if (matcher) bourse.matcherMask(matcher, mask);
      const token = this.evaluate(input, true, matcher ? mask : null);
      if (token < 0) return false;
      if (stops.has(token)) break;
      drawn[count] = token;
      input = new Span();
      input.address = changetype<usize>(drawn) + 4 * count++;
      input.count = 1;
      if (matcher) {
        bourse.matcherAccept(matcher, input.address, 1, status);
        if (!ok(status)) return false;
      }
    }
    const text = new Text();
    bourse.decode(tokenizer, changetype<usize>(drawn), count, text);
    if (!ok(text)) return false;
    bourse.sendBytes(text.address, text.count);
    bourse.send("\n");
    return true;
  }
}

function constrained(trunk: Timeline, tokenizer: i32): bool {
  const fork = new Text();
  bourse.fork(trunk.context, fork);
  if (!ok(fork)) return false;
  const grammar = new Text();
  const regex = String.UTF8.encode(CITIES);
  bourse.grammarFromRegex(changetype<usize>(regex), regex.byteLength, grammar);
  if (!ok(grammar)) return false;
  const matcher = bourse.matcherNew(grammar.handle, tokenizer);
  bourse.send("one of three: ");
  const done = new Timeline(trunk.model, fork.handle, trunk.length).answer(tokenizer, matcher);
  bourse.matcherDrop(matcher);
  bourse.grammarDrop(grammar.handle);
  bourse.contextDrop(fork.handle);
  return done;
}

function save(trunk: Timeline): bool {
  const name = String.UTF8.encode(NAME);
  const status = new Text();
  bourse.remove(trunk.model, changetype<usize>(name), name.byteLength, status); // an error if there is none
  bourse.save(trunk.context, changetype<usize>(name), name.byteLength, status);
  if (!ok(status)) return false;
  bourse.send("saved as " + NAME + "\n");
  return true;
}

function run(): bool {
  const models = new Span();
  bourse.models(models);
  const model = new Text();
  bourse.modelLoad(load<usize>(models.address), load<i32>(models.address + 4), model);
  if (!ok(model)) return false;
  const tokenizer = bourse.modelTokenizer(model.handle);
  const root = new Text();
  bourse.create(model.handle, root);
  if (!ok(root)) return false;

  const trunk = new Timeline(model.handle, root.handle, 0);
  const system = String.UTF8.encode(SYSTEM);
  const tokens = new Span();
  bourse.system(model.handle, changetype<usize>(system), system.byteLength, tokens);
  if (trunk.evaluate(tokens, false, null) < 0) return false;
  const user = String.UTF8.encode(QUESTION);
  bourse.user(model.handle, changetype<usize>(user), user.byteLength, tokens);
  if (trunk.evaluate(tokens, false, null) < 0) return false;

  if (!constrained(trunk, tokenizer)) return false;
  bourse.send("freely: ");
  return trunk.answer(tokenizer, 0) && save(trunk);
}

/** The entry: result<string, string>. This inferlet takes no parameters, so it ignores its input. */
export function __run(input: usize, length: usize): usize {
  if (run()) failure = new Text();
  return changetype<usize>(failure);
}

/** The host's allocator for what it returns. */
export function cabi_realloc(old: usize, oldSize: usize, align: usize, size: usize): usize {
  return old ? heap.realloc(old, size) : heap.alloc(size);
}
