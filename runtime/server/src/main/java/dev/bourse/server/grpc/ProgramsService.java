package dev.bourse.server.grpc;

import com.google.protobuf.ByteString;
import dev.bourse.host.json.JsonTrees;
import dev.bourse.host.process.Limit;
import dev.bourse.host.program.InferletPackage;
import dev.bourse.host.program.Manifest;
import dev.bourse.host.program.ProgramStore.Added;
import dev.bourse.host.program.Programs.Version;
import dev.bourse.proto.v1.DeleteProgramRequest;
import dev.bourse.proto.v1.DeleteProgramResponse;
import dev.bourse.proto.v1.DeployHeader;
import dev.bourse.proto.v1.DeployRequest;
import dev.bourse.proto.v1.DeployResponse;
import dev.bourse.proto.v1.DescribeProgramRequest;
import dev.bourse.proto.v1.DescribeProgramResponse;
import dev.bourse.proto.v1.ListProgramsRequest;
import dev.bourse.proto.v1.ListProgramsResponse;
import dev.bourse.proto.v1.Parameter;
import dev.bourse.proto.v1.ProgramsGrpc;
import dev.bourse.server.access.Caller;
import dev.bourse.server.access.Reason;
import dev.bourse.server.access.Role;
import dev.bourse.server.access.ServiceException;
import dev.bourse.server.node.Node;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Programs by name and version. */
final class ProgramsService extends ProgramsGrpc.ProgramsImplBase {
  private final Node node;

  ProgramsService(Node node) {
    this.node = node;
  }

  @Override
  public StreamObserver<DeployRequest> deploy(StreamObserver<DeployResponse> answer) {
    return new Deployment(node, KeyInterceptor.caller(), answer);
  }

  /** A module that comes in parts. */
  private static final class Deployment implements StreamObserver<DeployRequest> {
    private final Node node;
    private final Caller caller;
    private final StreamObserver<DeployResponse> answer;
    private @Nullable DeployHeader header;
    private ByteString module = ByteString.EMPTY;
    private boolean over;

    Deployment(Node node, Caller caller, StreamObserver<DeployResponse> answer) {
      this.node = node;
      this.caller = caller;
      this.answer = answer;
    }

    @Override
    public void onNext(DeployRequest request) {
      if (over) {
        return;
      }
      try {
        add(request);
      } catch (ServiceException e) {
        over = true;
        answer.onError(Failures.of(e));
      }
    }

    private void add(DeployRequest request) {
      // Before anything of it is kept.
      caller.require(Role.DEPLOY, "deploying a program");
      switch (request.getPartCase()) {
        case HEADER -> {
          if (header != null) {
            throw malformed("a deployment has one header");
          }
          header = request.getHeader();
        }
        case MODULE -> {
          if (header == null) {
            throw malformed("a deployment begins with its header");
          }
          long max = Limit.MODULE_BYTES.defaultMax();
          if (module.size() + (long) request.getModule().size() > max) {
            throw malformed("the module has more than %d bytes".formatted(max));
          }
          module = module.concat(request.getModule());
        }
        case PART_NOT_SET -> throw malformed("a part of a deployment is a header or a module's");
      }
    }

    private static ServiceException malformed(String message) {
      return new ServiceException(Reason.INVALID_ARGUMENT, message);
    }

    @Override
    public void onError(Throwable gone) {
      over = true;
    }

    @Override
    public void onCompleted() {
      if (!over) {
        over = true;
        Failures.answer(answer, this::deploy);
      }
    }

    private DeployResponse deploy() {
      if (header == null) {
        throw malformed("a deployment begins with its header");
      }
      Node.Deployed deployed =
          node.deploy(caller, header.getManifest(), module.toByteArray(), header.getReplace());
      return DeployResponse.newBuilder()
          .setProgram(Convert.program(deployed.version()))
          .setCreated(deployed.added() == Added.NEW)
          .build();
    }
  }

  @Override
  public void listPrograms(
      ListProgramsRequest request, StreamObserver<ListProgramsResponse> answer) {
    Failures.answer(
        answer,
        () ->
            ListProgramsResponse.newBuilder()
                .addAllPrograms(
                    node
                        .programs(
                            KeyInterceptor.caller(),
                            Optional.of(request.getName()).filter(name -> !name.isEmpty()))
                        .stream()
                        .map(Convert::program)
                        .toList())
                .build());
  }

  @Override
  public void describeProgram(
      DescribeProgramRequest request, StreamObserver<DescribeProgramResponse> answer) {
    Failures.answer(answer, () -> describe(KeyInterceptor.caller(), request.getReference()));
  }

  private DescribeProgramResponse describe(Caller caller, String reference) {
    Version version = node.programVersion(caller, reference);
    InferletPackage program = node.program(caller, reference);
    DescribeProgramResponse.Builder message =
        DescribeProgramResponse.newBuilder()
            .setProgram(Convert.program(version))
            .setSha256(program.sha256())
            .setModuleBytes(program.wasm().length);
    program.capabilities().asSet().forEach(capability -> message.addCapabilities(capability.key()));
    program.limits().changed().forEach((limit, max) -> message.putLimits(limit.key(), max));
    program.manifest().ifPresent(manifest -> describe(manifest, message));
    return message.build();
  }

  private static void describe(Manifest manifest, DescribeProgramResponse.Builder message) {
    message.setDescription(manifest.description());
    for (dev.bourse.host.program.Parameter parameter : manifest.parameters()) {
      message.addParameters(
          Parameter.newBuilder()
              .setName(parameter.name())
              .setType(parameter.type().word())
              .setRequired(parameter.required())
              .setDefaultJson(parameter.defaultJson().map(JsonTrees::toJson).orElse(""))
              .setDescription(parameter.description()));
    }
  }

  @Override
  public void deleteProgram(
      DeleteProgramRequest request, StreamObserver<DeleteProgramResponse> answer) {
    Failures.answer(
        answer,
        () -> {
          node.remove(KeyInterceptor.caller(), request.getName(), request.getVersion());
          return DeleteProgramResponse.getDefaultInstance();
        });
  }
}
