package dev.knowledgenetwork.web;

import dev.knowledgenetwork.kernel.CreateOutcome;
import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.WriteOutcome;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Answers about resources of one kind: their status, entity tag and caching.
 *
 * @param path where they are, without a slash at its end
 * @param noun what one is called, such as {@code document}
 * @param id of a resource
 * @param version of a resource
 * @param view its form in a body
 * @param <T> the resource
 */
public record ResourceAnswers<T>(
    String path,
    String noun,
    Function<T, ResourceId> id,
    ToLongFunction<T> version,
    Function<T, Record> view) {

  /** Answers belong to one caller and are checked again before each use. */
  private static final String CACHING = "private, no-cache";

  /**
   * The id in a path.
   *
   * @throws ProblemException 404 for what is no id
   */
  public ResourceId id(String text) {
    return ResourceId.parse(text).orElseThrow(this::notFound);
  }

  /** 201 for what was created. */
  public Response created(CreateOutcome<T> outcome) {
    return switch (outcome) {
      case CreateOutcome.Created<T>(T made) ->
          shown(Response.created(location(id.apply(made))), made);
      case CreateOutcome.Unknown<T>(ResourceId maybe) ->
          throw unknown("Read the " + noun + " at Location: it exists if it was stored")
              .withHeader(HttpHeaders.LOCATION, location(maybe).toString());
    };
  }

  /** 200, 304 if {@code If-None-Match} names the version, 404 where there is none. */
  public Response found(Optional<T> resource, @Nullable String known) {
    T found = resource.orElseThrow(this::notFound);
    if (EntityTags.noneMatchNames(known, version.applyAsLong(found))) {
      return Response.notModified()
          .header(HttpHeaders.ETAG, EntityTags.of(version.applyAsLong(found)))
          .header(HttpHeaders.CACHE_CONTROL, CACHING)
          .build();
    }
    return shown(Response.ok(), found);
  }

  /** 200 with a page of a list. */
  public Response page(Record page) {
    return Response.ok(page).header(HttpHeaders.CACHE_CONTROL, CACHING).build();
  }

  /** 200 for what was changed. */
  public Response updated(WriteOutcome<T> outcome) {
    return switch (outcome) {
      case WriteOutcome.Updated<T>(T updated) -> shown(Response.ok(), updated);
      case WriteOutcome<T> other -> throw refused(other);
    };
  }

  /** 204 for what was deleted. */
  public Response deleted(WriteOutcome<T> outcome) {
    return switch (outcome) {
      case WriteOutcome.Deleted<T> ignored -> Response.noContent().build();
      case WriteOutcome<T> other -> throw refused(other);
    };
  }

  private ProblemException refused(WriteOutcome<T> outcome) {
    return switch (outcome) {
      case WriteOutcome.NotFound<T> ignored -> notFound();
      case WriteOutcome.VersionConflict<T>(long current) ->
          new ProblemException(
                  ProblemType.VERSION_MISMATCH,
                  "Read the " + noun + " again, then repeat the change")
              .withHeader(HttpHeaders.ETAG, EntityTags.of(current));
      case WriteOutcome.Unknown<T> ignored ->
          unknown("Read the " + noun + " and compare its version before repeating the change");
      case WriteOutcome.Updated<T> ignored -> throw new IllegalStateException("not a refusal");
      case WriteOutcome.Deleted<T> ignored -> throw new IllegalStateException("not a refusal");
    };
  }

  private static ProblemException unknown(String advice) {
    return new ProblemException(ProblemType.OUTCOME_UNKNOWN, advice);
  }

  private ProblemException notFound() {
    return new ProblemException(ProblemType.NOT_FOUND, "No such " + noun);
  }

  private URI location(ResourceId of) {
    return URI.create(path + "/" + of);
  }

  private Response shown(Response.ResponseBuilder answer, T resource) {
    return answer
        .entity(view.apply(resource))
        .header(HttpHeaders.ETAG, EntityTags.of(version.applyAsLong(resource)))
        .header(HttpHeaders.CACHE_CONTROL, CACHING)
        .build();
  }
}
