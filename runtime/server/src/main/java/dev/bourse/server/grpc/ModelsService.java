package dev.bourse.server.grpc;

import dev.bourse.host.process.ServedModel;
import dev.bourse.model.ModelConfig;
import dev.bourse.proto.v1.ListModelsRequest;
import dev.bourse.proto.v1.ListModelsResponse;
import dev.bourse.proto.v1.Model;
import dev.bourse.proto.v1.ModelsGrpc;
import dev.bourse.server.access.Role;
import dev.bourse.server.node.Node;
import io.grpc.stub.StreamObserver;
import java.util.Locale;

/** The models that inferlets can load. */
final class ModelsService extends ModelsGrpc.ModelsImplBase {
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
