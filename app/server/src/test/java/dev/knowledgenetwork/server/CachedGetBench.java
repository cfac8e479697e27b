package dev.knowledgenetwork.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.knowledgenetwork.cache.CacheCredentials;
import dev.knowledgenetwork.cache.CachePolicy;
import dev.knowledgenetwork.cache.CachedResources;
import dev.knowledgenetwork.cache.ResourceCodec;
import dev.knowledgenetwork.cache.TieredCache;
import dev.knowledgenetwork.documents.DocumentStatus;
import dev.knowledgenetwork.documents.Documents;
import dev.knowledgenetwork.documents.DocumentsResource;
import dev.knowledgenetwork.kernel.Caller;
import dev.knowledgenetwork.kernel.Resource;
import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.Resources;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.kernel.Values;
import dev.knowledgenetwork.web.ResourceEndpoint;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * What a document of 1 kB that the process has in its cache costs from the endpoint's call to the
 * bytes of its answer, and to a 304.
 */
class CachedGetBench {

  private static final int ROUNDS = 40;
  private static final int READS = 20_000;
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final ResourceId ID = new ResourceId(new UUID(7, 1));

  @Test
  void aHitCostsLittle() throws IOException {
    try (TieredCache cache =
        new TieredCache(
            CachePolicy.localOnly(),
            new CacheCredentials(Path.of("none")),
            "bench",
            new SimpleMeterRegistry())) {
      ResourceEndpoint documents =
          new DocumentsResource(
              kind -> new CachedResources(source(), cache.values(ResourceCodec.dataClass(kind))));
      SecurityContext ann = security();

      figure("body", documents, null, ann);
      figure("304", documents, "\"3\"", ann);
    }
  }

  private static void figure(
      String what, ResourceEndpoint documents, String known, SecurityContext caller)
      throws IOException {
    double[] micros = new double[ROUNDS];
    long bytes = 0;
    for (int round = -ROUNDS; round < ROUNDS; round++) {
      long began = System.nanoTime();
      for (int read = 0; read < READS; read++) {
        bytes = written(documents.get(ID.toString(), known, caller));
      }
      if (round >= 0) {
        micros[round] = (System.nanoTime() - began) / 1_000.0 / READS;
      }
    }
    Arrays.sort(micros);
    System.out.printf(
        "figure: cached get to %s, %d bytes: median of %d rounds %.2f us, least %.2f us%n",
        what, bytes, ROUNDS, micros[ROUNDS / 2], micros[0]);
    assertThat(bytes)
        .isEqualTo(known == null ? written(documents.get(ID.toString(), null, caller)) : 0);
  }

  /** As the server's writers do it. */
  private static long written(Response response) throws IOException {
    return switch (response.getEntity()) {
      case null -> 0;
      case byte[] body -> body.length;
      case Object view -> JSON.writeValueAsBytes(view).length;
    };
  }

  private static Resources source() {
    Resource document =
        new Resource(
            ID,
            new TenantId("acme"),
            Values.NONE
                .with(Documents.TITLE, "title")
                .with(Documents.CONTENT, "x".repeat(1_000))
                .with(Documents.STATUS, DocumentStatus.DRAFT)
                .with(Documents.TAGS, List.of("a", "b")),
            "ann",
            3,
            Instant.EPOCH,
            Instant.EPOCH);
    return (Resources)
        Proxy.newProxyInstance(
            Resources.class.getClassLoader(),
            new Class<?>[] {Resources.class},
            (proxy, method, arguments) ->
                method.isDefault()
                    ? InvocationHandler.invokeDefault(proxy, method, arguments)
                    : Optional.of(document));
  }

  private static SecurityContext security() {
    Caller caller =
        new Caller(new TenantId("acme"), "ann", Set.of(), Instant.now().plus(Duration.ofHours(1)));
    return (SecurityContext)
        Proxy.newProxyInstance(
            SecurityContext.class.getClassLoader(),
            new Class<?>[] {SecurityContext.class},
            (proxy, method, arguments) -> caller);
  }
}
