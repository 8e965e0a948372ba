package dev.bourse.server.grpc;

import dev.bourse.proto.v1.DeleteSnapshotRequest;
import dev.bourse.proto.v1.DeleteSnapshotResponse;
import dev.bourse.proto.v1.GetSnapshotRequest;
import dev.bourse.proto.v1.GetSnapshotResponse;
import dev.bourse.proto.v1.ListSnapshotsRequest;
import dev.bourse.proto.v1.ListSnapshotsResponse;
import dev.bourse.proto.v1.RenameSnapshotRequest;
import dev.bourse.proto.v1.RenameSnapshotResponse;
import dev.bourse.proto.v1.SnapshotsGrpc;
import dev.bourse.server.node.Node;
import io.grpc.stub.StreamObserver;

/** Contexts under names. */
final class SnapshotsService extends SnapshotsGrpc.SnapshotsImplBase {
  private final Node node;

  SnapshotsService(Node node) {
    this.node = node;
  }

  @Override
  public void listSnapshots(
      ListSnapshotsRequest request, StreamObserver<ListSnapshotsResponse> answer) {
    Failures.answer(
        answer,
        () ->
            ListSnapshotsResponse.newBuilder()
                .addAllSnapshots(
                    node.snapshots(KeyInterceptor.caller()).stream()
                        .map(Convert::snapshot)
                        .toList())
                .build());
  }

  @Override
  public void getSnapshot(GetSnapshotRequest request, StreamObserver<GetSnapshotResponse> answer) {
    Failures.answer(
        answer,
        () ->
            GetSnapshotResponse.newBuilder()
                .setSnapshot(
                    Convert.snapshot(node.snapshot(KeyInterceptor.caller(), request.getName())))
                .build());
  }

  @Override
  public void deleteSnapshot(
      DeleteSnapshotRequest request, StreamObserver<DeleteSnapshotResponse> answer) {
    Failures.answer(
        answer,
        () -> {
          node.deleteSnapshot(KeyInterceptor.caller(), request.getName());
          return DeleteSnapshotResponse.getDefaultInstance();
        });
  }

  @Override
  public void renameSnapshot(
      RenameSnapshotRequest request, StreamObserver<RenameSnapshotResponse> answer) {
    Failures.answer(
        answer,
        () -> {
          node.renameSnapshot(KeyInterceptor.caller(), request.getFrom(), request.getTo());
          return RenameSnapshotResponse.getDefaultInstance();
        });
  }
}
