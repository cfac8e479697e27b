package dev.knowledgenetwork.web;

import dev.knowledgenetwork.kernel.Aggregate;
import dev.knowledgenetwork.kernel.Answer;
import dev.knowledgenetwork.kernel.CreateOutcome;
import dev.knowledgenetwork.kernel.Page;
import dev.knowledgenetwork.kernel.Representation;
import dev.knowledgenetwork.kernel.Resource;
import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.WriteOutcome;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Answers about resources of one kind: their status, entity tag and caching.
 *
 * @param aggregate the kind
 * @param path where they are
 */
record ResourceAnswers(Aggregate aggregate, String path) {

  /**
   * The id in a path.
   *
   * @throws ProblemException 404 for what is no id
   */
  ResourceId id(String text) {
    return ResourceId.parse(text).orElseThrow(this::notFound);
  }

  /** 201 for what was created. */
  Response created(CreateOutcome<Resource> outcome) {
    return switch (outcome) {
      case CreateOutcome.Created<Resource>(Resource made) ->
          shown(Response.created(location(made.id())), made);
      case CreateOutcome.Unknown<Resource>(ResourceId maybe) ->
          throw unknown(
                  "Read the "
                      + aggregate.noun()
                      + " at Location: it exists if it was stored. A request with an "
                      + IdempotencyKeys.HEADER
                      + " may just be sent again")
              .withHeader(HttpHeaders.LOCATION, location(maybe).toString());
      case CreateOutcome.Repeated<Resource>(Answer first) -> repeated(first);
      case CreateOutcome.InProgress<Resource> ignored ->
          throw new ProblemException(
                  ProblemType.REQUEST_IN_PROGRESS, "Send it again in a second for its answer")
              .withHeader(HttpHeaders.RETRY_AFTER, "1");
      case CreateOutcome.KeyReused<Resource> ignored ->
          throw new ProblemException(
              ProblemType.IDEMPOTENCY_KEY_REUSED,
              "Use a new key for a new request; a repeated one has the same body, byte for byte");
    };
  }

  /** What {@link #created} answers, to be kept. */
  Answer kept(Resource made) {
    return new Answer(
        Response.Status.CREATED.getStatusCode(),
        Map.of(
            HttpHeaders.LOCATION, location(made.id()).toString(),
            HttpHeaders.ETAG, EntityTags.of(made.version())),
        JsonWriter.text(new ResourceViews(aggregate).one(made)));
  }

  private static Response repeated(Answer first) {
    Response.ResponseBuilder answer =
        Response.status(first.status())
            .type(ReadyAnswer.JSON)
            .header(HttpHeaders.CACHE_CONTROL, ReadyAnswer.CACHING)
            .entity(first.body());
    first
        .headers()
        .forEach(
            (name, value) -> {
              if (name.equals(HttpHeaders.LOCATION)) {
                // As the first answer did: completed with the address the client has used.
                answer.location(URI.create(value));
              } else {
                answer.header(name, value);
              }
            });
    return answer.build();
  }

  /** 200, 304 if {@code If-None-Match} names the version, 404 where there is none. */
  Response found(Optional<Representation> resource, @Nullable String known) {
    return ready(resource.orElseThrow(this::notFound), known).response();
  }

  /** The answer for what was found. */
  ReadyAnswer ready(Representation found, @Nullable String known) {
    return new ReadyAnswer(
        EntityTags.of(found.version()),
        EntityTags.noneMatchNames(known, found.version()) ? null : found.body(this::body));
  }

  private byte[] body(Resource resource) {
    return JsonWriter.bytes(new ResourceViews(aggregate).one(resource));
  }

  /** 200 with a page of a list. */
  Response page(Page<Resource> page, @Nullable String next) {
    return Response.ok(new ResourceViews(aggregate).page(page, next))
        .header(HttpHeaders.CACHE_CONTROL, ReadyAnswer.CACHING)
        .build();
  }

  /** 200 for what was changed. */
  Response updated(WriteOutcome<Resource> outcome) {
    return switch (outcome) {
      case WriteOutcome.Updated<Resource>(Resource updated) -> shown(Response.ok(), updated);
      case WriteOutcome<Resource> other -> throw refused(other);
    };
  }

  /** 204 for what was deleted. */
  Response deleted(WriteOutcome<Resource> outcome) {
    return switch (outcome) {
      case WriteOutcome.Deleted<Resource> ignored -> Response.noContent().build();
      case WriteOutcome<Resource> other -> throw refused(other);
    };
  }

  private ProblemException refused(WriteOutcome<Resource> outcome) {
    return switch (outcome) {
      case WriteOutcome.NotFound<Resource> ignored -> notFound();
      case WriteOutcome.VersionConflict<Resource>(long current) ->
          new ProblemException(
                  ProblemType.VERSION_MISMATCH,
                  "Read the " + aggregate.noun() + " again, then repeat the change")
              .withHeader(HttpHeaders.ETAG, EntityTags.of(current));
      case WriteOutcome.Unknown<Resource> ignored ->
          unknown(
              "Read the "
                  + aggregate.noun()
                  + " and compare its version before repeating the change");
      case WriteOutcome.Updated<Resource> ignored ->
          throw new IllegalStateException("not a refusal");
      case WriteOutcome.Deleted<Resource> ignored ->
          throw new IllegalStateException("not a refusal");
    };
  }

  private static ProblemException unknown(String advice) {
    return new ProblemException(ProblemType.OUTCOME_UNKNOWN, advice);
  }

  private ProblemException notFound() {
    return new ProblemException(ProblemType.NOT_FOUND, "No such " + aggregate.noun());
  }

  private URI location(ResourceId of) {
    return URI.create(path + "/" + of);
  }

  private Response shown(Response.ResponseBuilder answer, Resource resource) {
    return answer
        .entity(new ResourceViews(aggregate).one(resource))
        .header(HttpHeaders.ETAG, EntityTags.of(resource.version()))
        .header(HttpHeaders.CACHE_CONTROL, ReadyAnswer.CACHING)
        .build();
  }
}
