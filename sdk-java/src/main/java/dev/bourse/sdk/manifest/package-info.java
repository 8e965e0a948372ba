/**
 * What a context was made from, so that whoever opens it under its name can know that it is still
 * what they want: the segments of its prompt, the bytes and tokens of the prefix that stays, and
 * the model, tokenizer and template it was computed with.
 *
 * {@snippet :
 * Assembly prompt =
 *     ContextManifest.assemble(
 *         model.runtime(),
 *         Segment.of(SegmentKind.SYSTEM, "You are a reviewer.\n"),
 *         new Segment(SegmentKind.REPO_MAP, "map", repositoryMap),
 *         Segment.of(SegmentKind.USER_TURN, question));
 * int[] stable = model.encode(prompt.stableText());
 * ContextManifest manifest = prompt.manifest().stableOnly().withStableTokenization(stable);
 * context.append(stable).save("review", manifest);
 * // in another run, perhaps after an update of the repository:
 * Context context = model.open("review", manifest);   // or says which segment differs
 * }
 *
 * <p>Laws:
 *
 * <ul>
 *   <li>Equal segments give the same stable bytes and the same hash, in whatever order their kinds
 *       were given and whatever the volatile segments are.
 *   <li>Equal manifests have equal canonical JSON, and the JSON reads back as an equal manifest.
 *   <li>A mismatch names the one field that differs first, with both values.
 * </ul>
 */
@NullMarked
package dev.bourse.sdk.manifest;

import org.jspecify.annotations.NullMarked;
