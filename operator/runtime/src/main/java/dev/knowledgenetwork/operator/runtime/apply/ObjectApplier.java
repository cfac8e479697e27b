package dev.knowledgenetwork.operator.runtime.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.knowledgenetwork.operator.core.kind.Outcome.Result;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.naming.Hash;
import dev.knowledgenetwork.operator.core.plan.Reference;
import dev.knowledgenetwork.operator.runtime.apply.Drift.Difference;
import dev.knowledgenetwork.operator.runtime.kube.OwnWrites;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one object to its desired form, and exactly to that. Server-side apply sets what is
 * desired; what another manager put into closed paths goes by a merge patch bound to the version
 * that was compared. What still differs in the answer to such a patch was put there by admission in
 * the same moment: it is tolerated, or the two would never stop.
 */
final class ObjectApplier {

  private static final Logger LOG = LoggerFactory.getLogger(ObjectApplier.class);
  private static final Pattern VOLUME_SIZE =
      Pattern.compile("/spec/volumeClaimTemplates/\\d+/spec/resources/requests/storage");

  private final KubernetesClient client;
  private final ObjectWriter writer;
  private final Remembered remembered = new Remembered();
  private final ObjectMapper json = new ObjectMapper();

  ObjectApplier(KubernetesClient client, OwnWrites writes) {
    this.client = client;
    this.writer = new ObjectWriter(client, writes);
  }

  /** Makes what is not there. One write. What is remembered was there, and nobody here ended it. */
  Result create(Owner owner, HasMetadata desired) {
    boolean again = remembered.of(owner, Reference.of(desired)) != null;
    String hash = Hash.of(desired);
    HasMetadata wanted = hashed(desired, hash);
    HasMetadata answer = writer.apply(wanted);
    settle(owner, hash, answer, drift(json.valueToTree(wanted), answer));
    return new Result.Created(again);
  }

  /** Whether the object is as desired already. No request. */
  boolean settled(Owner owner, HasMetadata desired, HasMetadata live) {
    return compare(owner, desired, live).settled();
  }

  /**
   * Changes what is there; no write where it is as desired.
   *
   * @throws KubernetesClientException when the API server refuses
   */
  Result bring(Owner owner, HasMetadata desired, HasMetadata live) {
    Comparison found = compare(owner, desired, live);
    if (found.settled()) {
      return new Result.Unchanged();
    }
    Optional<List<Difference>> left = write(owner, found, live);
    if (left.isEmpty()) {
      return new Result.Postponed();
    }
    return found.planned()
        ? corrected(owner, Reference.of(live), found.differences(), new HashSet<>(left.get()))
        : new Result.Applied();
  }

  private static Result corrected(
      Owner owner, Reference reference, List<Difference> before, Set<Difference> left) {
    List<String> insisted = paths(before.stream().filter(left::contains).toList());
    List<String> paths = paths(before.stream().filter(found -> !left.contains(found)).toList());
    if (!insisted.isEmpty()) {
      LOG.info("{} of {}: admission insists on {}", named(reference), owner, insisted);
    }
    if (paths.isEmpty()) {
      return new Result.Unchanged();
    }
    LOG.info("{} of {} drifted and is put right: {}", named(reference), owner, paths);
    return new Result.Corrected(paths);
  }

  void forget(Owner owner) {
    remembered.forget(owner);
  }

  void forget(Owner owner, Reference reference) {
    remembered.forget(owner, reference);
  }

  static String named(Reference reference) {
    return reference.kind() + " " + reference.namespace() + "/" + reference.name();
  }

  /**
   * How an object stands to its desired form.
   *
   * @param wanted the desired form with its hash
   * @param planned whether this very form was applied before
   * @param tolerated what admission insists on, as far as known
   * @param differences all others
   */
  private record Comparison(
      HasMetadata wanted,
      String hash,
      boolean planned,
      Set<Difference> tolerated,
      List<Difference> differences) {

    boolean settled() {
      return planned && differences.isEmpty();
    }

    boolean foreign() {
      return differences.stream().anyMatch(Difference::foreign);
    }
  }

  private Comparison compare(Owner owner, HasMetadata desired, HasMetadata live) {
    String hash = Hash.of(desired);
    String uid = live.getMetadata().getUid();
    String version = live.getMetadata().getResourceVersion();
    Remembered.Facts facts = remembered.of(owner, Reference.of(live));
    boolean known = facts != null && facts.uid().equals(uid);
    boolean planned = hash.equals(annotations(live).get(Annotations.DESIRED_HASH));
    Set<Difference> tolerated = known ? facts.tolerated() : Set.of();
    if (planned && known && facts.hash().equals(hash) && facts.version().equals(version)) {
      return new Comparison(desired, hash, true, tolerated, List.of());
    }
    HasMetadata wanted = hashed(desired, hash);
    List<Difference> differences =
        drift(json.valueToTree(wanted), live).stream()
            .filter(difference -> !tolerated.contains(difference))
            .toList();
    if (planned && differences.isEmpty()) {
      settle(owner, hash, live, tolerated);
    }
    return new Comparison(wanted, hash, planned, tolerated, differences);
  }

  /** Writes, and says what differs nevertheless; empty when the object changed meanwhile. */
  private Optional<List<Difference>> write(Owner owner, Comparison found, HasMetadata live) {
    if (isFixed(found)) {
      writer.orphanPods(live);
      remembered.forget(owner, Reference.of(live));
      return Optional.empty();
    }
    JsonNode wanted = json.valueToTree(found.wanted());
    if (found.planned() && found.foreign()) {
      return correct(owner, found, wanted, live);
    }
    HasMetadata answer;
    try {
      answer = refers(found) ? writer.replace(found.wanted(), live) : writer.apply(found.wanted());
    } catch (KubernetesClientException e) {
      if (e.getCode() == 422 && found.foreign()) {
        // What is foreign may contradict what is new. All at once, so that nothing is half done.
        return correct(owner, found, wanted, live);
      }
      throw e;
    }
    List<Difference> left = drift(wanted, answer);
    if (left.stream().anyMatch(d -> d.foreign() && !found.tolerated().contains(d))) {
      return correct(owner, found, wanted, answer);
    }
    settle(owner, found.hash(), answer, left);
    return Optional.of(left);
  }

  private Optional<List<Difference>> correct(
      Owner owner, Comparison found, JsonNode wanted, HasMetadata live) {
    return writer
        .correct(wanted, live, json.valueToTree(live), ClosedPaths.of(live.getKind()))
        .map(
            answer -> {
              List<Difference> left = drift(wanted, answer);
              settle(owner, found.hash(), answer, left);
              return left;
            });
  }

  /**
   * The size of new volumes, which nobody can change in a StatefulSet. Its pods are left behind,
   * and go on under the one that is made once it is gone.
   */
  private static boolean isFixed(Comparison found) {
    return found.wanted().getKind().equals("StatefulSet")
        && found.differences().stream().anyMatch(d -> VOLUME_SIZE.matcher(d.path()).matches());
  }

  /** What a RoleBinding refers to cannot be changed; it has no state that would be lost. */
  private static boolean refers(Comparison found) {
    return found.wanted().getKind().equals("RoleBinding")
        && found.differences().stream().anyMatch(d -> d.path().startsWith("/roleRef"));
  }

  private void settle(Owner owner, String hash, HasMetadata live, Collection<Difference> left) {
    remembered.put(
        owner,
        Reference.of(live),
        new Remembered.Facts(
            live.getMetadata().getUid(), hash, live.getMetadata().getResourceVersion(), left));
  }

  private List<Difference> drift(JsonNode wanted, HasMetadata live) {
    return Drift.between(wanted, json.valueToTree(live), ClosedPaths.of(live.getKind()));
  }

  private static List<String> paths(List<Difference> differences) {
    return differences.stream().map(Difference::path).distinct().toList();
  }

  private HasMetadata hashed(HasMetadata desired, String hash) {
    HasMetadata copy = client.getKubernetesSerialization().clone(desired);
    Map<String, String> annotations = new HashMap<>(annotations(copy));
    annotations.put(Annotations.DESIRED_HASH, hash);
    copy.getMetadata().setAnnotations(annotations);
    return copy;
  }

  private static Map<String, String> annotations(HasMetadata object) {
    Map<String, String> annotations = object.getMetadata().getAnnotations();
    return annotations == null ? Map.of() : annotations;
  }
}
