/**
 * Tools and reasoning as a model's own template writes them, and as the model does.
 *
 * <p>Nothing here is a table of models. {@link dev.bourse.text.instruct.Instruct} renders short
 * conversations with a known call, a known result and a known thought, and looks at what the
 * template wrote around them: that gives the text that describes tools, the text around a tool's
 * result, a {@link dev.bourse.text.instruct.CallFormat} and a {@link
 * dev.bourse.text.instruct.ReasoningFormat}. Only where a template does not say how calls or
 * thoughts are written are well-known tags tried that its source mentions.
 *
 * <p>Laws:
 *
 * <ul>
 *   <li>A decoder sees text, not tokens: a tag is found whether it is one special token or spread
 *       over ordinary ones, and a character that is spread over tokens is waited for.
 *   <li>A call is reported when it is complete, with the arguments exactly as they were written;
 *       what is not a call is text and reported by nobody.
 *   <li>What a decoder keeps is bounded. Whoever feeds it more is told the limit.
 *   <li>What tools and results contain stays plain text, as in {@link dev.bourse.text.template}.
 * </ul>
 */
@NullMarked
package dev.bourse.text.instruct;

import org.jspecify.annotations.NullMarked;
