package dev.bourse.host.http;

/**
 * Why an exchange failed: {@code wasi:http/types.error-code}.
 *
 * @param message for a person to read; guests see it where the variant's case carries a text
 */
public record HttpError(Code code, String message) {

  /** What a case of the variant carries. */
  enum Payload {
    NONE,
    DNS,
    ALERT,
    TEXT,
    U32,
    U64,
    FIELD,
    OPTIONAL_FIELD
  }

  /** The cases, in the order of the interface. */
  public enum Code {
    DNS_TIMEOUT(Payload.NONE),
    DNS_ERROR(Payload.DNS),
    DESTINATION_NOT_FOUND(Payload.NONE),
    DESTINATION_UNAVAILABLE(Payload.NONE),
    DESTINATION_IP_PROHIBITED(Payload.NONE),
    DESTINATION_IP_UNROUTABLE(Payload.NONE),
    CONNECTION_REFUSED(Payload.NONE),
    CONNECTION_TERMINATED(Payload.NONE),
    CONNECTION_TIMEOUT(Payload.NONE),
    CONNECTION_READ_TIMEOUT(Payload.NONE),
    CONNECTION_WRITE_TIMEOUT(Payload.NONE),
    CONNECTION_LIMIT_REACHED(Payload.NONE),
    TLS_PROTOCOL_ERROR(Payload.NONE),
    TLS_CERTIFICATE_ERROR(Payload.NONE),
    TLS_ALERT_RECEIVED(Payload.ALERT),
    HTTP_REQUEST_DENIED(Payload.NONE),
    HTTP_REQUEST_LENGTH_REQUIRED(Payload.NONE),
    HTTP_REQUEST_BODY_SIZE(Payload.U64),
    HTTP_REQUEST_METHOD_INVALID(Payload.NONE),
    HTTP_REQUEST_URI_INVALID(Payload.NONE),
    HTTP_REQUEST_URI_TOO_LONG(Payload.NONE),
    HTTP_REQUEST_HEADER_SECTION_SIZE(Payload.U32),
    HTTP_REQUEST_HEADER_SIZE(Payload.OPTIONAL_FIELD),
    HTTP_REQUEST_TRAILER_SECTION_SIZE(Payload.U32),
    HTTP_REQUEST_TRAILER_SIZE(Payload.FIELD),
    HTTP_RESPONSE_INCOMPLETE(Payload.NONE),
    HTTP_RESPONSE_HEADER_SECTION_SIZE(Payload.U32),
    HTTP_RESPONSE_HEADER_SIZE(Payload.FIELD),
    HTTP_RESPONSE_BODY_SIZE(Payload.U64),
    HTTP_RESPONSE_TRAILER_SECTION_SIZE(Payload.U32),
    HTTP_RESPONSE_TRAILER_SIZE(Payload.FIELD),
    HTTP_RESPONSE_TRANSFER_CODING(Payload.TEXT),
    HTTP_RESPONSE_CONTENT_CODING(Payload.TEXT),
    HTTP_RESPONSE_TIMEOUT(Payload.NONE),
    HTTP_UPGRADE_FAILED(Payload.NONE),
    HTTP_PROTOCOL_ERROR(Payload.NONE),
    LOOP_DETECTED(Payload.NONE),
    CONFIGURATION_ERROR(Payload.NONE),
    INTERNAL_ERROR(Payload.TEXT);

    private final Payload payload;

    Code(Payload payload) {
      this.payload = payload;
    }

    Payload payload() {
      return payload;
    }

    /** Which case of the variant it is. */
    @SuppressWarnings("EnumOrdinal") // They are declared in the interface's order.
    public int number() {
      return ordinal();
    }

    /** The case of that {@link #number}. */
    @SuppressWarnings("EnumOrdinal") // As above.
    public static Code of(int number) {
      return values()[number];
    }
  }

  /** This error as an exception. */
  public HttpException exception() {
    return new HttpException(this);
  }

  @Override
  public String toString() {
    return code + ": " + message;
  }
}
