package dev.bourse.host.pie;

import static dev.bourse.host.abi.WitTypes.BYTES;
import static dev.bourse.host.abi.WitTypes.F32;
import static dev.bourse.host.abi.WitTypes.STRING;
import static dev.bourse.host.abi.WitTypes.U32;
import static dev.bourse.host.abi.WitTypes.U32_LIST;
import static dev.bourse.host.abi.WitTypes.UNIT;
import static dev.bourse.host.abi.WitTypes.borrow;
import static dev.bourse.host.abi.WitTypes.option;
import static dev.bourse.host.abi.WitTypes.own;
import static dev.bourse.host.abi.WitTypes.record;
import static dev.bourse.host.abi.WitTypes.result;
import static dev.bourse.host.abi.WitTypes.variant;

import dev.bourse.host.abi.ImportModule;
import dev.bourse.host.abi.ResourceType;
import dev.bourse.host.abi.Result;
import dev.bourse.host.abi.WitType;
import dev.bourse.host.process.ServedModel;

/**
 * {@code pie:core/media} and {@code pie:core/audio-out} for models that read and write text only:
 * whoever makes an image, a clip or speech is told that the model has no part for it. So nobody
 * holds one, and the methods trap on the handle they are called with.
 */
public final class MediaImports {
  private MediaImports() {}

  /** Something that no model here can make. */
  private interface Unmade {
    /** What a method says of an object that cannot be. */
    default IllegalStateException impossible() {
      return new IllegalStateException("an inferlet holds what no model makes: " + this);
    }
  }

  private interface Image extends Unmade {}

  private interface Video extends Unmade {}

  private interface Audio extends Unmade {}

  private interface Speech extends Unmade {}

  private static final ResourceType<Image> IMAGE = ResourceType.of("image", Image.class);
  private static final ResourceType<Video> VIDEO = ResourceType.of("video", Video.class);
  private static final ResourceType<Audio> AUDIO = ResourceType.of("audio", Audio.class);
  private static final ResourceType<Speech> SPEECH = ResourceType.of("speech", Speech.class);

  public static ImportModule media() {
    ImportModule module =
        new ImportModule("pie:core/media")
            .function(
                "[static]image.from-bytes",
                borrow(ModelImports.MODEL),
                BYTES,
                result(own(IMAGE)),
                (guest, model, bytes) -> lacks(model, "image encoder"))
            .function(
                "[static]video.from-bytes",
                borrow(ModelImports.MODEL),
                BYTES,
                U32,
                result(own(VIDEO)),
                (guest, model, bytes, frames) -> lacks(model, "image encoder, which videos need"))
            .function(
                "[static]audio.from-bytes",
                borrow(ModelImports.MODEL),
                BYTES,
                result(own(AUDIO)),
                (guest, model, bytes) -> lacks(model, "audio encoder"))
            .function(
                "[method]video.frame",
                borrow(VIDEO),
                U32,
                result(own(IMAGE)),
                (guest, video, index) -> {
                  throw video.impossible();
                })
            .function(
                "[method]video.timestamp",
                borrow(VIDEO),
                U32,
                F32,
                (guest, video, index) -> {
                  throw video.impossible();
                });
    method(module, IMAGE, "token-count", U32);
    method(module, IMAGE, "position-span", U32);
    method(module, IMAGE, "grid", record(U32, U32, U32));
    method(module, IMAGE, "prefix-tokens", U32_LIST);
    method(module, IMAGE, "suffix-tokens", U32_LIST);
    method(module, VIDEO, "frame-count", U32);
    method(module, AUDIO, "token-count", U32);
    method(module, AUDIO, "position-span", U32);
    method(module, AUDIO, "prefix-tokens", U32_LIST);
    method(module, AUDIO, "suffix-tokens", U32_LIST);
    return module.drop(IMAGE).drop(VIDEO).drop(AUDIO);
  }

  public static ImportModule audioOut() {
    ImportModule module =
        new ImportModule("pie:core/audio-out")
            .function(
                "[static]speech.generate",
                borrow(ModelImports.MODEL),
                STRING,
                // The voice: a speaker's number, or a name.
                variant(U32, STRING),
                // The longest duration in milliseconds.
                option(U32),
                result(own(SPEECH)),
                (guest, model, text, voice, durationMillis) -> lacks(model, "audio decoder"));
    method(module, SPEECH, "sample-rate", U32);
    method(module, SPEECH, "channels", U32);
    method(module, SPEECH, "duration-ms", U32);
    method(module, SPEECH, "pcm", BYTES);
    return module.drop(SPEECH);
  }

  /** The parts of a forward pass that are not text. */
  static <P> ImportModule addInputs(ImportModule inference, ResourceType<P> forwardPass) {
    return inference
        .function(
            "[method]forward-pass.input-image",
            borrow(forwardPass),
            borrow(IMAGE),
            U32,
            UNIT,
            (guest, pass, image, anchor) -> {
              throw image.impossible();
            })
        .function(
            "[method]forward-pass.input-audio",
            borrow(forwardPass),
            borrow(AUDIO),
            U32,
            UNIT,
            (guest, pass, audio, anchor) -> {
              throw audio.impossible();
            });
  }

  private static <T extends Unmade, R> void method(
      ImportModule module, ResourceType<T> type, String name, WitType<R> result) {
    var _ =
        module.function(
            "[method]%s.%s".formatted(type.name(), name),
            borrow(type),
            result,
            (guest, self) -> {
              throw self.impossible();
            });
  }

  private static <T> Result<T> lacks(ServedModel model, String part) {
    return Result.err("model %s has no %s; it reads and writes text".formatted(model.name(), part));
  }
}
