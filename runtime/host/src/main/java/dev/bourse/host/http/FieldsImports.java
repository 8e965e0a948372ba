package dev.bourse.host.http;

import static dev.bourse.host.abi.WitTypes.BOOL;
import static dev.bourse.host.abi.WitTypes.STRING;
import static dev.bourse.host.abi.WitTypes.UNIT;
import static dev.bourse.host.abi.WitTypes.borrow;
import static dev.bourse.host.abi.WitTypes.list;
import static dev.bourse.host.abi.WitTypes.own;
import static dev.bourse.host.abi.WitTypes.tuple;
import static dev.bourse.host.abi.WitTypes.variant;
import static dev.bourse.host.http.HttpTypes.FIELD_VALUE;
import static dev.bourse.host.http.HttpTypes.HEADER_ERROR;

import dev.bourse.host.abi.ImportModule;
import dev.bourse.host.abi.ResourceType;
import dev.bourse.host.abi.Unit;
import dev.bourse.host.abi.WitType;
import dev.bourse.host.abi.WitTypes.Case;
import dev.bourse.host.abi.WitTypes.Pair;
import java.util.List;

/** The resource {@code fields}, which is also {@code headers} and {@code trailers}. */
final class FieldsImports {
  private FieldsImports() {}

  static final ResourceType<Fields> TYPE = ResourceType.of("fields", Fields.class);

  private static final WitType<List<Pair<String, String>>> ENTRIES =
      list(tuple(STRING, FIELD_VALUE));

  static void addTo(ImportModule module) {
    WitType<Fields> fields = borrow(TYPE);
    WitType<Case> done = variant(UNIT, HEADER_ERROR);
    module
        .function("[constructor]fields", own(TYPE), guest -> new Fields())
        .function(
            "[static]fields.from-list",
            ENTRIES,
            variant(own(TYPE), HEADER_ERROR),
            (guest, entries) ->
                attempt(
                    () -> {
                      Fields made = new Fields();
                      for (Pair<String, String> entry : entries) {
                        made.append(entry.first(), entry.second());
                      }
                      return made;
                    }))
        .function(
            "[method]fields.get",
            fields,
            STRING,
            list(FIELD_VALUE),
            (guest, self, name) -> self.values(name))
        .function(
            "[method]fields.has",
            fields,
            STRING,
            BOOL,
            (guest, self, name) -> !self.values(name).isEmpty())
        .function(
            "[method]fields.set",
            fields,
            STRING,
            list(FIELD_VALUE),
            done,
            (guest, self, name, values) -> change(() -> self.set(name, values)))
        .function(
            "[method]fields.delete",
            fields,
            STRING,
            done,
            (guest, self, name) -> change(() -> self.delete(name)))
        .function(
            "[method]fields.append",
            fields,
            STRING,
            FIELD_VALUE,
            done,
            (guest, self, name, value) -> change(() -> self.append(name, value)))
        .function(
            "[method]fields.entries",
            fields,
            ENTRIES,
            (guest, self) ->
                self.entries().stream().map(e -> new Pair<>(e.getKey(), e.getValue())).toList())
        .function("[method]fields.clone", fields, own(TYPE), (guest, self) -> self.copy())
        .drop(TYPE);
  }

  private interface Making {
    Object run() throws FieldException;
  }

  private interface Change {
    void run() throws FieldException;
  }

  private static Case attempt(Making making) {
    try {
      return HttpTypes.ok(making.run());
    } catch (FieldException e) {
      return new Case(1, new Case(e.reason().number(), Unit.UNIT));
    }
  }

  private static Case change(Change change) {
    return attempt(
        () -> {
          change.run();
          return Unit.UNIT;
        });
  }
}
