/**
 * Reading GGUF model files, versions 2 and 3, from a memory map or from any memory segment.
 *
 * <p>The laws of this package:
 *
 * <ul>
 *   <li>A file is hostile until proven otherwise. Every count, length and offset is compared with
 *       the bytes that are left before anything is read or allocated by it.
 *   <li>What {@link dev.bourse.model.gguf.GgufFile} returns is completely checked: every tensor
 *       lies inside the file, no two tensors overlap, every key is unique.
 *   <li>Whatever is wrong with a file comes out as {@link
 *       dev.bourse.model.gguf.ModelFileException}, which names the file, the key or tensor, and the
 *       bytes.
 *   <li>Nothing is copied: tensors and arrays are views of the segment.
 * </ul>
 *
 * <p>Source: <a href="https://github.com/ggml-org/ggml/blob/master/docs/gguf.md">the GGUF
 * specification</a>.
 */
@NullMarked
package dev.bourse.model.gguf;

import org.jspecify.annotations.NullMarked;
