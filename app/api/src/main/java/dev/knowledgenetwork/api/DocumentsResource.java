package dev.knowledgenetwork.api;

import dev.knowledgenetwork.domain.CreateDocument;
import dev.knowledgenetwork.domain.CreateOutcome;
import dev.knowledgenetwork.domain.Document;
import dev.knowledgenetwork.domain.DocumentId;
import dev.knowledgenetwork.domain.DocumentPage;
import dev.knowledgenetwork.domain.DocumentQuery;
import dev.knowledgenetwork.domain.DocumentRepository;
import dev.knowledgenetwork.domain.PatchDocument;
import dev.knowledgenetwork.domain.WriteOutcome;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.io.InputStream;
import java.net.URI;
import java.util.OptionalLong;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/**
 * The documents of the caller's tenant. All methods block on the database at most as long as the
 * repository's deadline, so they run on virtual threads.
 */
@Singleton
@Path(DocumentsResource.PATH)
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Documents")
@SecurityRequirement(name = "bearer")
@APIResponse(
    responseCode = "default",
    description = "A problem: see type and detail",
    content =
        @Content(
            mediaType = ProblemDocument.MEDIA_TYPE,
            schema = @Schema(implementation = ProblemDocument.class)))
public final class DocumentsResource {

  static final String PATH = "/api/v1/documents";
  static final String MERGE_PATCH = "application/merge-patch+json";

  /** Answers belong to one caller and are checked again before each use. */
  private static final String CACHING = "private, no-cache";

  private final DocumentRepository documents;

  /** Serves these documents. */
  public DocumentsResource(DocumentRepository documents) {
    this.documents = documents;
  }

  /** Stores a new document. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(operationId = "createDocument", summary = "Create a document")
  @RequestBody(
      required = true,
      content = @Content(schema = @Schema(implementation = NewDocument.class)))
  @APIResponse(
      responseCode = "201",
      description = "Stored",
      headers = {
        @Header(name = "Location", schema = @Schema(type = SchemaType.STRING)),
        @Header(name = "ETag", schema = @Schema(type = SchemaType.STRING))
      },
      content = @Content(schema = @Schema(implementation = DocumentView.class)))
  public Response create(InputStream body, @Context SecurityContext security) {
    Caller caller = Caller.in(Role.WRITER, security);
    CreateDocument command = DocumentBodies.create(body, caller);
    return switch (documents.create(command)) {
      case CreateOutcome.Created(Document document) ->
          shown(Response.created(location(document.id())), document);
      case CreateOutcome.Unknown(DocumentId id) ->
          throw unknown("Read the document at Location: it exists if it was stored")
              .withHeader(HttpHeaders.LOCATION, location(id).toString());
    };
  }

  /** One document. */
  @GET
  @Path("{id}")
  @Operation(operationId = "getDocument", summary = "Get a document")
  @APIResponse(
      responseCode = "200",
      description = "The document",
      headers = @Header(name = "ETag", schema = @Schema(type = SchemaType.STRING)),
      content = @Content(schema = @Schema(implementation = DocumentView.class)))
  @APIResponse(responseCode = "304", description = "The client has this version")
  public Response get(
      @PathParam("id") @Schema(format = "uuid") String id,
      @HeaderParam(HttpHeaders.IF_NONE_MATCH) String known,
      @Context SecurityContext security) {
    Caller caller = Caller.in(Role.READER, security);
    Document document =
        documents.find(caller.tenant(), id(id)).orElseThrow(DocumentsResource::notFound);
    if (EntityTags.noneMatchNames(known, document.version())) {
      return Response.notModified()
          .header(HttpHeaders.ETAG, EntityTags.of(document.version()))
          .header(HttpHeaders.CACHE_CONTROL, CACHING)
          .build();
    }
    return shown(Response.ok(), document);
  }

  /** A page of the list. */
  @GET
  @Operation(operationId = "listDocuments", summary = "List documents, newest first")
  @Parameter(
      name = "limit",
      in = ParameterIn.QUERY,
      description = "Most items of the page; more than 100 means 100",
      schema = @Schema(type = SchemaType.INTEGER, minimum = "1", defaultValue = "20"))
  @Parameter(
      name = "cursor",
      in = ParameterIn.QUERY,
      description = "The 'next' of the page before, with the same filters",
      schema = @Schema(type = SchemaType.STRING))
  @Parameter(
      name = "status",
      in = ParameterIn.QUERY,
      schema =
          @Schema(
              type = SchemaType.STRING,
              enumeration = {"DRAFT", "IN_REVIEW", "PUBLISHED", "ARCHIVED"}))
  @Parameter(
      name = "collection",
      in = ParameterIn.QUERY,
      schema = @Schema(type = SchemaType.STRING))
  @APIResponse(
      responseCode = "200",
      description = "The page",
      content = @Content(schema = @Schema(implementation = PageView.class)))
  public Response list(@Context UriInfo request, @Context SecurityContext security) {
    Caller caller = Caller.in(Role.READER, security);
    DocumentQuery query = ListParameters.parse(caller.tenant(), request.getQueryParameters());
    DocumentPage page = documents.list(query);
    return Response.ok(PageView.of(page, query)).header(HttpHeaders.CACHE_CONTROL, CACHING).build();
  }

  /** Changes fields of a document. */
  @PATCH
  @Path("{id}")
  @Consumes(MERGE_PATCH)
  @Operation(
      operationId = "patchDocument",
      summary = "Change fields of a document (RFC 7396)",
      description = "Fields that are absent stay; null empties the collection.")
  @RequestBody(
      required = true,
      content =
          @Content(
              mediaType = MERGE_PATCH,
              schema = @Schema(implementation = DocumentFields.class)))
  @APIResponse(
      responseCode = "200",
      description = "The document as it now is",
      headers = @Header(name = "ETag", schema = @Schema(type = SchemaType.STRING)),
      content = @Content(schema = @Schema(implementation = DocumentView.class)))
  public Response patch(
      @PathParam("id") @Schema(format = "uuid") String id,
      @Parameter(required = true, description = "Entity tag of the version that was read")
          @HeaderParam(HttpHeaders.IF_MATCH)
          String expected,
      InputStream body,
      @Context SecurityContext security) {
    Caller caller = Caller.in(Role.WRITER, security);
    DocumentId document = id(id);
    if (expected == null) {
      throw new ProblemException(
          ProblemType.VERSION_REQUIRED, "Send If-Match with the ETag of the version you read");
    }
    long version =
        EntityTags.demanded(expected)
            .orElseThrow(
                () ->
                    new ProblemException(
                        ProblemType.INVALID_PARAMETER,
                        "If-Match must be one entity tag, such as \"7\""));
    PatchDocument command = DocumentBodies.patch(body, caller, document, version);
    return switch (documents.patch(command)) {
      case WriteOutcome.Updated(Document updated) -> shown(Response.ok(), updated);
      case WriteOutcome other -> throw refused(other);
    };
  }

  /** Deletes a document. */
  @DELETE
  @Path("{id}")
  @Operation(operationId = "deleteDocument", summary = "Delete a document")
  @APIResponse(responseCode = "204", description = "Deleted")
  public Response delete(
      @PathParam("id") @Schema(format = "uuid") String id,
      @HeaderParam(HttpHeaders.IF_MATCH) String expected,
      @Context SecurityContext security) {
    Caller caller = Caller.in(Role.WRITER, security);
    OptionalLong version = expected == null ? OptionalLong.empty() : EntityTags.demanded(expected);
    return switch (documents.delete(caller.tenant(), id(id), version)) {
      case WriteOutcome.Deleted ignored -> Response.noContent().build();
      case WriteOutcome other -> throw refused(other);
    };
  }

  private static ProblemException refused(WriteOutcome outcome) {
    return switch (outcome) {
      case WriteOutcome.NotFound ignored -> notFound();
      case WriteOutcome.VersionConflict(long current) ->
          new ProblemException(
                  ProblemType.VERSION_MISMATCH, "Read the document again, then repeat the change")
              .withHeader(HttpHeaders.ETAG, EntityTags.of(current));
      case WriteOutcome.Unknown ignored ->
          unknown("Read the document and compare its version before repeating the change");
      case WriteOutcome.Updated ignored -> throw new IllegalStateException("not a refusal");
      case WriteOutcome.Deleted ignored -> throw new IllegalStateException("not a refusal");
    };
  }

  private static ProblemException unknown(String advice) {
    return new ProblemException(ProblemType.OUTCOME_UNKNOWN, advice);
  }

  private static ProblemException notFound() {
    return new ProblemException(ProblemType.NOT_FOUND, "No such document");
  }

  private static DocumentId id(String text) {
    return DocumentId.parse(text).orElseThrow(DocumentsResource::notFound);
  }

  private static URI location(DocumentId id) {
    return URI.create(PATH + "/" + id);
  }

  private static Response shown(Response.ResponseBuilder answer, Document document) {
    return answer
        .entity(DocumentView.of(document))
        .header(HttpHeaders.ETAG, EntityTags.of(document.version()))
        .header(HttpHeaders.CACHE_CONTROL, CACHING)
        .build();
  }
}
