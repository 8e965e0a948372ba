package dev.bourse.host.mcp;

import static dev.bourse.host.abi.WitTypes.STRING;
import static dev.bourse.host.abi.WitTypes.U32;
import static dev.bourse.host.abi.WitTypes.borrow;
import static dev.bourse.host.abi.WitTypes.list;
import static dev.bourse.host.abi.WitTypes.mapped;
import static dev.bourse.host.abi.WitTypes.option;
import static dev.bourse.host.abi.WitTypes.own;
import static dev.bourse.host.abi.WitTypes.record;
import static dev.bourse.host.abi.WitTypes.variant;

import dev.bourse.host.abi.Guest;
import dev.bourse.host.abi.ImportModule;
import dev.bourse.host.abi.ResourceType;
import dev.bourse.host.abi.WitType;
import dev.bourse.host.abi.WitTypes.Case;

/**
 * {@code pie:mcp/client}: results are JSON as the server sent it, errors are {@code record error {
 * code: s32, message: string, data: option<string> }}.
 */
public final class McpImports {
  private McpImports() {}

  /** A session as a guest holds it. */
  private record Held(ProcessMcp owner, McpSession session) {
    static final ResourceType<Held> TYPE =
        ResourceType.of("session", Held.class, held -> held.owner.close(held.session));
  }

  private static final WitType<McpException> ERROR =
      mapped(
          record(U32, STRING, option(STRING)),
          e -> new Object[] {(long) e.code(), String.valueOf(e.getMessage()), e.data()},
          fields -> {
            throw new IllegalStateException("no function takes an error");
          });

  private interface Call {
    Object run() throws McpException, InterruptedException;
  }

  private static Case attempt(Call call) throws InterruptedException {
    try {
      return new Case(0, call.run());
    } catch (McpException e) {
      return new Case(1, e);
    }
  }

  /** The module, over {@code servers}. */
  public static ImportModule module(McpServers servers) {
    WitType<Held> self = borrow(Held.TYPE);
    WitType<Case> json = variant(STRING, ERROR);
    return new ImportModule("pie:mcp/client")
        .function("available-servers", list(STRING), guest -> mine(guest, servers).names())
        .function(
            "connect",
            STRING,
            variant(own(Held.TYPE), ERROR),
            (guest, name) ->
                attempt(
                    () -> {
                      ProcessMcp owner = mine(guest, servers);
                      return new Held(owner, owner.connect(name));
                    }))
        .function(
            "[method]session.list-tools",
            self,
            json,
            (guest, held) -> attempt(() -> held.session().listTools()))
        .function(
            "[method]session.call-tool",
            self,
            STRING,
            STRING,
            json,
            (guest, held, name, arguments) ->
                attempt(() -> held.session().callTool(name, arguments)))
        .function(
            "[method]session.list-resources",
            self,
            json,
            (guest, held) -> attempt(() -> held.session().listResources()))
        .function(
            "[method]session.read-resource",
            self,
            STRING,
            json,
            (guest, held, uri) -> attempt(() -> held.session().readResource(uri)))
        .function(
            "[method]session.list-prompts",
            self,
            json,
            (guest, held) -> attempt(() -> held.session().listPrompts()))
        .function(
            "[method]session.get-prompt",
            self,
            STRING,
            STRING,
            json,
            (guest, held, name, arguments) ->
                attempt(() -> held.session().getPrompt(name, arguments)))
        .drop(Held.TYPE);
  }

  private static ProcessMcp mine(Guest guest, McpServers servers) {
    return guest.attached(ProcessMcp.class, process -> new ProcessMcp(process, servers));
  }
}
