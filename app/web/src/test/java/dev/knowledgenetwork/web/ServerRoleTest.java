package dev.knowledgenetwork.web;

import static org.assertj.core.api.Assertions.assertThat;

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
}
