package dev.bourse.server.request;

import java.util.List;

/** Told of every request, on threads that must not wait. */
public interface RequestObserver {
  /** A request begins. */
  void begun(RequestScope request);

  /** It was answered, or its client has gone. */
  void ended(RequestScope request, End end);

  /**
   * How a request ended.
   *
   * @param status of HTTP, as a number, or of gRPC, by its name
   * @param complete whether the client got all of the answer
   * @param received bytes of its body, or messages of a call
   * @param sent bytes of the answer's body, or messages of a call
   */
  record End(String status, boolean complete, long received, long sent) {}

  /** Tells all of {@code observers}. */
  static RequestObserver of(List<RequestObserver> observers) {
    List<RequestObserver> all = List.copyOf(observers);
    return new RequestObserver() {
      @Override
      public void begun(RequestScope request) {
        all.forEach(observer -> observer.begun(request));
      }

      @Override
      public void ended(RequestScope request, End end) {
        all.forEach(observer -> observer.ended(request, end));
      }
    };
  }
}
