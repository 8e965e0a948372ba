package dev.bourse.server.dashboard;

import dev.bourse.server.web.Exchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;

/** The files of the page, which lie beside this class; they say nothing about anybody. */
final class Assets {
  private static final Map<String, String> TYPES =
      Map.of(
          "index.html", "text/html; charset=utf-8",
          "style.css", "text/css; charset=utf-8",
          "app.js", "text/javascript; charset=utf-8",
          "views.js", "text/javascript; charset=utf-8",
          "charts.js", "text/javascript; charset=utf-8",
          "data.js", "text/javascript; charset=utf-8",
          "try.js", "text/javascript; charset=utf-8",
          "dom.js", "text/javascript; charset=utf-8",
          "icon.svg", "image/svg+xml");

  /**
   * Nothing but the page's own files is run or loaded, no text becomes markup, and no other page
   * shows it in a frame.
   */
  private static final Map<String, String> FIELDS =
      Map.of(
          "content-security-policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
              + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
              + " require-trusted-types-for 'script'; trusted-types 'none'",
          "x-content-type-options",
          "nosniff",
          "referrer-policy",
          "no-referrer",
          "cross-origin-opener-policy",
          "same-origin",
          "cross-origin-resource-policy",
          "same-origin",
          "cache-control",
          "no-cache");

  private final Map<String, byte[]> files = new TreeMap<>();

  Assets() {
    for (String name : TYPES.keySet()) {
      try (InputStream in = Assets.class.getResourceAsStream(name)) {
        if (in == null) {
          throw new IllegalStateException("the page has no file " + name);
        }
        files.put(name, in.readAllBytes());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /**
   * Answers with a file.
   *
   * @return false if there is no such file
   */
  boolean answer(Exchange exchange, String name) throws InterruptedException {
    byte[] file = files.get(name);
    String type = TYPES.get(name);
    if (file == null || type == null) {
      return false;
    }
    exchange.answer(200, type, file, FIELDS);
    return true;
  }
}
