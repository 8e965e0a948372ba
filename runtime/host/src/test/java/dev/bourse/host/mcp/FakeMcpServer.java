package dev.bourse.host.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server over standard input and output, started as a process of its own: honest, or broken in
 * the way that its first argument says.
 */
public final class FakeMcpServer {
  private static final Pattern ID = Pattern.compile("\"id\":(\\d+)");
  private static final Pattern METHOD = Pattern.compile("\"method\":\"([^\"]+)\"");
  private static final PrintStream OUT = new PrintStream(System.out, false, UTF_8);

  private FakeMcpServer() {}

  /** Serves until its input ends, or its way of breaking says otherwise. */
  public static void main(String[] arguments) throws Exception {
    String way = arguments[0];
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      Matcher id = ID.matcher(line);
      Matcher method = METHOD.matcher(line);
      if (method.find() && id.find()) {
        answer(way, method.group(1), id.group(1), line, in);
      }
    }
  }

  private static void answer(String way, String method, String id, String line, BufferedReader in)
      throws Exception {
    if (method.equals("initialize")) {
      initialize(way, id);
      return;
    }
    switch (way) {
      case "hang" -> {}
      case "die" -> {
        System.err.println("out of coffee");
        System.exit(3);
      }
      case "flood" -> {
        while (!OUT.checkError()) {
          OUT.print("x".repeat(10_000));
        }
      }
      case "chatter" -> {
        while (!OUT.checkError()) {
          say("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{}}");
        }
      }
      case "nag" -> {
        while (!OUT.checkError()) {
          say("{\"jsonrpc\":\"2.0\",\"id\":\"n\",\"method\":\"ping\"}");
        }
      }
      case "garble" -> say("this is not JSON");
      case "twist" -> {
        say("{\"jsonrpc\":\"2.0\",\"id\":999,\"result\":{\"tools\":[\"of another\"]}}");
        say("{\"jsonrpc\":\"2.0\",\"id\":\"" + id + "\",\"result\":{\"tools\":[\"a text\"]}}");
        say("{\"jsonrpc\":\"2.0\",\"id\":" + id + "}");
      }
      case "deep" -> say("[".repeat(200_000));
      case "cursor" -> say(result(id, "{\"tools\":[{\"name\":\"t\"}],\"nextCursor\":\"again\"}"));
      case "ask" -> ask(id, in);
      default -> honest(method, id, line);
    }
  }

  private static void initialize(String way, String id) throws Exception {
    switch (way) {
      case "silent" -> {}
      case "old" -> say(result(id, "{\"protocolVersion\":\"1999-01-01\"}"));
      case "refuse" -> say(error(id));
      case "parent" -> {
        Process child = new ProcessBuilder("sleep", "1000").start();
        say(
            result(
                id,
                "{\"protocolVersion\":\"2025-06-18\",\"instructions\":\"%d\"}"
                    .formatted(child.pid())));
      }
      default -> say(result(id, "{\"protocolVersion\":\"2025-03-26\",\"capabilities\":{}}"));
    }
  }

  private static void honest(String method, String id, String line) {
    switch (method) {
      case "tools/list" -> {
        boolean second = line.contains("\"cursor\":\"2\"");
        say(
            result(
                id,
                second
                    ? "{\"tools\":[{\"name\":\"second\"}]}"
                    : "{\"tools\":[{\"name\":\"first\"}],\"nextCursor\":\"2\"}"));
      }
      case "tools/call" -> {
        String text = line.substring(line.indexOf("\"params\":") + 9, line.length() - 1);
        say(result(id, "{\"content\":[{\"type\":\"text\",\"text\":\"é\"}],\"got\":" + text + "}"));
      }
      case "resources/list" -> say(result(id, "{\"resources\":[]}"));
      case "resources/read" -> say(result(id, "{\"contents\":[" + line + "]}"));
      case "prompts/list" -> say(result(id, "{}"));
      default -> say(error(id));
    }
  }

  /** Asks two things in between, and answers with what was said to them. */
  private static void ask(String id, BufferedReader in) throws IOException {
    say("{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"ping\"}");
    say("{\"jsonrpc\":\"2.0\",\"id\":77,\"method\":\"sampling/createMessage\",\"params\":{}}");
    String one = in.readLine();
    String two = in.readLine();
    say(result(id, "{\"tools\":[" + one + "," + two + "]}"));
  }

  private static String result(String id, String result) {
    return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":" + result + "}";
  }

  private static String error(String id) {
    return "{\"jsonrpc\":\"2.0\",\"id\":"
        + id
        + ",\"error\":{\"code\":-7,\"message\":\"not today\",\"data\":{\"why\":1}}}";
  }

  private static void say(String line) {
    OUT.println(line);
    OUT.flush();
  }
}
