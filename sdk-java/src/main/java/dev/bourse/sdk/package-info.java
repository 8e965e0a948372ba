/**
 * What inferlet authors write against.
 *
 * <p>An inferlet is a class that implements {@link dev.bourse.sdk.Inferlet}. Everything it can
 * reach comes from the {@link dev.bourse.sdk.Session} it is given: no statics, no configuration, no
 * threads of its own. The same class runs in two places, unchanged: sandboxed, compiled to
 * WebAssembly, or inside the engine's JVM as a trusted inferlet.
 *
 * {@snippet :
 * public final class Capital implements Inferlet {
 *   @Override
 *   public String run(Session session) {
 *     try (Context context = session.model().newContext()) {
 *       context.user("What is the capital of France?").cue();
 *       return context.generate(Sampler.greedy()).maxTokens(32).text();
 *     }
 *   }
 * }
 * }
 *
 * <p>Laws:
 *
 * <ul>
 *   <li>Every call blocks until its work is done. Nothing here is thread-safe: an inferlet is one
 *       thread.
 *   <li>The logic (pending buffer, pages, positions, text pieces) is written once, here, over the
 *       small interfaces of {@link dev.bourse.sdk.spi}; the two places differ only in their
 *       implementation of those.
 *   <li>No dependency, and nothing that the wasm compiler cannot translate: no reflection, threads
 *       or files.
 *   <li>A misuse (empty context, bad index, truncating committed pages) is an {@link
 *       java.lang.IllegalArgumentException} or {@link java.lang.IllegalStateException} raised here,
 *       before the engine sees it; an error the engine reports is an {@link
 *       dev.bourse.sdk.InferletException}.
 * </ul>
 */
@NullMarked
package dev.bourse.sdk;

import org.jspecify.annotations.NullMarked;
