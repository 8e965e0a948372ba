/**
 * From JSON Schema, regular expressions and EBNF to the set of tokens that may come next.
 *
 * <p>A {@link dev.bourse.grammar.Grammar} becomes a pushdown automaton over the bytes of UTF-8. A
 * {@link dev.bourse.grammar.TokenVocabulary} is what a tokenizer's tokens are as bytes. A {@link
 * dev.bourse.grammar.CompiledGrammar} joins the two, and a {@link dev.bourse.grammar.Matcher}
 * follows one text and tells before each token which ones are allowed.
 *
 * <p>Laws:
 *
 * <ul>
 *   <li><b>Sound.</b> What was accepted token by token and may end there matches the grammar.
 *   <li><b>Complete.</b> A token after which some text matches is never masked.
 *   <li><b>No dead ends.</b> After an allowed token there is a text that matches; if the vocabulary
 *       has a token for every byte, some token is allowed as well.
 *   <li><b>Bounded.</b> Every grammar is compiled or refused with the numbers, in bounded time,
 *       memory and stack; nothing backtracks.
 *   <li><b>Interruptible.</b> A thread that is interrupted while it compiles, accepts or computes a
 *       mask gets a {@link java.util.concurrent.CancellationException}, and nothing has changed.
 * </ul>
 */
@NullMarked
package dev.bourse.grammar;

import org.jspecify.annotations.NullMarked;
