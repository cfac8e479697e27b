package dev.knowledgenetwork.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

/** What a problem document says. */
final class Problems {

  private Problems() {}

  static void assertProblem(
      ApiClient.Answer answer, int status, String type, String detail, String path) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    JsonNode problem = answer.json();
    assertThat(problem.get("type").textValue())
        .isEqualTo("https://knowledgenetwork.dev/problems/" + type);
    assertThat(problem.get("title").textValue()).isNotBlank();
    assertThat(problem.get("status").intValue()).isEqualTo(status);
    assertThat(problem.path("detail").textValue()).isEqualTo(detail);
    assertThat(problem.get("instance").textValue()).isEqualTo(path.split("\\?")[0]);
  }
}
