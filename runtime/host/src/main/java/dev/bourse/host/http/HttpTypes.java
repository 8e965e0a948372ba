package dev.bourse.host.http;

import static dev.bourse.host.abi.WitTypes.BYTES;
import static dev.bourse.host.abi.WitTypes.STRING;
import static dev.bourse.host.abi.WitTypes.U16;
import static dev.bourse.host.abi.WitTypes.U32;
import static dev.bourse.host.abi.WitTypes.U64;
import static dev.bourse.host.abi.WitTypes.U8;
import static dev.bourse.host.abi.WitTypes.UNIT;
import static dev.bourse.host.abi.WitTypes.mapped;
import static dev.bourse.host.abi.WitTypes.option;
import static dev.bourse.host.abi.WitTypes.record;
import static dev.bourse.host.abi.WitTypes.variant;

import dev.bourse.host.abi.Unit;
import dev.bourse.host.abi.WitType;
import dev.bourse.host.abi.WitTypes;
import dev.bourse.host.abi.WitTypes.Case;
import dev.bourse.host.http.HttpError.Code;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The variants of {@code wasi:http/types}, as the host sees them. */
final class HttpTypes {
  private HttpTypes() {}

  private static final List<String> METHODS =
      List.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");

  private static final List<String> SCHEMES = List.of("http", "https");

  /** {@code variant method}, by its name. */
  static final WitType<String> METHOD =
      mapped(
          variant(UNIT, UNIT, UNIT, UNIT, UNIT, UNIT, UNIT, UNIT, UNIT, STRING),
          name -> named(METHODS, name),
          c -> name(METHODS, c));

  /** {@code variant scheme}, by its name in lower case. */
  static final WitType<String> SCHEME =
      mapped(
          variant(UNIT, UNIT, STRING),
          name -> named(SCHEMES, name.toLowerCase(Locale.ROOT)),
          c -> name(SCHEMES, c));

  private static Case named(List<String> known, String name) {
    int index = known.indexOf(name);
    return index >= 0 ? new Case(index, Unit.UNIT) : new Case(known.size(), name);
  }

  private static String name(List<String> known, Case c) {
    return c.discriminant() < known.size() ? known.get(c.discriminant()) : c.payload(STRING);
  }

  /** {@code result} of nothing, true for ok. */
  static final WitType<Boolean> DONE =
      mapped(
          variant(UNIT, UNIT), ok -> new Case(ok ? 0 : 1, Unit.UNIT), c -> c.discriminant() == 0);

  /** {@code variant header-error}. */
  static final WitType<Case> HEADER_ERROR = variant(UNIT, UNIT, UNIT);

  /** {@code field-value}: bytes, which the host keeps as Latin-1. */
  static final WitType<String> FIELD_VALUE = mapped(BYTES, Fields::bytes, Fields::latin1);

  private static final WitType<Object[]> DNS_PAYLOAD = record(option(STRING), option(U16));
  private static final WitType<Object[]> ALERT_PAYLOAD = record(option(U8), option(STRING));
  private static final WitType<Object[]> FIELD_PAYLOAD = record(option(STRING), option(U32));
  private static final WitType<Optional<String>> TEXT = option(STRING);

  /** {@code variant error-code}. */
  static final WitType<HttpError> ERROR_CODE =
      mapped(
          variant(Arrays.stream(Code.values()).map(HttpTypes::payload).toArray(WitType[]::new)),
          HttpTypes::lower,
          HttpTypes::lift);

  private static WitType<?> payload(Code code) {
    return switch (code.payload()) {
      case NONE -> UNIT;
      case DNS -> DNS_PAYLOAD;
      case ALERT -> ALERT_PAYLOAD;
      case TEXT -> TEXT;
      case U32 -> option(U32);
      case U64 -> option(U64);
      case FIELD -> FIELD_PAYLOAD;
      case OPTIONAL_FIELD -> option(FIELD_PAYLOAD);
    };
  }

  private static Case lower(HttpError error) {
    Optional<String> message = Optional.of(error.message());
    Object payload =
        switch (error.code().payload()) {
          case NONE -> Unit.UNIT;
          case DNS -> new Object[] {message, Optional.empty()};
          case ALERT -> new Object[] {Optional.empty(), message};
          case TEXT -> message;
          case U32, U64, OPTIONAL_FIELD -> Optional.empty();
          case FIELD -> new Object[] {Optional.empty(), Optional.empty()};
        };
    return new Case(error.code().number(), payload);
  }

  private static HttpError lift(Case c) {
    Code code = Code.of(c.discriminant());
    Optional<String> message =
        switch (code.payload()) {
          case TEXT -> c.payload(TEXT);
          case DNS -> WitTypes.field(c.payload(DNS_PAYLOAD), 0, TEXT);
          case ALERT -> WitTypes.field(c.payload(ALERT_PAYLOAD), 1, TEXT);
          case NONE, U32, U64, FIELD, OPTIONAL_FIELD -> Optional.empty();
        };
    return new HttpError(code, message.orElse(code.name().toLowerCase(Locale.ROOT)));
  }

  /** {@code result<T, error-code>}; made by {@link #ok} and {@link #error}. */
  static WitType<Case> fallible(WitType<?> ok) {
    return variant(ok, ERROR_CODE);
  }

  static Case ok(Object value) {
    return new Case(0, value);
  }

  static Case error(HttpError error) {
    return new Case(1, error);
  }

  /** The {@code err} of a {@code result} that says nothing more. */
  static Case nothing() {
    return new Case(1, Unit.UNIT);
  }
}
