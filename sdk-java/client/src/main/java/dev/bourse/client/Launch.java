package dev.bourse.client;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonSyntaxException;
import dev.bourse.proto.v1.Bid;
import dev.bourse.proto.v1.Budget;
import dev.bourse.proto.v1.LaunchRequest;

/**
 * What to run. Immutable.
 *
 * {@snippet :
 * Launch.of("summarize@^1.2").with("text", text).budgetTokens(10_000).limit("contexts", 4);
 * }
 */
public final class Launch {
  private static final Gson JSON = new Gson();

  private final LaunchRequest request;

  private Launch(LaunchRequest request) {
    this.request = request;
  }

  /**
   * A program, without parameters.
   *
   * @param program {@code NAME} or {@code NAME@RANGE}
   */
  public static Launch of(String program) {
    return new Launch(LaunchRequest.newBuilder().setProgram(program).setInput("{}").build());
  }

  /**
   * With one parameter more.
   *
   * @param value a string, number, boolean, list, map or record of these
   */
  public Launch with(String parameter, Object value) {
    return with(parameter, JSON.toJsonTree(value));
  }

  /** With one parameter more, whose value is the text of some JSON. */
  public Launch withJson(String parameter, String json) {
    return with(parameter, JsonParser.parseString(json));
  }

  private Launch with(String parameter, JsonElement value) {
    JsonObject input = JsonParser.parseString(request.getInput()).getAsJsonObject();
    input.add(parameter, value);
    return withJson(input.toString());
  }

  /**
   * With these parameters instead of others.
   *
   * @param json the text of one JSON object
   * @throws IllegalArgumentException when it is none
   */
  public Launch withJson(String json) {
    try {
      if (!JsonParser.parseString(json).isJsonObject()) {
        throw new IllegalArgumentException("not a JSON object: " + json);
      }
    } catch (JsonSyntaxException e) {
      throw new IllegalArgumentException("not JSON: " + json, e);
    }
    return new Launch(request.toBuilder().setInput(json).build());
  }

  /** With a limit instead of what the program's manifest says. */
  public Launch limit(String name, long max) {
    return new Launch(request.toBuilder().putLimits(name, max).build());
  }

  /** With so many credits of its own, out of the tenant's account. */
  public Launch budgetCredits(double credits) {
    return budget(request.getBudget().toBuilder().setCredits(credits));
  }

  /** With so many tokens that may be computed for it. */
  public Launch budgetTokens(long tokens) {
    return budget(request.getBudget().toBuilder().setTokens(tokens));
  }

  private Launch budget(Budget.Builder budget) {
    return new Launch(request.toBuilder().setBudget(budget).build());
  }

  /**
   * With an offer that its contexts make until it bids by itself.
   *
   * @param perToken credits for a token slot
   * @param perPage credits for a page of memory and tick
   */
  public Launch bid(double perToken, double perPage) {
    Bid bid = Bid.newBuilder().setPerToken(perToken).setPerPage(perPage).build();
    return new Launch(request.toBuilder().setBid(bid).build());
  }

  /** When it is {@linkplain BourseClient#run run}: it goes on when the client goes away. */
  public Launch outlivesCall() {
    return new Launch(request.toBuilder().setOutlivesCall(true).build());
  }

  LaunchRequest request() {
    return request;
  }
}
