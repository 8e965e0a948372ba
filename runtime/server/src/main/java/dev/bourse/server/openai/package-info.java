/**
 * HTTP as OpenAI's clients speak it: requests are validated and become the input of an inferlet,
 * whose events become chunks or one answer. What a model does with them is the inferlet's business.
 */
@NullMarked
package dev.bourse.server.openai;

import org.jspecify.annotations.NullMarked;
