package dev.bourse.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * What clients were built against stays: every method, message, field and enum value of the golden
 * list is there with the same number, type and name. Additions are fine, and are added to the list
 * by running this test with {@code -Dbourse.golden=update}. The rules are in {@code docs/grpc.md}.
 */
class CompatibilityTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden.txt");

  @Test
  void whatClientsWereBuiltAgainstStays() throws IOException {
    Set<String> now = elements(descriptors());
    if ("update".equals(System.getProperty("bourse.golden"))) {
      Files.write(GOLDEN, now);
    }
    Set<String> golden = new TreeSet<>(Files.readAllLines(GOLDEN));

    assertThat(golden).as("promised, and not there any more or another").isSubsetOf(now);
    assertThat(now)
        .as("new, and not promised yet: run this test with -Dbourse.golden=update")
        .isSubsetOf(golden);
  }

  /** A change that would break clients shows in the list. */
  @Test
  void aChangeOfTypeNumberOrNameIsNoticed() throws IOException {
    FileDescriptorSet original = descriptors();
    FieldDescriptorProto field = original.getFile(0).getMessageType(0).getField(0);
    for (FieldDescriptorProto changed :
        new FieldDescriptorProto[] {
          field.toBuilder().setNumber(99).build(),
          field.toBuilder().setName("other").build(),
          field.toBuilder().setType(FieldDescriptorProto.Type.TYPE_FIXED64).build(),
          field.toBuilder().setLabel(FieldDescriptorProto.Label.LABEL_REPEATED).build()
        }) {
      FileDescriptorSet.Builder copy = original.toBuilder();
      copy.getFileBuilder(0).getMessageTypeBuilder(0).setField(0, changed);
      assertThat(elements(copy.build())).isNotEqualTo(elements(original));
    }
  }

  private static FileDescriptorSet descriptors() throws IOException {
    try (InputStream in =
        CompatibilityTest.class.getResourceAsStream("/bourse/v1/descriptor.binpb")) {
      FileDescriptorSet.Builder ours = FileDescriptorSet.newBuilder();
      for (FileDescriptorProto file : FileDescriptorSet.parseFrom(in).getFileList()) {
        if (file.getPackage().equals("bourse.v1")) {
          ours.addFile(file);
        }
      }
      assertThat(ours.getFileCount()).isPositive();
      return ours.build();
    }
  }

  private static Set<String> elements(FileDescriptorSet set) {
    Set<String> all = new TreeSet<>();
    for (FileDescriptorProto file : set.getFileList()) {
      file.getMessageTypeList().forEach(message -> add(all, file.getPackage(), message));
      file.getEnumTypeList().forEach(type -> add(all, file.getPackage(), type));
      for (ServiceDescriptorProto service : file.getServiceList()) {
        for (MethodDescriptorProto method : service.getMethodList()) {
          all.add(
              "rpc %s.%s/%s %s%s -> %s%s"
                  .formatted(
                      file.getPackage(),
                      service.getName(),
                      method.getName(),
                      method.getClientStreaming() ? "stream " : "",
                      method.getInputType(),
                      method.getServerStreaming() ? "stream " : "",
                      method.getOutputType()));
        }
      }
    }
    return all;
  }

  private static void add(Set<String> all, String scope, DescriptorProto message) {
    String name = scope + "." + message.getName();
    for (FieldDescriptorProto field : message.getFieldList()) {
      String group =
          field.hasOneofIndex() && !field.getProto3Optional()
              ? " in " + message.getOneofDecl(field.getOneofIndex()).getName()
              : "";
      all.add(
          "field %s.%s = %d %s %s%s%s"
              .formatted(
                  name,
                  field.getName(),
                  field.getNumber(),
                  field.getLabel(),
                  field.getType(),
                  field.hasTypeName() ? " " + field.getTypeName() : "",
                  group));
    }
    message.getNestedTypeList().forEach(nested -> add(all, name, nested));
    message.getEnumTypeList().forEach(nested -> add(all, name, nested));
  }

  private static void add(Set<String> all, String scope, EnumDescriptorProto type) {
    for (EnumValueDescriptorProto value : type.getValueList()) {
      all.add(
          "value %s.%s.%s = %d"
              .formatted(scope, type.getName(), value.getName(), value.getNumber()));
    }
  }
}
