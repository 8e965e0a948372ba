package dev.bourse.host.http;

import java.util.Optional;

/**
 * A request that came in for an inferlet to answer.
 *
 * @param method a token
 * @param path with its query
 * @param scheme {@code http} or {@code https}
 * @param authority the host and port that it was sent to, if it says so
 * @param fields as they came, without what belongs to the connection
 * @param body as it comes
 */
public record ServedRequest(
    String method,
    String path,
    String scheme,
    Optional<String> authority,
    Fields fields,
    BodyPipe body) {}
