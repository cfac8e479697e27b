package dev.knowledgenetwork.web;

import dev.knowledgenetwork.kernel.Aggregate;
import dev.knowledgenetwork.kernel.Caller;
import dev.knowledgenetwork.kernel.CreateOutcome;
import dev.knowledgenetwork.kernel.IdempotentRequest;
import dev.knowledgenetwork.kernel.Page;
import dev.knowledgenetwork.kernel.Permission;
import dev.knowledgenetwork.kernel.Resource;
import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.ResourceQuery;
import dev.knowledgenetwork.kernel.ResourceStore;
import dev.knowledgenetwork.kernel.Resources;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.kernel.Values;
import io.smallrye.common.annotation.RunOnVirtualThread;
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
import java.security.DigestInputStream;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The resources of one kind of the caller's tenant: create, get, list, change, delete. A subclass
 * has the annotations {@code @Path} and {@link ServedBy}, and methods of its own where there is
 * more to do. All methods block on the database at most as long as its deadline, so they run on
 * virtual threads.
 */
public abstract class ResourceEndpoint {

  /** Where all resources are. */
  public static final String ROOT = "/api/v1/";

  static final String MERGE_PATCH = "application/merge-patch+json";

  private final Aggregate aggregate;
  private final Resources resources;
  private final ResourceAnswers answers;

  /**
   * Serves the resources of a kind.
   *
   * @param aggregate the kind; its plural ends the path
   * @param store where they are kept
   */
  protected ResourceEndpoint(Aggregate aggregate, ResourceStore store) {
    this.aggregate = aggregate;
    this.resources = store.of(aggregate);
    this.answers = new ResourceAnswers(aggregate, ROOT + aggregate.plural());
  }

  /** Stores a new resource; with an {@code Idempotency-Key} once, however often it is sent. */
  @POST
  @Requires(Permission.WRITER)
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  @RunOnVirtualThread
  public Response create(
      @Context HttpHeaders headers, InputStream body, @Context SecurityContext security) {
    Caller caller = Callers.of(security);
    ResourceBodies bodies = ResourceBodies.of(aggregate, headers);
    return answers.created(
        IdempotencyKeys.of(headers)
            .map(key -> once(caller, key, bodies, body))
            .orElseGet(
                () -> resources.create(caller.tenant(), caller.subject(), bodies.create(body))));
  }

  private CreateOutcome<Resource> once(
      Caller caller, String key, ResourceBodies bodies, InputStream body) {
    DigestInputStream read = new DigestInputStream(body, IdempotencyKeys.sha256());
    Values values = bodies.create(read);
    return resources.create(
        caller.tenant(),
        caller.subject(),
        values,
        new IdempotentRequest<>(
            IdempotencyKeys.id(caller, answers.path(), key),
            IdempotencyKeys.hexadecimal(read.getMessageDigest()),
            answers::kept));
  }

  /** One resource. */
  @GET
  @Path("{id}")
  @Requires(Permission.READER)
  @Produces(MediaType.APPLICATION_JSON)
  @RunOnVirtualThread
  public Response get(
      @PathParam("id") String id,
      @HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String known,
      @Context SecurityContext security) {
    TenantId tenant = Callers.of(security).tenant();
    return answers.found(resources.show(tenant, answers.id(id)), known);
  }

  /** What {@link #get} answers, if that takes no waiting. */
  Optional<ReadyAnswer> getAtOnce(TenantId tenant, String id, @Nullable String known) {
    return ResourceId.parse(id)
        .flatMap(resource -> resources.showAtOnce(tenant, resource))
        .map(found -> answers.ready(found, known));
  }

  /** Where the resources are. */
  public String path() {
    return answers.path();
  }

  /** A page of the list. */
  @GET
  @Requires(Permission.READER)
  @Produces(MediaType.APPLICATION_JSON)
  @RunOnVirtualThread
  public Response list(@Context UriInfo request, @Context SecurityContext security) {
    ListParameters parameters = new ListParameters(aggregate);
    ResourceQuery query =
        parameters.parse(Callers.of(security).tenant(), request.getQueryParameters());
    Page<Resource> page = resources.list(query);
    return answers.page(page, page.next().map(last -> parameters.cursor(last, query)).orElse(null));
  }

  /** Changes fields of a resource. */
  @PATCH
  @Path("{id}")
  @Requires(Permission.WRITER)
  @Consumes(MERGE_PATCH)
  @Produces(MediaType.APPLICATION_JSON)
  @RunOnVirtualThread
  public Response patch(
      @PathParam("id") String id,
      @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String expected,
      @Context HttpHeaders headers,
      InputStream body,
      @Context SecurityContext security) {
    IdempotencyKeys.refuseInPatch(headers);
    TenantId tenant = Callers.of(security).tenant();
    ResourceId resource = answers.id(id);
    long version = EntityTags.required(expected);
    return answers.updated(
        resources.patch(
            tenant, resource, version, ResourceBodies.of(aggregate, headers).patch(body)));
  }

  /** Deletes a resource. */
  @DELETE
  @Path("{id}")
  @Requires(Permission.WRITER)
  @Produces(MediaType.APPLICATION_JSON)
  @RunOnVirtualThread
  public Response delete(
      @PathParam("id") String id, @Context HttpHeaders headers, @Context SecurityContext security) {
    TenantId tenant = Callers.of(security).tenant();
    OptionalLong version = EntityTags.optional(headers);
    return answers.deleted(resources.delete(tenant, answers.id(id), version));
  }
}
