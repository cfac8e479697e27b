package dev.knowledgenetwork.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.knowledgenetwork.kernel.Change;
import dev.knowledgenetwork.kernel.Changes;
import dev.knowledgenetwork.kernel.Values;
import dev.knowledgenetwork.kernel.Violation;
import dev.knowledgenetwork.web.ProblemException;
import dev.knowledgenetwork.web.ProblemType;
import dev.knowledgenetwork.web.ResourceBodies;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentBodiesTest {

  private static final ResourceBodies BODIES = new ResourceBodies(Documents.DOCUMENTS, true);

  @Test
  void whatIsAbsentInANewDocumentHasADefault() {
    assertThat(BODIES.create(body("{\"title\":\"t\"}")))
        .isEqualTo(
            Values.NONE
                .with(Documents.TITLE, "t")
                .with(Documents.CONTENT, "")
                .with(Documents.STATUS, DocumentStatus.DRAFT)
                .with(Documents.TAGS, List.of()));
  }

  @Test
  void whatIsAbsentInAPatchStaysAndNullEmpties() {
    Changes patch = BODIES.patch(body("{\"content\":\"c\",\"collection\":null,\"tags\":[\"a\"]}"));

    assertThat(patch)
        .isEqualTo(
            Changes.NONE
                .with(Documents.CONTENT, Change.to("c"))
                .with(Documents.COLLECTION, Change.clear())
                .with(Documents.TAGS, Change.to(List.of("a"))));
  }

  @Test
  void nullInAPatchGivesAFieldItsDefault() {
    assertThat(BODIES.patch(body("{\"content\":null,\"status\":null,\"tags\":null}")))
        .isEqualTo(
            Changes.NONE
                .with(Documents.CONTENT, Change.to(""))
                .with(Documents.STATUS, Change.to(DocumentStatus.DRAFT))
                .with(Documents.TAGS, Change.to(List.of())));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\n", "\\u000a", "\\u0416", "\\ud83d\\ude00"})
  void aContentOfTheLargestSizeFitsHoweverItIsEscaped(String escape) throws Exception {
    String character = new ObjectMapper().readValue("\"" + escape + "\"", String.class);
    int count = (1 << 20) / character.getBytes(StandardCharsets.UTF_8).length;
    String frame = "{\"title\":\"t\",\"content\":\"%s\"}";

    assertThat(BODIES.create(body(frame.formatted(escape.repeat(count)))).get(Documents.CONTENT))
        .isEqualTo(character.repeat(count));
    assertThat(refused(frame.formatted(escape.repeat(count + 1))).violations())
        .containsExactly(new Violation("content", "must be at most 1048576 bytes of UTF-8"));
  }

  @Test
  void oneAnswerTellsAHundredViolationsAndHowManyThereAre() {
    String unknown =
        IntStream.range(0, 150_000)
            .mapToObj(n -> "\"f" + n + "\":0")
            .collect(Collectors.joining(",", "{", "}"));

    ProblemException problem = refused(unknown);
    assertThat(problem.violations()).hasSize(100);
    assertThat(problem.getMessage())
        .isEqualTo("150001 rules are broken; see violations, the first 100 of them");
  }

  @Test
  void anEmptyPatchIsEmpty() {
    assertThat(BODIES.patch(body("{}")).isEmpty()).isTrue();
  }

  @Test
  void allThatIsWrongIsReportedAtOnce() {
    ProblemException problem =
        refused("{\"title\":7,\"content\":[],\"status\":\"draft\",\"tags\":{},\"Title\":\"t\"}");

    assertThat(problem.violations())
        .extracting(Violation::field)
        .containsExactly("Title", "title", "content", "status", "tags");
  }

  @Test
  void aMessageNeverQuotesTheBody() {
    ProblemException problem = refused("{\"title\": secret-word}");

    assertThat(problem.getMessage()).isEqualTo("The body is not JSON at line 1, column 11");
  }

  @Test
  void aBodyOfTheLargestSizeIsReadAndALargerOneIsNot() {
    String frame = "{\"title\":\"t\",\"x\":\"\"}";
    int filling = Documents.DOCUMENTS.largestBody() - frame.length();
    String largest = frame.replace("\"\"", "\"" + "x".repeat(filling) + "\"");

    assertThat(refused(largest).type()).isEqualTo(ProblemType.INVALID_RESOURCE);
    assertThat(refused(largest + " ").type()).isEqualTo(ProblemType.BODY_TOO_LARGE);
  }

  @Test
  void aBodyThatBreaksOffIsTheClientsProblem() {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("connection reset");
          }
        };
    ProblemException problem =
        catchThrowableOfType(ProblemException.class, () -> BODIES.create(broken));

    assertThat(problem.type()).isEqualTo(ProblemType.MALFORMED_BODY);
    assertThat(problem.getMessage()).isEqualTo("The body ended too early");
  }

  private static ProblemException refused(String text) {
    return catchThrowableOfType(ProblemException.class, () -> BODIES.create(body(text)));
  }

  private static InputStream body(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }
}
