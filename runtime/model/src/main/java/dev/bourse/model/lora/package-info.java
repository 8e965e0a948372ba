/**
 * Reading and writing low-rank adapters: GGUF files as llama.cpp has them, and safetensors files
 * with their configuration as they come out of training (PEFT).
 *
 * <p>The laws of this package:
 *
 * <ul>
 *   <li>A file is hostile until proven otherwise: every length is compared with the bytes there are
 *       before anything is read or allocated by it, and the floats of all matrices together with a
 *       limit.
 *   <li>An adapter is whole or refused: a tensor that nobody uses, a matrix without its partner, a
 *       shape that the model does not have, an option that changes what is computed. The message
 *       names the file, the tensor, both shapes.
 *   <li>Whatever is wrong comes out as {@link dev.bourse.model.gguf.ModelFileException}.
 * </ul>
 */
@NullMarked
package dev.bourse.model.lora;

import org.jspecify.annotations.NullMarked;
