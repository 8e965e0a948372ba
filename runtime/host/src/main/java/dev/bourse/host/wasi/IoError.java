package dev.bourse.host.wasi;

import dev.bourse.host.abi.ResourceType;
import org.jspecify.annotations.Nullable;

/**
 * An error of a stream, the resource {@code wasi:io/error}.
 *
 * @param message what {@code to-debug-string} says
 * @param code what the interface that made the stream knows of it, for its own downcast ({@code
 *     http-error-code}, {@code filesystem-error-code}); null if nothing
 */
public record IoError(String message, @Nullable Object code) {
  public static final ResourceType<IoError> TYPE = ResourceType.of("error", IoError.class);
}
