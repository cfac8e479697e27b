package dev.knowledgenetwork.cache;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the CacheTier hands to its clients ({@code cache.json}).
 *
 * @param version name space of all keys: a new version is a new, empty cache
 * @param endpoints where L2 answers; empty means that there is no L2
 * @param tls whether L2 speaks TLS (1.3, verified against the mounted authority)
 * @param l1 limits of the tier in the process
 * @param defaultTtlSeconds life of values whose class says nothing, 1 or more
 * @param dataClasses policy for each data class, by name
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record CachePolicy(
    String version,
    List<Endpoint> endpoints,
    boolean tls,
    L1 l1,
    int defaultTtlSeconds,
    Map<String, DataClass> dataClasses) {

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.READ_UNKNOWN_ENUM_VALUES_AS_NULL).build();
  private static final int DEFAULT_TTL_SECONDS = 300;
  private static final Duration LONGEST_LOAD = Duration.ofSeconds(4);

  /** A host name and a port. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Endpoint(String host, int port) {}

  /**
   * Limits of L1; both hold at the same time.
   *
   * @param maxEntries most entries
   * @param maxBytes most bytes of encoded values
   * @param ttlSeconds life after the write, whatever the class says
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record L1(int maxEntries, long maxBytes, int ttlSeconds) {
    static final L1 DEFAULT = new L1(10_000, 64L << 20, DEFAULT_TTL_SECONDS);
  }

  /** A tier a class may use. */
  public enum Tier {
    L1,
    L2
  }

  /** Life and tiers of one class of values. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record DataClass(int ttlSeconds, List<Tier> tiers) {
    /** Copies the list, without tiers that are not this library's, such as L3. */
    public DataClass {
      tiers =
          tiers == null ? List.of(Tier.values()) : tiers.stream().filter(Objects::nonNull).toList();
    }
  }

  /** Fills in defaults and refuses numbers that mean nothing. */
  public CachePolicy {
    version = version == null ? "1" : version;
    endpoints = endpoints == null ? List.of() : List.copyOf(endpoints);
    l1 = l1 == null ? L1.DEFAULT : l1;
    defaultTtlSeconds = defaultTtlSeconds == 0 ? DEFAULT_TTL_SECONDS : defaultTtlSeconds;
    dataClasses = dataClasses == null ? Map.of() : Map.copyOf(dataClasses);
    if (l1.maxEntries() < 1 || l1.maxBytes() < 1 || l1.ttlSeconds() < 1 || defaultTtlSeconds < 1) {
      throw new IllegalArgumentException("cache policy: limits and times must be positive");
    }
  }

  /** A policy without L2: what a process uses that no CacheTier was given to. */
  public static CachePolicy localOnly() {
    return new CachePolicy("1", List.of(), false, L1.DEFAULT, DEFAULT_TTL_SECONDS, Map.of());
  }

  /**
   * Reads {@code cache.json}.
   *
   * @throws IllegalArgumentException if the text is no such document
   */
  public static CachePolicy parse(String json) {
    try {
      return JSON.readValue(json, CachePolicy.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cache policy: " + e.getOriginalMessage(), e);
    }
  }

  /** How long a value of this class may live, in any tier. */
  Duration ttl(String dataClass) {
    DataClass found = dataClasses.get(dataClass);
    int seconds = found == null || found.ttlSeconds() < 1 ? defaultTtlSeconds : found.ttlSeconds();
    return Duration.ofSeconds(seconds);
  }

  /** How long any value may live. */
  Duration longestLife() {
    return dataClasses.keySet().stream()
        .map(this::ttl)
        .reduce(Duration.ofSeconds(defaultTtlSeconds), (a, b) -> a.compareTo(b) > 0 ? a : b);
  }

  /**
   * A result that took longer to load is given to its caller but not stored. Shorter than {@link
   * KeyChange#QUARANTINE}, so a load that began before an uncertain change never outlives it; and
   * no longer than values live, as what is known of newer versions is forgotten with them.
   */
  Duration longestLoad(String dataClass) {
    Duration life = Duration.ofSeconds(Math.min(ttl(dataClass).toSeconds(), l1.ttlSeconds()));
    return life.compareTo(LONGEST_LOAD) < 0 ? life : LONGEST_LOAD;
  }

  boolean uses(String dataClass, Tier tier) {
    @Nullable DataClass found = dataClasses.get(dataClass);
    return found == null || found.tiers().contains(tier);
  }
}
