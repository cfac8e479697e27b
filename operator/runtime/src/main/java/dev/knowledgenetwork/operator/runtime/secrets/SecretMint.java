package dev.knowledgenetwork.operator.runtime.secrets;

import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.plan.PlannedSecret;
import dev.knowledgenetwork.operator.core.plan.PlannedSecret.Entry;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Turns a planned Secret into a complete one, and finds out what of one that exists is not true to
 * its plan any more: the only place where randomness becomes content. Costs a few milliseconds for
 * each certificate that it makes, and less than one for each that it looks at. Nothing it makes is
 * ever logged.
 */
public final class SecretMint {

  private final SecureRandom random;
  private final Certificates certificates;

  /** A mint whose certificates begin to be valid an hour before the clock's time. */
  public SecretMint(SecureRandom random, InstantSource clock) {
    this.random = random;
    this.certificates = new Certificates(random, clock);
  }

  /** Where the content of the namespace's other Secrets comes from. */
  @FunctionalInterface
  public interface Source {

    /** The decoded value, where that Secret and key exist. */
    Optional<String> value(String secret, String key);
  }

  /** What became of minting. */
  public sealed interface Outcome {

    /** A complete Secret, ready to be created. */
    record Minted(Secret secret) implements Outcome {

      @Override
      public String toString() {
        return "Minted[" + secret.getMetadata().getName() + "]";
      }
    }

    /**
     * What of an existing Secret must be another value.
     *
     * @param data as in the Secret; empty where all of it is true to the plan
     */
    record Renewed(Map<String, String> data) implements Outcome {

      /** Copies the data. */
      public Renewed {
        data = Map.copyOf(data);
      }

      @Override
      public String toString() {
        return "Renewed" + data.keySet();
      }
    }

    /** Another Secret, which this one is made from, is not there yet or lacks a key. */
    record SourceMissing(String secret, String key) implements Outcome {}

    /**
     * What the Secret has is of no use, and must not be replaced, for others rest on it.
     *
     * @param why as in {@code Secret x: its keys do not fit}
     */
    record Spoilt(String why) implements Outcome {}
  }

  /** Makes the content. Neither touches the cluster nor remembers anything. */
  public Outcome mint(PlannedSecret planned, Source source) {
    return made(
        planned,
        Map.of(),
        source,
        values ->
            new Outcome.Minted(
                new SecretBuilder()
                    .withMetadata(labelled(planned, values))
                    .withType("Opaque")
                    .withData(encoded(values))
                    .build()));
  }

  /**
   * Compares one that exists. What its plan does not name is not looked at.
   *
   * @param data of the Secret, as it is
   */
  public Outcome renew(PlannedSecret planned, Map<String, String> data, Source source) {
    Map<String, String> live = decoded(data);
    return made(
        planned,
        live,
        source,
        values -> {
          Map<String, String> renewed = new LinkedHashMap<>(values);
          renewed.entrySet().removeIf(entry -> entry.getValue().equals(live.get(entry.getKey())));
          return new Outcome.Renewed(encoded(renewed));
        });
  }

  private Outcome made(
      PlannedSecret planned,
      Map<String, String> kept,
      Source source,
      Function<Map<String, String>, Outcome> outcome) {
    SecretContent content = new SecretContent(kept, source, random, certificates);
    try {
      for (Entry entry : planned.entries()) {
        content.add(entry);
      }
    } catch (SecretContent.Obstacle obstacle) {
      return obstacle.outcome();
    }
    return outcome.apply(content.values());
  }

  /** The identity that a Secret carries inside stands on its label as well. */
  private static ObjectMeta labelled(PlannedSecret planned, Map<String, String> values) {
    ObjectMetaBuilder metadata = new ObjectMetaBuilder(planned.metadata());
    planned.entries().stream()
        .filter(Entry.Identity.class::isInstance)
        .map(entry -> values.get(((Entry.Identity) entry).key()))
        .findFirst()
        .ifPresent(id -> metadata.addToLabels(Labels.CLUSTER_ID, id));
    return metadata.build();
  }

  private static Map<String, String> decoded(Map<String, String> data) {
    Map<String, String> decoded = new HashMap<>();
    data.forEach(
        (key, value) ->
            decoded.put(
                key, new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8)));
    return decoded;
  }

  private static Map<String, String> encoded(Map<String, String> values) {
    Map<String, String> data = new LinkedHashMap<>();
    values.forEach(
        (key, value) ->
            data.put(
                key, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))));
    return data;
  }
}
