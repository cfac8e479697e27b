package dev.knowledgenetwork.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knowledgenetwork.kernel.Caller;
import dev.knowledgenetwork.kernel.TenantId;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class IdempotencyKeysTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "\"8e03978e-40d5\" | 8e03978e-40d5",
        "8e03978e-40d5     | 8e03978e-40d5",
        "\"two words\"     | two words",
        "\"a \\\"b\\\" \\\\\" | a \"b\" \\",
      })
  void aKeyIsAStringInQuotesWhichMayBeLeftOut(String header, String key) {
    assertThat(IdempotencyKeys.parse(List.of(header))).contains(key);
  }

  @Test
  void aRequestWithoutTheHeaderHasNoKey() {
    assertThat(IdempotencyKeys.parse(List.of())).isEmpty();
  }

  static Stream<List<String>> refused() {
    return Stream.of(
        List.of(""),
        List.of("\"\""),
        List.of("\"open"),
        List.of("two words"),
        List.of("\"a\", \"b\""),
        List.of("\"a\"", "\"b\""),
        List.of("\"schlüssel\""),
        List.of("\"\\n\""),
        List.of("x".repeat(256)),
        List.of("\"" + "x".repeat(256) + "\""));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void whatIsNoKeyIsRefused(List<String> header) {
    assertThatThrownBy(() -> IdempotencyKeys.parse(header))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.type()).isEqualTo(ProblemType.INVALID_PARAMETER));
  }

  @Test
  void aKeyOf255CharactersIsTheLongest() {
    String longest = "x".repeat(255);
    assertThat(IdempotencyKeys.parse(List.of("\"" + longest + "\""))).contains(longest);
  }

  @Test
  void aKeyCountsForOneCallerAndOnePathOnly() {
    List<String> ids =
        List.of(
            id("acme", "ann", "/documents", "key"),
            id("acme", "ann", "/documents", "yek"),
            id("acme", "ann", "/document", "skey"),
            id("acme", "bob", "/documents", "key"),
            id("acm", "eann", "/documents", "key"),
            id("emca", "ann", "/documents", "key"));
    assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id.matches("[0-9a-f]{64}"));
    assertThat(id("acme", "ann", "/documents", "key")).isEqualTo(ids.getFirst());
  }

  private static String id(String tenant, String subject, String path, String key) {
    Caller caller = new Caller(new TenantId(tenant), subject, Set.of(), Instant.MAX);
    return IdempotencyKeys.id(caller, path, key);
  }
}
