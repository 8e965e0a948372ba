/**
 * From text to tokens and back, as the model's file defines it.
 *
 * <p>A {@link dev.bourse.text.Vocabulary} is what a model file says about its tokens; {@link
 * dev.bourse.text.Tokenizer#of} compiles it into a {@link dev.bourse.text.Tokenizer}, which is
 * immutable and may be used by any number of threads. Callers never ask which algorithm a model
 * uses: byte-level BPE is one implementation of {@code Tokenizer}, and another one needs no change
 * outside this package.
 *
 * <p>Laws:
 *
 * <ul>
 *   <li><b>Same ids as the reference.</b> {@code encode} returns what llama.cpp's {@code
 *       llama_tokenize} returns for the same file; text is never normalized (no NFC).
 *   <li><b>Nothing lost.</b> With a vocabulary that has a token for every byte (all published
 *       byte-level ones do), {@code decode(encode(text))} is the UTF-8 form of {@code text}.
 *   <li><b>Whole characters only.</b> A stream decoder never returns a part of a character, and
 *       what it returned, joined, is what decoding everything at once returns.
 *   <li><b>No quadratic time.</b> Encoding n characters takes O(n log n), whatever they are.
 * </ul>
 */
@NullMarked
package dev.bourse.text;

import org.jspecify.annotations.NullMarked;
