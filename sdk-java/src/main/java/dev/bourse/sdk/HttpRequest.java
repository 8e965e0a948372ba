package dev.bourse.sdk;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A request to another host. The body is sent whole; {@link Http} says what may be asked. */
public final class HttpRequest {
  private final String method;
  private final boolean tls;
  private final String authority;
  private final String path;
  private final List<HttpField> fields = new ArrayList<>();
  private byte[] body = {};

  private HttpRequest(String method, String url) {
    this.method = method;
    int colon = url.indexOf("://");
    String scheme = colon < 0 ? "" : url.substring(0, colon).toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new IllegalArgumentException("\"" + url + "\" is no URL with http:// or https://");
    }
    this.tls = scheme.equals("https");
    int fragment = url.indexOf('#');
    String rest = url.substring(colon + 3, fragment < 0 ? url.length() : fragment);
    int end = 0;
    while (end < rest.length() && rest.charAt(end) != '/' && rest.charAt(end) != '?') {
      end++;
    }
    this.authority = rest.substring(0, end);
    this.path = rest.substring(end);
  }

  /**
   * A request without a body.
   *
   * @param method {@code GET}, {@code POST}, …
   * @param url with {@code http://} or {@code https://}
   */
  public static HttpRequest of(String method, String url) {
    return new HttpRequest(method, url);
  }

  /** Adds a header field. */
  public HttpRequest header(String name, String value) {
    fields.add(new HttpField(name, value));
    return this;
  }

  /** Sends these bytes. */
  public HttpRequest body(byte[] bytes) {
    body = bytes.clone();
    return this;
  }

  /** Sends a text, as UTF-8. */
  public HttpRequest body(String text) {
    body = text.getBytes(StandardCharsets.UTF_8);
    return this;
  }

  public String method() {
    return method;
  }

  /** Whether the connection is encrypted. */
  public boolean tls() {
    return tls;
  }

  /** The host, with a port if the URL has one. */
  public String authority() {
    return authority;
  }

  /** The path with the query, without a fragment; may be empty. */
  public String path() {
    return path;
  }

  /** The header fields, with the length of the body if it has one. */
  public List<HttpField> fields() {
    List<HttpField> all = new ArrayList<>(fields);
    if (body.length > 0) {
      all.removeIf(field -> field.name().equalsIgnoreCase("content-length"));
      all.add(new HttpField("content-length", Integer.toString(body.length)));
    }
    return all;
  }

  /** The bytes to send. Not a copy: do not change it. */
  public byte[] body() {
    return body;
  }
}
