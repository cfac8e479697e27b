package dev.knowledgenetwork.documents;

import dev.knowledgenetwork.kernel.Caller;
import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.web.BodyFields;
import dev.knowledgenetwork.web.ProblemException;
import java.io.InputStream;
import java.util.Set;

/** Reads request bodies into commands; all that is wrong is reported at once. */
final class DocumentBodies {

  /** Largest body, in bytes: a document of the largest content, with room for escapes. */
  static final int LARGEST = 2 << 20;

  private static final Set<String> FIELDS =
      Set.of("title", "content", "status", "collection", "tags");

  private DocumentBodies() {}

  /**
   * The wish for a new document.
   *
   * @throws ProblemException 400, 413 or 422
   */
  static CreateDocument create(InputStream body, Caller caller) {
    BodyFields fields = BodyFields.read(body, LARGEST, FIELDS);
    CreateDocument command =
        new CreateDocument(
            caller.tenant(),
            caller.subject(),
            fields.required("title", "-"),
            fields.text("content", ""),
            fields.word("status", DocumentStatus.DRAFT),
            fields.text("collection"),
            fields.texts("tags"));
    fields.refuse(DocumentRules.violations(command));
    return command;
  }

  /**
   * The wish to change a document (RFC 7396): absent fields stay, null empties.
   *
   * @throws ProblemException 400, 413 or 422
   */
  static PatchDocument patch(InputStream body, Caller caller, ResourceId id, long version) {
    BodyFields fields = BodyFields.read(body, LARGEST, FIELDS);
    PatchDocument command =
        new PatchDocument(
            caller.tenant(),
            id,
            version,
            fields.textChange("title"),
            fields.textChange("content"),
            fields.wordChange("status", DocumentStatus.class),
            fields.textChange("collection"),
            fields.textsChange("tags"));
    fields.refuse(DocumentRules.violations(command));
    return command;
  }
}
