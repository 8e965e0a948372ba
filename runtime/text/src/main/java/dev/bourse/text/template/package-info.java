/**
 * Chat templates: an interpreter for the Jinja that model files carry, and the pieces of text that
 * a template puts around each turn of a conversation.
 *
 * <p>A model file holds the template that its conversations were trained with. {@link
 * dev.bourse.text.template.ChatTemplate} runs it exactly as Hugging Face's renderer does (Jinja2
 * 3.1, {@code ImmutableSandboxedEnvironment}, {@code trim_blocks} and {@code lstrip_blocks} on), so
 * that a model sees the prompt it knows. {@link dev.bourse.text.template.ChatFormat} takes a
 * template apart into the openings and closings of the roles, so that a conversation can also be
 * written turn by turn.
 *
 * <p>The stages are one file each: {@code Lexer} (source → tokens), {@code ExpressionParser} and
 * {@code StatementParser} (tokens → {@code Expression} and {@code Statement} records), {@code
 * Evaluator} and {@code Interpreter} (records → text). Values are the records of {@code Value};
 * they behave as the Python objects they stand for, down to how they print.
 *
 * <p>Laws:
 *
 * <ul>
 *   <li>A template is foreign code. Whatever it contains, parsing and rendering either return or
 *       throw {@link dev.bourse.text.template.TemplateException}, within the bounds of {@link
 *       dev.bourse.text.template.TemplateLimits}.
 *   <li>Rendering is a pure function of the template, the variables and the time passed in.
 *   <li>What a user wrote stays plain text: a {@link dev.bourse.text.template.Segment} says which
 *       characters came from the template, and only those may become special tokens.
 * </ul>
 */
@NullMarked
package dev.bourse.text.template;

import org.jspecify.annotations.NullMarked;
