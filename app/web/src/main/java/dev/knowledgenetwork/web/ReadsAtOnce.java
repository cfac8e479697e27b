package dev.knowledgenetwork.web;

import dev.knowledgenetwork.kernel.Permission;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Answers reads of one resource that need no waiting: the token was found good a moment ago, and
 * the process has the resource in its cache. The thread that read the request may do this, without
 * JAX-RS, at half the cost. Whatever is not as plain as that gets no answer here, refusals neither:
 * it goes the way of all requests.
 */
public final class ReadsAtOnce {

  private final Map<String, ResourceEndpoint> endpoints;
  private final RecentTokens tokens;

  /**
   * Answers for these.
   *
   * @param endpoints whose resources are read
   * @param tokens that were found good
   */
  public ReadsAtOnce(Stream<ResourceEndpoint> endpoints, RecentTokens tokens) {
    this.endpoints =
        endpoints.collect(Collectors.toMap(ResourceEndpoint::path, Function.identity()));
    this.tokens = tokens;
  }

  /**
   * Where resources of one kind are, as it stands in a template: {@code /api/v1/documents/{id}}.
   */
  public record Read(String template, ReadyAnswer answer) {}

  /**
   * The answer to a GET.
   *
   * @param path as it was sent, without a query
   * @param authorization the header, the only one of its name
   * @param known the header If-None-Match, the only one of its name
   */
  public Optional<Read> answer(String path, String authorization, @Nullable String known) {
    int id = path.lastIndexOf('/');
    ResourceEndpoint endpoint = id < 0 ? null : endpoints.get(path.substring(0, id));
    if (endpoint == null) {
      return Optional.empty();
    }
    return BearerFilter.token(authorization)
        .flatMap(tokens::known)
        .filter(caller -> caller.may(Permission.READER))
        .flatMap(caller -> endpoint.getAtOnce(caller.tenant(), path.substring(id + 1), known))
        .map(answer -> new Read(endpoint.path() + "/{id}", answer));
  }
}
