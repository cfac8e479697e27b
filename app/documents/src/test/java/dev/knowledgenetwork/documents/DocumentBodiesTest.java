package dev.knowledgenetwork.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.knowledgenetwork.kernel.Caller;
import dev.knowledgenetwork.kernel.Change;
import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.kernel.Violation;
import dev.knowledgenetwork.web.ProblemException;
import dev.knowledgenetwork.web.ProblemType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DocumentBodiesTest {

  private static final Caller CALLER =
      new Caller(new TenantId("acme"), "ann", Set.of("writer"), Instant.MAX);
  private static final ResourceId ID =
      new ResourceId(UUID.fromString("019a0000-0000-7000-8000-000000000001"));

  @Test
  void whatIsAbsentInANewDocumentHasADefault() {
    assertThat(DocumentBodies.create(body("{\"title\":\"t\"}"), CALLER))
        .isEqualTo(
            new CreateDocument(
                new TenantId("acme"), "ann", "t", "", DocumentStatus.DRAFT, null, List.of()));
  }

  @Test
  void whatIsAbsentInAPatchStaysAndNullEmpties() {
    PatchDocument patch =
        DocumentBodies.patch(
            body("{\"content\":\"c\",\"collection\":null,\"tags\":[\"a\"]}"), CALLER, ID, 3);

    assertThat(patch)
        .isEqualTo(
            new PatchDocument(
                new TenantId("acme"),
                ID,
                3,
                Change.keep(),
                Change.to("c"),
                Change.keep(),
                Change.clear(),
                Change.to(List.of("a"))));
  }

  @Test
  void anEmptyPatchIsEmpty() {
    assertThat(DocumentBodies.patch(body("{}"), CALLER, ID, 1).isEmpty()).isTrue();
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
    int filling = DocumentBodies.LARGEST - frame.length();
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
        catchThrowableOfType(ProblemException.class, () -> DocumentBodies.create(broken, CALLER));

    assertThat(problem.type()).isEqualTo(ProblemType.MALFORMED_BODY);
    assertThat(problem.getMessage()).isEqualTo("The body ended too early");
  }

  private static ProblemException refused(String text) {
    return catchThrowableOfType(
        ProblemException.class, () -> DocumentBodies.create(body(text), CALLER));
  }

  private static InputStream body(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }
}
