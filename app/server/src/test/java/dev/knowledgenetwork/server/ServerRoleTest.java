package dev.knowledgenetwork.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerRoleTest {

  @ParameterizedTest
  @CsvSource({"api,API", "realtime,REALTIME", "worker,WORKER", "migrate,MIGRATE"})
  void isNamedByItsArgument(String argument, ServerRole role) {
    assertThat(ServerRole.of(argument)).contains(role);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "API", "cook"})
  void otherWordsNameNone(String argument) {
    assertThat(ServerRole.of(argument)).isEmpty();
  }

  @Test
  void servesItsOwnPathsOnly() {
    assertThat(ServerRole.API.serves("/api/v1/documents")).isTrue();
    assertThat(ServerRole.API.serves("/api/v1/documents/1")).isTrue();
    assertThat(ServerRole.API.serves("/api/v1/documentsandmore")).isFalse();
    assertThat(ServerRole.API.serves("/api/v1/events")).isFalse();
    assertThat(ServerRole.REALTIME.serves("/api/v1/events")).isTrue();
    assertThat(ServerRole.REALTIME.serves("/api/v1/documents")).isFalse();
    assertThat(ServerRole.WORKER.serves("/api/v1/documents")).isFalse();
  }
}
