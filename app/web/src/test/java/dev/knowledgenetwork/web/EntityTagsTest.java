package dev.knowledgenetwork.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EntityTagsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"7\"",
        " \"7\" ",
        "W/\"7\"",
        "\"1\",\"7\"",
        "\"x\" , W/\"7\"",
        "\"a,b\", \"7\"",
        "*"
      })
  void aClientThatHasTheVersionIsTold(String header) {
    assertThat(EntityTags.noneMatchNames(header, 7)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"8\"", "7", "", "\"7", "\"07\"", "w/\"7\""})
  void anyOtherGetsTheDocument(String header) {
    assertThat(EntityTags.noneMatchNames(header, 7)).isFalse();
    assertThat(EntityTags.noneMatchNames(null, 7)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "'\"7\"',7",
    "'\"a,b\"',0",
    "'W/\"7\"',0",
    "'\"x\"',0",
    "'\"\"',0",
    "'\"99999999999999999999\"',0"
  })
  void demandsTheVersionThatItNames(String header, long version) {
    assertThat(EntityTags.demanded(header)).hasValue(version);
  }

  @Test
  void aStarDemandsNothingInParticular() {
    assertThat(EntityTags.demanded("*")).isEqualTo(OptionalLong.empty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "", "\"7\",\"8\"", "\"7", "\"a b\"", "\"7\",", ",\"7\"", "\"7\" x"})
  void whatIsNoSingleTagIsRefused(String header) {
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> EntityTags.demanded(header))
        .satisfies(problem -> assertThat(problem.type()).isEqualTo(ProblemType.INVALID_PARAMETER));
  }

  @Test
  void whatIsGivenOutIsUnderstood() {
    assertThat(EntityTags.demanded(EntityTags.of(42))).hasValue(42);
    assertThat(EntityTags.noneMatchNames(EntityTags.of(42), 42)).isTrue();
  }
}
