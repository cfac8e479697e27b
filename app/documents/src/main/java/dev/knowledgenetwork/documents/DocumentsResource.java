package dev.knowledgenetwork.documents;

import dev.knowledgenetwork.kernel.Caller;
import dev.knowledgenetwork.kernel.Permission;
import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.web.Callers;
import dev.knowledgenetwork.web.Cursors;
import dev.knowledgenetwork.web.EntityTags;
import dev.knowledgenetwork.web.ListParameters;
import dev.knowledgenetwork.web.ProblemDocument;
import dev.knowledgenetwork.web.Requires;
import dev.knowledgenetwork.web.ResourceAnswers;
import dev.knowledgenetwork.web.ServedBy;
import dev.knowledgenetwork.web.ServerRole;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
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
@ServedBy(ServerRole.API)
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

  private static final ResourceAnswers<Document> ANSWERS =
      new ResourceAnswers<>(PATH, "document", Document::id, Document::version, DocumentView::of);

  private final DocumentRepository documents;

  /** Serves these documents. */
  public DocumentsResource(DocumentRepository documents) {
    this.documents = documents;
  }

  /** Stores a new document. */
  @POST
  @Requires(Permission.WRITER)
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
    CreateDocument command = DocumentBodies.create(body, Callers.of(security));
    return ANSWERS.created(documents.create(command));
  }

  /** One document. */
  @GET
  @Requires(Permission.READER)
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
    TenantId tenant = Callers.of(security).tenant();
    return ANSWERS.found(documents.find(tenant, ANSWERS.id(id)), known);
  }

  /** A page of the list. */
  @GET
  @Requires(Permission.READER)
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
    DocumentQuery query = query(Callers.of(security).tenant(), request.getQueryParameters());
    return ANSWERS.page(PageView.of(documents.list(query), query));
  }

  /** Changes fields of a document. */
  @PATCH
  @Requires(Permission.WRITER)
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
    Caller caller = Callers.of(security);
    ResourceId document = ANSWERS.id(id);
    PatchDocument command =
        DocumentBodies.patch(body, caller, document, EntityTags.required(expected));
    return ANSWERS.updated(documents.patch(command));
  }

  /** Deletes a document. */
  @DELETE
  @Requires(Permission.WRITER)
  @Path("{id}")
  @Operation(operationId = "deleteDocument", summary = "Delete a document")
  @APIResponse(responseCode = "204", description = "Deleted")
  public Response delete(
      @PathParam("id") @Schema(format = "uuid") String id,
      @HeaderParam(HttpHeaders.IF_MATCH) String expected,
      @Context SecurityContext security) {
    TenantId tenant = Callers.of(security).tenant();
    OptionalLong version = EntityTags.optional(expected);
    return ANSWERS.deleted(documents.delete(tenant, ANSWERS.id(id), version));
  }

  /** The query that the parameters ask for. */
  static DocumentQuery query(TenantId tenant, Map<String, List<String>> given) {
    ListParameters parameters = new ListParameters(given, Set.of("status", "collection"));
    DocumentQuery unpaged =
        new DocumentQuery(
            tenant,
            parameters.word("status", DocumentStatus.class),
            parameters.text("collection"),
            Optional.empty(),
            parameters.limit(DocumentQuery.DEFAULT_LIMIT, DocumentQuery.MAXIMUM_LIMIT));
    return parameters
        .text(ListParameters.CURSOR)
        .map(cursor -> unpaged.after(Cursors.decode(cursor, unpaged.list())))
        .orElse(unpaged);
  }
}
