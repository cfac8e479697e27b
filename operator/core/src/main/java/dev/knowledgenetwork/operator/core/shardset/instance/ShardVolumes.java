package dev.knowledgenetwork.operator.core.shardset.instance;

import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import dev.knowledgenetwork.operator.core.workload.Amounts;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The volumes of one shard. A size may be larger than the spec asks for: somebody enlarged a claim
 * by hand, or a class rounds up.
 *
 * @param asked size that the spec asks for
 * @param template size that Kubernetes gives to new ones; empty while there is no StatefulSet
 * @param claims of the instances that there are or are to be, in the order of their ordinals: some
 *     may have been kept from an earlier ShardSet
 */
public record ShardVolumes(
    Quantity asked, Optional<Quantity> template, List<PersistentVolumeClaim> claims) {

  private static final String STORAGE = "storage";
  private static final String BOUND = "Bound";

  /** Copies the list. */
  public ShardVolumes {
    claims = List.copyOf(claims);
  }

  /** Those of a shard. */
  public static ShardVolumes of(Blueprint blueprint, String shard, Children children) {
    String name = blueprint.shardName(shard);
    int instances = ShardStatefulSet.instances(children, name).orElse(blueprint.spec().instances());
    return new ShardVolumes(
        blueprint.spec().storage().size(),
        children
            .find(StatefulSet.class, name)
            .flatMap(live -> live.getSpec().getVolumeClaimTemplates().stream().findFirst())
            .map(PersistentVolumeClaim::getSpec)
            .map(ShardVolumes::request),
        IntStream.range(0, instances)
            .mapToObj(ordinal -> ShardStatefulSet.claim(name + "-" + ordinal))
            .flatMap(claim -> children.find(PersistentVolumeClaim.class, claim).stream())
            .toList());
  }

  /** Of new ones: all hold the same data, so each has to be as large as the largest. */
  public Quantity ofNew() {
    return Stream.concat(
            Stream.concat(template.stream(), Stream.of(asked)),
            claims.stream().map(ShardVolumes::request))
        .reduce(Amounts::larger)
        .orElse(asked);
  }

  /** Whether new ones would be smaller than they are to be. */
  public boolean isTemplateBehind() {
    return template.filter(size -> Amounts.compare(size, ofNew()) < 0).isPresent();
  }

  /**
   * The claims that ask for less than the spec. One that is not bound yet cannot be changed, and
   * counts once it is.
   */
  public List<PersistentVolumeClaim> tooSmall() {
    return claims.stream()
        .filter(claim -> claim.getStatus() != null && BOUND.equals(claim.getStatus().getPhase()))
        .filter(claim -> Amounts.compare(request(claim), asked) < 0)
        .toList();
  }

  /** The claims whose volume, or the file system in it, is not as large yet as they ask for. */
  public List<PersistentVolumeClaim> growing() {
    return claims.stream()
        .filter(claim -> Amounts.compare(capacity(claim), request(claim)) < 0)
        .toList();
  }

  /** What every instance has room for: settings may count on no more. */
  public Quantity inForce() {
    return claims.stream()
        .map(claim -> Amounts.smaller(request(claim), capacity(claim)))
        .reduce(Amounts::smaller)
        .orElse(asked);
  }

  /** What a claim asks for. */
  public static Quantity request(PersistentVolumeClaim claim) {
    return request(claim.getSpec());
  }

  private static Quantity request(PersistentVolumeClaimSpec spec) {
    return spec.getResources().getRequests().get(STORAGE);
  }

  /** What it has, file system included; before it is bound, what it asks for. */
  public static Quantity capacity(PersistentVolumeClaim claim) {
    return Optional.ofNullable(claim.getStatus())
        .map(status -> status.getCapacity())
        .map(capacity -> capacity.get(STORAGE))
        .orElseGet(() -> request(claim));
  }
}
