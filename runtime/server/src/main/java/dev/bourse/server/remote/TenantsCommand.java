package dev.bourse.server.remote;

import dev.bourse.proto.v1.Account;
import dev.bourse.proto.v1.Tenant;
import dev.bourse.server.ExitCode;
import dev.bourse.server.Streams;
import dev.bourse.server.Table;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bourse tenants}. */
@Command(name = "tenants", description = "Show what a server's tenants have and paid.")
public final class TenantsCommand implements Callable<Integer> {
  private final Streams streams;

  @Option(
      names = {"-a", "--all"},
      description = "All tenants; takes a key that administers.")
  private boolean all;

  @Mixin private ServerOption server = new ServerOption();

  public TenantsCommand(Streams streams) {
    this.streams = streams;
  }

  private record Row(Tenant tenant, Account account) {}

  @Override
  public Integer call() {
    List<Row> rows =
        server.use(client -> client.tenants(all)).stream().flatMap(TenantsCommand::rows).toList();
    new Table<Row>()
        .text("TENANT", row -> row.tenant().getName())
        .text("MODEL", row -> row.account().getModel())
        .number("BALANCE", row -> "%,.3f".formatted(row.account().getBalance()))
        .number("PAID", row -> "%,.3f".formatted(row.account().getPaid()))
        .number("ENDOWMENT", row -> "%,d".formatted(row.account().getEndowment()))
        .number("PROCESSES", row -> "%,d".formatted(row.tenant().getProcesses()))
        .number("CONTEXTS", row -> "%,d".formatted(row.account().getContexts()))
        .lines(rows)
        .forEach(streams::println);
    streams.flush();
    return ExitCode.OK;
  }

  private static Stream<Row> rows(Tenant tenant) {
    return tenant.getAccountsCount() == 0
        ? Stream.of(new Row(tenant, Account.getDefaultInstance()))
        : tenant.getAccountsList().stream().map(account -> new Row(tenant, account));
  }
}
