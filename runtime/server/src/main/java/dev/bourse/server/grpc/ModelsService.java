package dev.bourse.server.grpc;

import dev.bourse.host.process.ServedModel;
import dev.bourse.model.ModelConfig;
import dev.bourse.proto.v1.AddModelRequest;
import dev.bourse.proto.v1.AddModelResponse;
import dev.bourse.proto.v1.ListModelsRequest;
import dev.bourse.proto.v1.ListModelsResponse;
import dev.bourse.proto.v1.Model;
import dev.bourse.proto.v1.ModelsGrpc;
import dev.bourse.proto.v1.RemoveModelRequest;
import dev.bourse.proto.v1.RemoveModelResponse;
import dev.bourse.server.access.Reason;
import dev.bourse.server.access.Role;
import dev.bourse.server.access.ServiceException;
import dev.bourse.server.node.Node;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Locale;

/** The models that inferlets can load, and which they are. */
final class ModelsService extends ModelsGrpc.ModelsImplBase {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration PATIENCE_MAX = Duration.ofDays(1);

  private final Node node;

  ModelsService(Node node) {
    this.node = node;
  }

  @Override
  public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> answer) {
    Failures.answer(
        answer,
        () -> {
          KeyInterceptor.caller().require(Role.USE, "listing models");
          return ListModelsResponse.newBuilder()
              .addAllModels(node.models().stream().map(ModelsService::message).toList())
              .build();
        });
  }

  @Override
  public void addModel(AddModelRequest request, StreamObserver<AddModelResponse> answer) {
    try {
      ServedModel added =
          node.addModel(
              KeyInterceptor.caller(),
              request.getFile(),
              stage -> answer.onNext(AddModelResponse.newBuilder().setStage(stage).build()));
      answer.onNext(AddModelResponse.newBuilder().setModel(message(added)).build());
      answer.onCompleted();
    } catch (RuntimeException | Error e) { // whatever it is, it ends this call only
      answer.onError(Failures.of(e));
    }
  }

  @Override
  public void removeModel(RemoveModelRequest request, StreamObserver<RemoveModelResponse> answer) {
    Failures.answer(
        answer,
        () -> {
          Duration patience = patience(request);
          try {
            boolean cutOff = node.removeModel(KeyInterceptor.caller(), request.getName(), patience);
            return RemoveModelResponse.newBuilder().setCutOff(cutOff).build();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServiceException(Reason.UNAVAILABLE, "this server is stopping");
          }
        });
  }

  private static Duration patience(RemoveModelRequest request) {
    if (!request.hasPatience()) {
      return PATIENCE;
    }
    long seconds = request.getPatience().getSeconds();
    int nanos = request.getPatience().getNanos();
    // Compared before they are added: they may be anything.
    boolean isPositive = seconds >= 0 && nanos >= 0;
    if (!isPositive || seconds >= PATIENCE_MAX.toSeconds()) {
      throw new ServiceException(
          Reason.INVALID_ARGUMENT,
          "the patience is %d s, but must be at least 0 and below %d"
              .formatted(seconds, PATIENCE_MAX.toSeconds()));
    }
    return Duration.ofSeconds(seconds, nanos);
  }

  private static Model message(ServedModel served) {
    ModelConfig config = served.engine().model().config();
    return Model.newBuilder()
        .setName(served.name())
        .setFamily(config.family().name().toLowerCase(Locale.ROOT))
        .setWeightBytes(served.engine().model().weightBytes())
        .setContextLength(config.contextLength())
        .setVocabulary(config.vocabularySize())
        .setDigest(served.engine().model().digest())
        .build();
  }
}
