package dev.bourse.text.instruct;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Feeds tokens to decoders and collects what they tell. */
final class Streams {
  private Streams() {}

  static List<ToolEvent.Call> calls(ToolDecoder decoder, int[] tokens, int step) {
    List<ToolEvent.Call> calls = new ArrayList<>();
    for (int from = 0; from < tokens.length; from += step) {
      ToolEvent event =
          decoder.feed(Arrays.copyOfRange(tokens, from, Math.min(tokens.length, from + step)));
      while (event instanceof ToolEvent.Call call) {
        calls.add(call);
        event = decoder.feed();
      }
    }
    return calls;
  }

  /** The events, text that follows text joined. */
  static List<ReasoningEvent> thoughts(ReasoningDecoder decoder, int[] tokens, int step) {
    List<ReasoningEvent> events = new ArrayList<>();
    for (int from = 0; from < tokens.length; from += step) {
      ReasoningEvent event =
          decoder.feed(Arrays.copyOfRange(tokens, from, Math.min(tokens.length, from + step)));
      while (!event.equals(new ReasoningEvent.Delta(""))) {
        if (event instanceof ReasoningEvent.Delta delta
            && !events.isEmpty()
            && events.getLast() instanceof ReasoningEvent.Delta before) {
          events.removeLast();
          events.add(new ReasoningEvent.Delta(before.text() + delta.text()));
        } else {
          events.add(event);
        }
        event = decoder.feed();
      }
    }
    return events;
  }
}
