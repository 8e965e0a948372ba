package dev.bourse.scheduler.simulation;

import dev.bourse.scheduler.simulation.Trace.Agent;
import dev.bourse.scheduler.simulation.Trace.Turn;

/** An agent at work: its place in its turns, and what of its context is in memory. */
final class SimulatedContext {
  /** What it waits for. */
  enum State {
    /** For its tool. */
    PAUSED,
    /** For frames. */
    CLAIMING,
    /** For pages that are read back. */
    LOADING,
    /** For token slots. */
    READY,
    /** For nothing any more. */
    ENDED
  }

  final int number;
  final Agent agent;
  final int account;

  /** The nodes of the prefix tree its context begins with, the root's first. */
  final PrefixNode[] path;

  final int prefixTokens;
  State state = State.PAUSED;

  // The turn.
  int turnIndex = -1;
  long turn;
  long turnBegin;
  long turnTick;
  long idealMicros;
  int promptEnd;
  int end;
  int worstWait;

  // The context. Tokens are counted from its beginning, the prefix included.
  int computed;

  /** Tokens that were ever computed or found. */
  int high;

  /** Tokens behind the prefix up to which keys and values exist, here or spilled. */
  int kept;

  boolean inMemory;
  int frames;
  int spilledPages;

  /** Since when it waits for frames, or has them, or is idle: in ticks. */
  long since;

  /** When its claim for frames began, in ticks. */
  long claimedAt;

  long lastServedStep;

  /** The last step it demanded slots of; it may have waited for a prefix that another computes. */
  long demandedStep;

  /** Steps it may wait for slots by what the market promises; 0 while it has not waited long. */
  int waitBound;

  SimulatedContext(int number, Agent agent, int account, PrefixNode[] path) {
    this.number = number;
    this.agent = agent;
    this.account = account;
    this.path = path;
    this.prefixTokens = path.length == 0 ? 0 : path[path.length - 1].end;
    this.kept = prefixTokens;
  }

  Turn turnNow() {
    return agent.turns().get(turnIndex);
  }

  boolean hasMoreTurns() {
    return turnIndex + 1 < agent.turns().size();
  }

  void beginTurn(long sequence, long now, EngineModel engine) {
    int before = Math.max(end, prefixTokens);
    Turn next = agent.turns().get(++turnIndex);
    turn = sequence;
    turnBegin = now;
    promptEnd = before + next.prompt();
    end = promptEnd + next.output();
    idealMicros = engine.idealMicros(before, next.prompt(), next.output());
    worstWait = 0;
  }

  /** Tokens to compute before it can decode: the prompt, and what has to be computed again. */
  int prefillLeft() {
    return Math.max(0, Math.max(promptEnd, high) - computed);
  }

  /** Tokens it can use in one step. */
  int wanted(int chunk) {
    return Math.max(1, Math.min(chunk, prefillLeft()));
  }

  /** Frames for itself alone, to go on. */
  int framesWanted(EngineModel engine) {
    int prefill = Math.max(promptEnd, high);
    int decoding = computed >= prefill ? computed : prefill;
    int tokens = Math.min(end, decoding + engine.reserve() * engine.pageTokens());
    return engine.pagesFor(tokens - prefixTokens);
  }

  /** Whether the frames it has suffice for its next tokens. */
  boolean hasRoom(EngineModel engine) {
    int next = Math.max(Math.max(promptEnd, high), computed + 1);
    return engine.pagesFor(Math.min(end, next) - prefixTokens) <= frames;
  }
}
