package dev.knowledgenetwork.operator.runtime.apply;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.knowledgenetwork.operator.core.kind.Outcome;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.plan.PlannedSecret;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.plan.Reference;
import dev.knowledgenetwork.operator.core.plan.StandardReason;
import dev.knowledgenetwork.operator.runtime.kube.LiveView;
import dev.knowledgenetwork.operator.runtime.kube.MergePatch;
import dev.knowledgenetwork.operator.runtime.kube.OwnWrites;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import dev.knowledgenetwork.operator.runtime.secrets.SecretMint;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates planned Secrets that do not exist, and keeps those that do true to what they follow from:
 * only keys that do not fit are written, bound to the version that was looked at. One that an
 * earlier owner of the same name controls counts as not there yet: it is minted when the garbage
 * collector has taken that one away.
 */
public final class SecretMinting {

  private static final Logger LOG = LoggerFactory.getLogger(SecretMinting.class);

  private final KubernetesClient client;
  private final LiveView view;
  private final OwnWrites writes;
  private final SecretMint mint;
  private final InstantSource clock;

  /** A certificate ends by itself; that it will is known a month before. */
  private static final Duration GOOD_FOR = Duration.ofHours(1);

  /** What was found true, so that it is not looked at again. Memory only. */
  private final Map<Owner, Map<Reference, Proven>> proven = new ConcurrentHashMap<>();

  /**
   * That a Secret is true to its plan.
   *
   * @param versions of the Secret and of all that it follows from, by name
   */
  private record Proof(List<PlannedSecret.Entry> entries, Map<String, String> versions) {}

  private record Proven(Proof proof, Instant at) {}

  /** Mints with that mint. */
  public SecretMinting(
      KubernetesClient client,
      LiveView view,
      OwnWrites writes,
      SecretMint mint,
      InstantSource clock) {
    this.client = client;
    this.view = view;
    this.writes = writes;
    this.mint = mint;
    this.clock = clock;
  }

  /**
   * Mints in the order of the plan, up to the first problem: what comes later is made from what
   * comes first, and a certificate of an authority that is being collected would be trusted by
   * nobody once that is made anew.
   */
  void mint(
      Ownership ownership,
      OwnerLiveness liveness,
      List<PlannedSecret> secrets,
      Outcome.Builder outcome) {
    for (PlannedSecret planned : secrets) {
      Reference reference =
          new Reference("Secret", planned.metadata().getNamespace(), planned.metadata().getName());
      Optional<HasMetadata> live = view.find(reference);
      Optional<Problem> problem = minted(planned, live, reference, ownership, liveness, outcome);
      if (problem.isPresent()) {
        live.ifPresentOrElse(
            outdated -> outcome.put(reference, new Outcome.Result.Outdated(problem.get())),
            () -> outcome.add(problem.get()));
        return;
      }
    }
  }

  private Optional<Problem> minted(
      PlannedSecret planned,
      Optional<HasMetadata> live,
      Reference reference,
      Ownership ownership,
      OwnerLiveness liveness,
      Outcome.Builder outcome) {
    try {
      return live.isPresent()
          ? renew(planned, (Secret) live.get(), ownership, outcome)
          : create(planned, reference, ownership, liveness);
    } catch (KubernetesClientException e) {
      return Optional.of(ApiProblem.of(e, reference));
    }
  }

  /** The owner is gone. */
  void forget(Owner owner) {
    proven.remove(owner);
  }

  private Optional<Problem> create(
      PlannedSecret planned, Reference reference, Ownership ownership, OwnerLiveness liveness) {
    if (!liveness.alive()) {
      return Optional.of(OwnerLiveness.OWNER_GONE);
    }
    SecretMint.Outcome made = mint.mint(planned, source(reference));
    return made instanceof SecretMint.Outcome.Minted(Secret secret)
        ? post(secret, reference, ownership)
        : obstacle(made, reference);
  }

  private Optional<Problem> renew(
      PlannedSecret planned, Secret live, Ownership ownership, Outcome.Builder outcome) {
    Optional<Problem> another = ownership.controlledByAnother(live);
    Proof proof = new Proof(planned.entries(), versions(planned, live));
    Map<Reference, Proven> known =
        proven.computeIfAbsent(ownership.owner(), key -> new ConcurrentHashMap<>());
    Reference reference = Reference.of(live);
    Proven before = known.get(reference);
    if (another.isPresent() || isOfNow(before, proof)) {
      return another;
    }
    Map<String, String> data = Objects.requireNonNullElse(live.getData(), Map.of());
    SecretMint.Outcome compared = mint.renew(planned, data, source(reference));
    if (!(compared instanceof SecretMint.Outcome.Renewed(Map<String, String> renewed))) {
      return obstacle(compared, reference);
    }
    if (renewed.isEmpty()) {
      // What is held may be of before its sources changed: it is not true to them yet.
      if (!planned.isHeld()) {
        known.put(reference, new Proven(proof, clock.instant()));
      }
      return Optional.empty();
    }
    return patch(live, renewed, cause(planned, before, proof), ownership, outcome);
  }

  private boolean isOfNow(@Nullable Proven before, Proof now) {
    return before != null
        && before.proof().equals(now)
        && clock.instant().isBefore(before.at().plus(GOOD_FOR));
  }

  /** Right after a start nothing was found true yet, and any of the sources may have changed. */
  private static String cause(PlannedSecret planned, @Nullable Proven proven, Proof now) {
    Proof before = proven == null ? null : proven.proof();
    if (now.equals(before)) {
      return "is in force for less than a month";
    }
    if (before != null && !before.entries().equals(now.entries())) {
      return "is to be another one";
    }
    List<String> sources =
        planned.sources().stream()
            .filter(source -> before == null || changed(source, before, now))
            .toList();
    return sources.isEmpty()
        ? "was changed by hand"
        : "did not fit Secret %s any more".formatted(String.join(", ", sources));
  }

  private static boolean changed(String source, Proof before, Proof now) {
    return !Objects.equals(before.versions().get(source), now.versions().get(source));
  }

  private Optional<Problem> patch(
      Secret live,
      Map<String, String> renewed,
      String cause,
      Ownership ownership,
      Outcome.Builder outcome) {
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    patch.putObject("metadata").put("resourceVersion", live.getMetadata().getResourceVersion());
    ObjectNode data = patch.putObject("data");
    renewed.forEach(data::put);
    Reference reference = Reference.of(live);
    try {
      writes.remember(client.resource(live).patch(MergePatch.CONTEXT, patch.toString()));
    } catch (KubernetesClientException e) {
      if (e.getCode() != 409) {
        throw e;
      }
      return Optional.of(
          new Problem.Transient(
              ApplyReason.CONFLICT, reference + " changed a moment ago; it is tried again."));
    }
    List<String> keys = List.copyOf(new TreeSet<>(renewed.keySet()));
    LOG.info(
        "{} of {}: {} {}, and is made anew",
        ObjectApplier.named(reference),
        ownership.owner(),
        keys,
        cause);
    outcome.put(reference, new Outcome.Result.Renewed(keys, cause));
    return Optional.empty();
  }

  private Map<String, String> versions(PlannedSecret planned, Secret live) {
    Map<String, String> versions = new TreeMap<>();
    versions.put(live.getMetadata().getName(), version(live));
    for (String source : planned.sources()) {
      versions.put(
          source,
          view.find(new Reference("Secret", live.getMetadata().getNamespace(), source))
              .map(SecretMinting::version)
              .orElse(""));
    }
    return versions;
  }

  private static String version(HasMetadata object) {
    return object.getMetadata().getUid() + " " + object.getMetadata().getResourceVersion();
  }

  private SecretMint.Source source(Reference reference) {
    return (secret, key) -> view.secret(reference.namespace(), secret, key);
  }

  private static Optional<Problem> obstacle(SecretMint.Outcome outcome, Reference reference) {
    return switch (outcome) {
      case SecretMint.Outcome.SourceMissing(String secret, String key) ->
          Optional.of(
              new Problem.WaitingFor(
                  StandardReason.SECRET_MISSING,
                  reference
                      + " is made from key "
                      + key
                      + " of Secret "
                      + secret
                      + ", which is not there. If it was deleted, restore it from a backup."));
      case SecretMint.Outcome.Spoilt(String why) ->
          Optional.of(
              new Problem.Stuck(
                  ApplyReason.SECRET_SPOILT,
                  "%s is of no use: %s. Restore it from a backup; what it has signed stays in use."
                      .formatted(reference, why)));
      case SecretMint.Outcome.Minted minted -> Optional.empty();
      case SecretMint.Outcome.Renewed renewed -> Optional.empty();
    };
  }

  private Optional<Problem> post(Secret secret, Reference reference, Ownership ownership) {
    try {
      writes.remember(client.resource(secret).create());
      return Optional.empty();
    } catch (KubernetesClientException e) {
      if (e.getCode() != 409) {
        throw e;
      }
      return adopt(secret, reference, ownership);
    }
  }

  /** Another operator made it a moment ago, or it is not ours at all. */
  private Optional<Problem> adopt(Secret secret, Reference reference, Ownership ownership) {
    Secret live = client.resource(secret).get();
    if (live == null) {
      return Optional.of(
          new Problem.Transient(
              ApplyReason.CONFLICT, reference + " has just gone; it is tried again."));
    }
    Map<String, String> labels =
        Objects.requireNonNullElse(live.getMetadata().getLabels(), Map.of());
    boolean seen = Labels.OPERATOR.equals(labels.get(Labels.MANAGED_BY));
    Optional<Problem> objection =
        ownership
            .objection(live)
            .or(() -> seen ? Optional.empty() : Optional.of(ownership.taken(reference)));
    if (objection.isEmpty()) {
      writes.remember(live);
    }
    return objection;
  }
}
