package dev.bourse.text.template;

import dev.bourse.text.template.TurnText.Trim;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The turns of a conversation, one at a time, in a template's own words. A program that fills a
 * context turn by turn gets the same text as the template would render for the whole conversation:
 *
 * <pre>{@code
 * firstUser(a) + cue() + …generated… + seal() + user(b) + cue()
 * system(s) + user(a) + assistant(b) + user(c) + cue()
 * }</pre>
 *
 * <p>The pieces are found by rendering short conversations and looking at what stands around their
 * contents; nothing here knows any model. They are exact as long as the template is a concatenation
 * of turns. Where it is not, it differs in the template's favourite ways: reasoning that a template
 * removes from earlier turns stays as written, an empty reasoning block that it adds to its last
 * answer only is not added, and a system prompt that it moves into the last user turn stays in the
 * first ({@link #systemUser}).
 */
public final class ChatFormat {
  private static final String USER = "user";
  private static final String ASSISTANT = "assistant";

  private final TurnText firstUser;
  private final TurnText user;
  private final TurnText assistant;
  private final String cue;
  private final Set<String> stopTexts;
  private final SystemTurn system;

  /** How the template begins with a system prompt. */
  private sealed interface SystemTurn {
    /** As a turn of its own. */
    record Own(TurnText turn) implements SystemTurn {}

    /** Inside the first user turn, with the text between the two. */
    record InUserTurn(TurnText turn, TemplateException noTurn) implements SystemTurn {}

    /** Not at all. */
    record Refused(TemplateException reason) implements SystemTurn {}
  }

  private ChatFormat(
      TurnText firstUser,
      TurnText user,
      TurnText assistant,
      String cue,
      Set<String> stopTexts,
      SystemTurn system) {
    this.firstUser = firstUser;
    this.user = user;
    this.assistant = assistant;
    this.cue = cue;
    this.stopTexts = stopTexts;
    this.system = system;
  }

  /**
   * Takes a template apart.
   *
   * @param bosText the text of the token that begins a text, or empty if the model has none
   * @param eosText the text of the token that ends a text, or empty
   * @param now what templates that print the date print
   * @throws TemplateException if the template does not render a conversation of a user and an
   *     assistant
   */
  public static ChatFormat of(
      ChatTemplate template, String bosText, String eosText, LocalDateTime now) {
    try {
      return of(new TemplateProbe(template, bosText, eosText, now, false));
    } catch (TemplateException withText) {
      try {
        return of(new TemplateProbe(template, bosText, eosText, now, true));
      } catch (TemplateException withParts) {
        withText.addSuppressed(withParts);
        throw withText;
      }
    }
  }

  private static ChatFormat of(TemplateProbe probe) {
    List<String> roles = List.of(USER, ASSISTANT, USER);
    List<String> gaps = probe.gaps(roles, true);
    List<Trim> trims = probe.trims(roles);
    String userToAssistant = gaps.get(1);
    String assistantToUser = gaps.get(2);
    String userToCue = gaps.get(3);
    String afterUser =
        withoutEos(probe.gaps(roles, false).getLast(), probe.eosText(), userToCue)
            .filter(userToAssistant::startsWith)
            .orElse("");
    String cue = userToCue.substring(afterUser.length());

    List<String> answered = List.of(USER, ASSISTANT, USER, ASSISTANT);
    String lastClose = probe.gaps(answered, false).getLast();
    String seal = seal(probe, answered, cue, lastClose, assistantToUser);
    TurnText user = new TurnText(assistantToUser.substring(seal.length()), trims.get(2), afterUser);
    TurnText assistant =
        new TurnText(userToAssistant.substring(afterUser.length()), trims.get(1), seal);
    TurnText firstUser =
        new TurnText(probe.gaps(List.of(USER), true).getFirst(), trims.get(0), afterUser);

    Set<String> stops = new LinkedHashSet<>();
    String closing = lastClose.startsWith(seal) ? seal : lastClose;
    for (String stop : List.of(probe.eosText(), Text.strip(closing, true, true))) {
      if (!stop.isEmpty()) {
        stops.add(stop);
      }
    }
    return new ChatFormat(firstUser, user, assistant, cue, stops, system(probe, user));
  }

  /** The closing of an answer that another turn follows. */
  private static String seal(
      TemplateProbe probe, List<String> roles, String cue, String lastClose, String toUser) {
    try {
      String closeAndCue = probe.gaps(roles, true).getLast();
      if (closeAndCue.endsWith(cue)) {
        String close = closeAndCue.substring(0, closeAndCue.length() - cue.length());
        if (toUser.startsWith(close)) {
          return close;
        }
      }
    } catch (TemplateException refusesToFollowAnAnswer) {
      // Some templates want a user's turn before the next answer; the other way remains.
      return withoutEos(lastClose, probe.eosText(), toUser).orElse("");
    }
    return withoutEos(lastClose, probe.eosText(), toUser).orElse("");
  }

  /** The ending, or the ending without a last EOS, whichever {@code continued} begins with. */
  private static Optional<String> withoutEos(String ending, String eosText, String continued) {
    if (continued.startsWith(ending)) {
      return Optional.of(ending);
    }
    return Optional.of(ending)
        .filter(text -> !eosText.isEmpty() && text.endsWith(eosText))
        .map(text -> text.substring(0, text.length() - eosText.length()))
        .filter(continued::startsWith);
  }

  private static SystemTurn system(TemplateProbe probe, TurnText user) {
    List<String> roles = List.of("system", USER);
    try {
      List<String> gaps = probe.gaps(roles, true);
      Trim trim = probe.trims(roles).getFirst();
      String between = gaps.get(1);
      if (!user.before().isEmpty() && between.endsWith(user.before())) {
        String after = between.substring(0, between.length() - user.before().length());
        return new SystemTurn.Own(new TurnText(gaps.getFirst(), trim, after));
      }
      return new SystemTurn.InUserTurn(
          new TurnText(gaps.getFirst(), trim, between),
          probe.failure(
              "writes the system prompt into the first user turn: fill both at once"
                  + " (system-user)"));
    } catch (TemplateException refused) {
      return new SystemTurn.Refused(refused);
    }
  }

  /** Whether {@link #system} can be used. */
  public boolean hasSystemTurn() {
    return system instanceof SystemTurn.Own;
  }

  /**
   * A system turn that opens a conversation, with the BOS text and whatever the template adds.
   *
   * @throws TemplateException if the template refuses system turns, or writes the system prompt
   *     into the user's turn, which {@link #systemUser} does
   */
  public List<Segment> system(String text) {
    return switch (system) {
      case SystemTurn.Own own -> own.turn().around(text);
      case SystemTurn.Refused refused -> throw refusal(refused);
      case SystemTurn.InUserTurn inside -> throw again(inside.noTurn());
    };
  }

  private static TemplateException refusal(SystemTurn.Refused refused) {
    TemplateException reason = refused.reason();
    return new TemplateException(
        reason.template(),
        reason.line(),
        "no system prompt is possible: " + reason.problem(),
        reason.raisedByTemplate());
  }

  /** The same exception with the caller's stack. */
  private static TemplateException again(TemplateException reason) {
    return new TemplateException(
        reason.template(), reason.line(), reason.problem(), reason.raisedByTemplate());
  }

  /**
   * A user turn that opens a conversation, with the BOS text and whatever the template puts in
   * front (some have a system prompt of their own).
   */
  public List<Segment> firstUser(String text) {
    return firstUser.around(text);
  }

  /** A user turn after a system turn or an answer. */
  public List<Segment> user(String text) {
    return user.around(text);
  }

  /**
   * A system prompt and the first user turn.
   *
   * @throws TemplateException if the template refuses system turns
   */
  public List<Segment> systemUser(String systemText, String userText) {
    List<Segment> segments = new ArrayList<>();
    switch (system) {
      case SystemTurn.Own own -> {
        segments.addAll(own.turn().around(systemText));
        segments.addAll(user.around(userText));
      }
      case SystemTurn.InUserTurn inside -> {
        segments.addAll(inside.turn().around(systemText));
        segments.addAll(new TurnText("", user.trim(), user.after()).around(userText));
      }
      case SystemTurn.Refused refused -> throw refusal(refused);
    }
    return TurnText.join(segments);
  }

  /** A whole turn of the assistant, as the template writes earlier turns. */
  public List<Segment> assistant(String text) {
    return assistant.around(text);
  }

  /** Opens a turn of the assistant, for the model to go on. */
  public List<Segment> cue() {
    return TurnText.join(List.of(new Segment(cue, true)));
  }

  /** Closes a turn that the model wrote. */
  public List<Segment> seal() {
    return TurnText.join(List.of(new Segment(assistant.after(), true)));
  }

  /** The texts of the tokens after which an answer is complete: EOS, and what closes a turn. */
  public Set<String> stopTexts() {
    return Set.copyOf(stopTexts);
  }
}
