package dev.bourse.host.http;

import dev.bourse.host.http.HttpError.Code;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.security.cert.CertificateException;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Says which {@code error-code} an exception is. */
final class Failure {
  private Failure() {}

  static HttpError of(Throwable error) {
    Throwable cause = error;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = String.valueOf(cause.getMessage());
    return switch (cause) {
      case HttpException known -> known.error();
      case ConnectTimeoutException e -> new HttpError(Code.CONNECTION_TIMEOUT, message);
      case NoRouteToHostException e -> new HttpError(Code.DESTINATION_IP_UNROUTABLE, message);
      case ConnectException e -> new HttpError(Code.CONNECTION_REFUSED, message);
      case SslHandshakeTimeoutException e -> new HttpError(Code.CONNECTION_TIMEOUT, message);
      case SSLException e -> new HttpError(tls(e), message);
      case TooLongHttpHeaderException e ->
          new HttpError(Code.HTTP_RESPONSE_HEADER_SECTION_SIZE, message);
      case TooLongFrameException e -> new HttpError(Code.HTTP_PROTOCOL_ERROR, message);
      case PrematureChannelClosureException e ->
          new HttpError(Code.HTTP_RESPONSE_INCOMPLETE, message);
      case IOException e -> new HttpError(Code.CONNECTION_TERMINATED, message);
      default -> new HttpError(Code.HTTP_PROTOCOL_ERROR, message);
    };
  }

  private static Code tls(SSLException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateException || cause instanceof SSLPeerUnverifiedException) {
        return Code.TLS_CERTIFICATE_ERROR;
      }
    }
    return Code.TLS_PROTOCOL_ERROR;
  }
}
