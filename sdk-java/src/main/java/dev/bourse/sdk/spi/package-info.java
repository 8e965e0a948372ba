/**
 * What the SDK asks of the place an inferlet runs in: one method per operation of the guest ABI
 * (`pie:core` model, context, inference, session, runtime, scheduling, and `pie:instruct/chat`),
 * blocking, in primitive arrays.
 *
 * <p>Inferlet authors never see this package. There are two implementations: {@code
 * dev.bourse.sdk.wasm} lowers each method to the imports of the guest ABI; {@code dev.bourse.host}
 * calls the engine directly for inferlets that run in its own JVM.
 *
 * <p>Laws:
 *
 * <ul>
 *   <li>An error that the engine reports is thrown as {@link dev.bourse.sdk.InferletException} with
 *       the engine's text.
 *   <li>Arrays passed in are not kept and not changed by the callee; arrays returned belong to the
 *       caller.
 *   <li>Token ids and positions are unsigned 32-bit numbers in an {@code int}.
 *   <li>When the inferlet's {@code run} returns or throws, the implementation frees every context
 *       it still holds.
 * </ul>
 */
@NullMarked
package dev.bourse.sdk.spi;

import org.jspecify.annotations.NullMarked;
