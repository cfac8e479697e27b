package dev.knowledgenetwork.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialsTest {
  @TempDir private Path directory;

  @Test
  void aRotatedSecretIsReadAnewAndNeverShown() throws IOException {
    Credentials credentials = Credentials.fromDirectory(directory);
    Files.writeString(directory.resolve("username"), "kn_app\n");
    Files.writeString(directory.resolve("password"), "first\n");
    assertThat(credentials.read().password()).isEqualTo("first");
    Files.writeString(directory.resolve("password"), "second");
    assertThat(credentials.read().password()).isEqualTo("second");
    assertThat(credentials.read()).hasToString("Login[username=kn_app]");
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(Credentials.fromDirectory(directory)::read)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("username");
  }
}
