/**
 * The control plane: the services of {@code bourse.v1} on a {@link dev.bourse.server.node.Node}.
 *
 * <p>A call is let in by its key ({@link dev.bourse.server.grpc.KeyInterceptor}), runs on a virtual
 * thread that may wait, and is refused with a status and a {@code bourse.v1.Error} ({@link
 * dev.bourse.server.grpc.Failures}).
 */
@NullMarked
package dev.bourse.server.grpc;

import org.jspecify.annotations.NullMarked;
