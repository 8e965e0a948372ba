package dev.bourse.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys of tenants, in their file. */
class ApiKeysTest {
  @TempDir Path folder;

  private ApiKeys keys() {
    return new ApiKeys(folder.resolve("keys.json"), Clock.systemUTC());
  }

  @Test
  void aSecretOpensWhatItsKeyIsFor() {
    ApiKeys keys = keys();
    ApiKeys.Created created = keys.create("ann", Role.DEPLOY, "laptop");

    assertThat(keys.find(created.secret()).map(ApiKey::caller))
        .contains(new Caller("ann", Role.DEPLOY, created.key().id()));
    assertThat(keys.find(created.secret() + "x")).isEmpty();
    assertThat(keys.find("")).isEmpty();
  }

  @Test
  void noSecretIsInTheFile() throws Exception {
    ApiKeys.Created created = keys().create("ann", Role.USE, "");

    assertThat(Files.readString(folder.resolve("keys.json")))
        .contains(created.key().id())
        .doesNotContain(created.secret())
        .doesNotContain(created.secret().substring(ApiKeys.PREFIX.length()));
  }

  @Test
  void whatAnotherProcessChangesIsSeenWithTheNextCall() {
    ApiKeys server = keys();
    ApiKeys commandLine = keys();

    ApiKeys.Created created = commandLine.create("ann", Role.USE, "");
    assertThat(server.find(created.secret())).isPresent();

    commandLine.revoke(created.key().id());
    assertThat(server.find(created.secret())).isEmpty();
    assertThat(server.keys()).hasSize(1).noneMatch(ApiKey::isValid);
  }

  @Test
  void rotatingGivesANewSecretOfTheSameRole() {
    ApiKeys keys = keys();
    ApiKeys.Created old = keys.create("ann", Role.ADMINISTER, "ops");
    ApiKeys.Created created = keys.rotate(old.key().id());

    assertThat(keys.find(old.secret())).isEmpty();
    assertThat(keys.find(created.secret()).orElseThrow())
        .matches(key -> key.role() == Role.ADMINISTER && key.note().equals("ops"));
  }

  /** Without keys everybody is let in: a file that disappears must not do that. */
  @Test
  void aFileThatDisappearsLetsNobodyIn() throws Exception {
    Access access = new Access(keys());
    assertThat(access.isOpen()).isTrue();
    ApiKeys.Created created = access.keys().create("ann", Role.USE, "");
    assertThat(access.isOpen()).isFalse();

    Files.delete(folder.resolve("keys.json"));

    assertThatThrownBy(() -> access.caller(Optional.of(created.secret())))
        .isInstanceOf(ServiceException.class)
        .hasMessageContaining("keys.json");
    assertThatThrownBy(() -> access.caller(Optional.empty())).isInstanceOf(ServiceException.class);
  }

  @Test
  void aDamagedFileIsNamed() throws Exception {
    Files.writeString(folder.resolve("keys.json"), "{\"version\": 1");
    assertThatThrownBy(this::keys)
        .isInstanceOf(ServiceException.class)
        .hasMessageContaining("keys.json")
        .hasMessageContaining("not a file of keys");
  }

  @Test
  void aTenantHasANameThatAFolderCanHave() {
    assertThatThrownBy(() -> keys().create("../ann", Role.USE, ""))
        .isInstanceOf(ServiceException.class)
        .hasMessageContaining("../ann");
    assertThat(keys().isEmpty()).isTrue();
  }

  @Test
  void callersAreToldWhatIsMissing() {
    Access access = new Access(keys());
    access.keys().create("ann", Role.USE, "");

    assertThatThrownBy(() -> access.caller(Optional.empty()))
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNAUTHENTICATED))
        .hasMessageContaining("Authorization: Bearer KEY");
    assertThat(Access.bearer(Optional.of("bearer  abc "))).contains("abc");
    assertThat(Access.bearer(Optional.of("Basic abc"))).isEmpty();
    assertThat(Access.bearer(Optional.of("Bearer "))).isEmpty();
  }

  @Test
  void aRoleMayDoWhatThoseBeforeItMay() {
    Caller deployer = new Caller("ann", Role.DEPLOY, "k");
    deployer.require(Role.USE, "launching");
    assertThatThrownBy(() -> deployer.require(Role.ADMINISTER, "making a key"))
        .isInstanceOfSatisfying(
            ServiceException.class,
            e -> assertThat(e.details()).containsEntry("needed", "administer"))
        .hasMessage("making a key takes the role \"administer\", and this key has \"deploy\"");
  }
}
