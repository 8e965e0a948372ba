package dev.bourse.server.openai;

import dev.bourse.server.node.Launch;

/**
 * A request that was understood.
 *
 * @param launch the inferlet that answers it
 * @param reply what becomes of its events
 * @param stream whether the client wants to see it as it comes
 */
record Job(Launch launch, Reply reply, boolean stream) {}
