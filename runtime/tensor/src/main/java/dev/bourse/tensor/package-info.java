/**
 * Arithmetic of a transformer on the CPU: quantized weights, kernels, worker threads, off-heap
 * memory.
 *
 * <p>Laws:
 *
 * <ul>
 *   <li>Every kernel has one canonical order of floating-point operations for each output element,
 *       written at {@link dev.bourse.tensor.Kernels}. The scalar and the vector twin return
 *       identical bits, whatever the batch size, the tile, the page size and the number of threads.
 *   <li>A warm kernel allocates nothing.
 *   <li>Weights are repacked once, at load; their size does not change (rows are padded to 16).
 * </ul>
 */
@NullMarked
package dev.bourse.tensor;

import org.jspecify.annotations.NullMarked;
