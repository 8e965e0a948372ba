package dev.bourse.text.instruct;

/** Thoughts as messages of a channel ({@link ReasoningFormat.Channels}). */
final class ChannelThoughts implements ThoughtReader {
  private static final String ANALYSIS = "analysis";

  private final Listener listener;
  private Harmony messages = new Harmony(new Messages());
  private boolean thinking;

  ChannelThoughts(Listener listener) {
    this.listener = listener;
  }

  private final class Messages implements Harmony.Listener {
    @Override
    public void begin(String channel, String recipient) {
      // What goes to a tool on this channel is a call.
      thinking = channel.equals(ANALYSIS) && recipient.isEmpty();
      if (thinking) {
        listener.begin();
      }
    }

    @Override
    public void body(String text) {
      if (thinking) {
        listener.text(text);
      }
    }

    @Override
    public void end() {
      if (thinking) {
        thinking = false;
        listener.end();
      }
    }
  }

  @Override
  public void accept(String text, boolean isEnd) {
    messages.accept(text);
    if (isEnd && !text.equals("<|end|>")) {
      thinking = false;
      messages = new Harmony(new Messages());
    }
  }
}
