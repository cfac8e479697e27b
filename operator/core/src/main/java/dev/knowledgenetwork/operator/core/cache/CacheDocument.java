package dev.knowledgenetwork.operator.core.cache;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.knowledgenetwork.crds.cachetier.CacheLevel;
import dev.knowledgenetwork.crds.cachetier.CacheTierSpec;
import dev.knowledgenetwork.crds.cachetier.DataClass;
import dev.knowledgenetwork.crds.common.Durations;
import dev.knowledgenetwork.operator.core.workload.Bytes;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The text of {@code cache.json}: what an application must know of its cache. The data class {@code
 * document}, which the bundled application uses, is always in it.
 */
record CacheDocument(
    String version,
    List<Endpoint> endpoints,
    boolean tls,
    LocalPolicy l1,
    long defaultTtlSeconds,
    Map<String, ClassPolicy> dataClasses) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final DataClass DOCUMENT =
      new DataClass(null, Set.of(CacheLevel.L1, CacheLevel.L2));

  /** Where the shared cache listens. */
  record Endpoint(String host, int port) {

    /** Reads {@code host:port}. */
    static Endpoint parse(String text) {
      int colon = text.lastIndexOf(':');
      return new Endpoint(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }
  }

  record LocalPolicy(int maxEntries, long maxBytes, long ttlSeconds) {}

  record ClassPolicy(long ttlSeconds, List<String> tiers) {}

  /** The policy of a spec with the endpoints that hold for it. */
  static CacheDocument of(CacheTierSpec spec, List<Endpoint> endpoints, boolean tls) {
    Map<String, ClassPolicy> classes = new TreeMap<>();
    classes.put("document", policy(DOCUMENT, spec));
    spec.dataClasses().forEach((name, dataClass) -> classes.put(name, policy(dataClass, spec)));
    return new CacheDocument(
        spec.version(),
        endpoints,
        tls,
        new LocalPolicy(
            spec.l1().maxEntries(), Bytes.of(spec.l1().maxSize()), seconds(spec.l1().ttl())),
        seconds(spec.defaultTtl()),
        classes);
  }

  /** JSON on one line, with keys in a fixed order. */
  String json() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a record of plain values is always JSON", impossible);
    }
  }

  private static ClassPolicy policy(DataClass dataClass, CacheTierSpec spec) {
    String ttl = dataClass.ttl() == null ? spec.defaultTtl() : dataClass.ttl();
    return new ClassPolicy(
        seconds(ttl), dataClass.tiers().stream().map(CacheLevel::name).sorted().toList());
  }

  /** Rounded up, so that 500ms does not become for ever; readers keep it in 32 bits. */
  private static long seconds(String duration) {
    return Math.min(Integer.MAX_VALUE, Math.ceilDiv(Durations.parse(duration).toMillis(), 1000L));
  }
}
