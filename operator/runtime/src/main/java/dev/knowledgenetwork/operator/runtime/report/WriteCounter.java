package dev.knowledgenetwork.operator.runtime.report;

import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Counts every write at the one place that all of them pass: the client's HTTP layer. The leader's
 * Lease shows as resource {@code leases}, so that "zero writes at rest" can be read off.
 */
public final class WriteCounter implements Interceptor {

  private static final Map<String, String> VERBS =
      Map.of("POST", "create", "PUT", "update", "PATCH", "patch", "DELETE", "delete");

  private final OperatorMetrics metrics;

  /** Counts into those metrics. */
  public WriteCounter(OperatorMetrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
    String verb = VERBS.get(request.method().toUpperCase(Locale.ROOT));
    if (verb != null) {
      metrics.apiWrite(verb, resource(request.uri().getPath()));
    }
  }

  /** The plural, with a subresource if any: {@code shardsets/status}. */
  static String resource(String path) {
    List<String> parts = Arrays.stream(path.split("/")).filter(part -> !part.isEmpty()).toList();
    int start = parts.isEmpty() ? -1 : parts.getFirst().equals("api") ? 2 : 3;
    if (start < 0 || parts.size() <= start) {
      return "other";
    }
    List<String> rest = parts.subList(start, parts.size());
    if (rest.size() > 2 && rest.getFirst().equals("namespaces")) {
      rest = rest.subList(2, rest.size());
    }
    return rest.size() > 2 ? rest.getFirst() + "/" + rest.get(2) : rest.getFirst();
  }
}
