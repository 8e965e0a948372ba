/**
 * Models: their configuration, their families, and the batched forward pass over page tables.
 *
 * <p>The laws of this package:
 *
 * <ul>
 *   <li>A model is chosen by what its file says, never by its name.
 *   <li>Every tensor's shape is compared with the configuration before a kernel sees it; whatever
 *       is wrong with a file is a {@link dev.bourse.model.gguf.ModelFileException}.
 *   <li>The logits of a context are the same bits whoever else is in the batch, however its tokens
 *       were cut into chunks, however large the pages are, and however many threads compute.
 *   <li>A forward pass allocates nothing in proportion to its batch once it has warmed up.
 * </ul>
 */
@NullMarked
package dev.bourse.model;

import org.jspecify.annotations.NullMarked;
