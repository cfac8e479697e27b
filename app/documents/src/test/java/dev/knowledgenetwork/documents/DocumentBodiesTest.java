package dev.knowledgenetwork.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

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
import org.junit.jupiter.api.Test;

class DocumentBodiesTest {

  private static final ResourceBodies BODIES = new ResourceBodies(Documents.DOCUMENTS);

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

    assertThat(refused(largest).type()).isEqualTo(ProblemType.INVALID_DOCUMENT);
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
