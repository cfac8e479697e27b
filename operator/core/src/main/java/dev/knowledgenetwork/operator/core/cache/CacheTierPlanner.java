package dev.knowledgenetwork.operator.core.cache;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.cachetier.ExternalCache;
import dev.knowledgenetwork.operator.core.cache.engine.CacheReason;
import dev.knowledgenetwork.operator.core.cache.engine.CacheView;
import dev.knowledgenetwork.operator.core.cache.engine.ExternalLogin;
import dev.knowledgenetwork.operator.core.cache.engine.Valkey;
import dev.knowledgenetwork.operator.core.cache.operation.Cache;
import dev.knowledgenetwork.operator.core.cache.operation.Roll;
import dev.knowledgenetwork.operator.core.cache.rules.CacheTierValidator;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.Draft;
import dev.knowledgenetwork.operator.core.kind.Observed;
import dev.knowledgenetwork.operator.core.naming.Hash;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.naming.Metadata;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.operation.Holds;
import dev.knowledgenetwork.operator.core.operation.Parts;
import dev.knowledgenetwork.operator.core.plan.Images;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.trial.Trial;
import dev.knowledgenetwork.operator.core.workload.Approval;
import dev.knowledgenetwork.operator.core.workload.Offer;
import dev.knowledgenetwork.operator.core.workload.Recipe;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Plans a CacheTier: a Valkey, or only the policy where the cache is somebody else's. */
final class CacheTierPlanner {

  private static final String POLICY = "cache.json";
  private static final Duration UNSETTLED = Duration.ofSeconds(5);

  private CacheTierPlanner() {}

  /** Of the planned text of {@code cache.json}; empty where none is planned. */
  static Optional<String> policyHash(Plan plan) {
    return plan.resources().stream()
        .filter(ConfigMap.class::isInstance)
        .map(map -> ((ConfigMap) map).getData().get(POLICY))
        .filter(Objects::nonNull)
        .map(Hash::ofText)
        .findFirst();
  }

  /**
   * The cache, where the operator runs it, and what the tier is to be made of. An invalid spec
   * gives a plan without any object: what runs goes on.
   */
  static Draft<Cache> draft(CacheTier tier, Observed observed, Images images) {
    List<Problem> violations = CacheTierValidator.violations(tier);
    if (!violations.isEmpty()) {
      return Draft.unknown(Plan.blocked(violations));
    }
    ExternalCache external = tier.getSpec().l2().external();
    if (external != null) {
      return Draft.plain(ofExternal(tier, external, observed));
    }
    Valkey valkey = new Valkey(tier);
    if (isFirst(valkey, observed.children())) {
      return Draft.plain(minting(tier, valkey));
    }
    Approval approval = Approval.of(tier, tier.getSpec().maintenance(), observed.now());
    Cache cache = Cache.of(valkey, observed, images, approval);
    return new Draft<>(
        Parts.of(Map.of(cache.valkey().target(), cache)),
        round -> round.into(ofValkey(cache, images, approval, round.holds())));
  }

  /** What the pod reads of its Secrets is part of what it is made of, so they come first. */
  private static boolean isFirst(Valkey valkey, Children children) {
    return children.find(StatefulSet.class, valkey.name()).isEmpty()
        && valkey.secretsHash(children).isEmpty();
  }

  private static Plan minting(CacheTier tier, Valkey valkey) {
    return new Plan(
        CacheSecrets.of(tier, valkey),
        List.of(),
        List.of(),
        List.of(
            new Problem.WaitingFor(CacheReason.CREATING, "The login of the cache is being made.")),
        Optional.of(UNSETTLED));
  }

  private static Plan ofValkey(Cache cache, Images images, Approval approval, Holds holds) {
    Valkey valkey = cache.valkey();
    CacheTier tier = valkey.tier();
    Recipe recipe =
        holds.of(Trial.RECIPE, valkey.target()).orElseGet(() -> cache.update().recipe());
    List<Offer> offers = List.of(cache.update().offer());
    List<CacheDocument.Endpoint> endpoints =
        List.of(new CacheDocument.Endpoint(valkey.host(), Valkey.PORT));
    return new Plan(
        CacheSecrets.of(tier, valkey),
        List.of(
            valkey.serviceAccount(),
            valkey.networkPolicy(images.cluster()),
            valkey.configuration(recipe),
            valkey.service(),
            valkey.statefulSet(recipe, holds.of(Roll.REPLACEABLE, valkey.target()).orElse(false)),
            policy(tier, endpoints, true)),
        List.of(),
        approval.notice(offers).stream().<Problem>map(Problem.UpdateAvailable::new).toList(),
        approval.nextCheck(offers));
  }

  /** Without a login that may be used, clients must not hear of the address either. */
  private static Plan ofExternal(CacheTier tier, ExternalCache external, Observed observed) {
    List<CacheDocument.Endpoint> endpoints =
        external.endpoints().stream().map(CacheDocument.Endpoint::parse).toList();
    List<Problem> problems =
        ExternalLogin.objection(tier, external, CacheView.of(tier, observed.facts()).secret())
            .stream()
            .<Problem>map(message -> new Problem.WaitingFor(CacheReason.SECRET_INCOMPLETE, message))
            .toList();
    if (!problems.isEmpty()) {
      return Plan.blocked(problems);
    }
    return new Plan(
        List.of(),
        List.of(policy(tier, endpoints, external.tls())),
        List.of(),
        List.of(),
        Optional.empty());
  }

  private static ConfigMap policy(
      CacheTier tier, List<CacheDocument.Endpoint> endpoints, boolean tls) {
    String owner = tier.getMetadata().getName();
    return new ConfigMapBuilder()
        .withMetadata(
            Metadata.owned(
                tier,
                Names.cachePolicy(owner),
                Labels.of("valkey", Labels.Component.CACHE, Labels.CACHE_TIER, owner)))
        .withData(Map.of(POLICY, CacheDocument.of(tier.getSpec(), endpoints, tls).json() + "\n"))
        .build();
  }
}
