package dev.bourse.host.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;

/** A server that answers with whatever bytes a test wants. */
public final class RawServer implements AutoCloseable {
  /** What it does with a connection, whose request head it has read. */
  public interface Answer {
    void to(String head, InputStream in, OutputStream out) throws IOException;
  }

  private final ServerSocket socket;
  private final Answer answer;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();
  private final List<String> heads = new CopyOnWriteArrayList<>();

  public RawServer(Answer answer) throws IOException {
    this(ServerSocketFactory.getDefault(), answer);
  }

  public RawServer(ServerSocketFactory sockets, Answer answer) throws IOException {
    this.socket = sockets.createServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
    this.answer = answer;
    Thread.ofPlatform().daemon().name("raw-server").start(this::accept);
  }

  /** Answers every request with {@code text}. */
  public static RawServer of(String text) throws IOException {
    return new RawServer((head, in, out) -> out.write(text.getBytes(StandardCharsets.ISO_8859_1)));
  }

  public int port() {
    return socket.getLocalPort();
  }

  public String authority() {
    return "127.0.0.1:" + port();
  }

  /** Connections that have been made to it. */
  public int accepted() {
    return accepted.get();
  }

  /** The heads of the requests that came, each with its line breaks. */
  public List<String> heads() {
    return heads;
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket connection = socket.accept();
        accepted.incrementAndGet();
        open.add(connection);
        Thread.ofPlatform().daemon().name("raw-answer").start(() -> serve(connection));
      } catch (IOException e) {
        return; // Closed.
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      InputStream in = connection.getInputStream();
      String head = head(in);
      heads.add(head);
      answer.to(head, in, connection.getOutputStream());
      connection.getOutputStream().flush();
    } catch (IOException e) {
      // The client went away, which tests do on purpose.
      open.remove(connection);
    } finally {
      open.remove(connection);
    }
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        break;
      }
      head.append((char) next);
    }
    return head.toString();
  }

  /** Connections that are open. */
  public int open() {
    return open.size();
  }

  @Override
  public void close() {
    try {
      socket.close();
      for (Socket connection : open) {
        connection.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
