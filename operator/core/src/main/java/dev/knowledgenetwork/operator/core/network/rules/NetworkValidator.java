package dev.knowledgenetwork.operator.core.network.rules;

import dev.knowledgenetwork.crds.common.LocalReference;
import dev.knowledgenetwork.crds.common.Resources;
import dev.knowledgenetwork.crds.network.Auth;
import dev.knowledgenetwork.crds.network.AuthMode;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.network.KnowledgeNetworkSpec;
import dev.knowledgenetwork.crds.network.Oidc;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.plan.Violations;
import dev.knowledgenetwork.operator.core.workload.HttpsUrl;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The rules of the schema once more, so that an old definition in the cluster cannot let nonsense
 * through. All violations are reported, not the first.
 */
public final class NetworkValidator {

  private static final int LONGEST_AUDIENCE = 256;
  private static final int MOST_REPLICAS = 100;

  private final Violations violations = new Violations();

  private NetworkValidator() {}

  /** Every violation of the spec, in the order of its fields; empty where there is none. */
  public static List<Problem> violations(KnowledgeNetwork network) {
    NetworkValidator validator = new NetworkValidator();
    validator.violations.name(network.getMetadata().getName());
    validator.spec(network.getSpec());
    return validator.violations.all();
  }

  private void spec(KnowledgeNetworkSpec spec) {
    reference("spec.shardSet", spec.shardSet());
    reference("spec.cacheTier", spec.cacheTier());
    replicas("spec.api.replicas", spec.api().replicas(), 1);
    resources("spec.api.resources", spec.api().resources());
    replicas("spec.realtime.replicas", spec.realtime().replicas(), 0);
    resources("spec.realtime.resources", spec.realtime().resources());
    replicas("spec.worker.replicas", spec.worker().replicas(), 0);
    resources("spec.worker.resources", spec.worker().resources());
    auth(spec.security().auth());
  }

  private void reference(String field, @Nullable LocalReference reference) {
    violations.require(
        reference == null || (reference.name() != null && !reference.name().isEmpty()),
        field + ".name",
        "name an object of this namespace, or remove " + field);
  }

  private void replicas(String field, @Nullable Integer replicas, int least) {
    if (replicas != null) {
      violations.between(field, replicas, least, MOST_REPLICAS);
    }
  }

  private void resources(String field, Resources resources) {
    new TreeMap<>(resources.requests())
        .forEach((name, amount) -> positive(field + ".requests." + name, amount));
    new TreeMap<>(resources.limits())
        .forEach((name, amount) -> positive(field + ".limits." + name, amount));
    new TreeMap<>(resources.requests())
        .forEach(
            (name, request) -> {
              Quantity limit = resources.limits().get(name);
              violations.require(
                  limit == null || amount(request).compareTo(amount(limit)) <= 0,
                  field + ".requests." + name,
                  "a request must not be greater than its limit");
            });
  }

  private void positive(String field, Quantity quantity) {
    violations.require(amount(quantity).signum() > 0, field, "use a quantity above zero");
  }

  private void auth(Auth auth) {
    Oidc oidc = auth.oidc();
    violations.require(
        (auth.mode() == AuthMode.OIDC) == (oidc != null),
        "spec.security.auth.oidc",
        "oidc is required with mode Oidc and refused with every other mode");
    if (oidc != null) {
      url("spec.security.auth.oidc.issuer", oidc.issuer());
      url("spec.security.auth.oidc.jwksUri", oidc.jwksUri());
      violations.require(
          !oidc.audience().isEmpty() && oidc.audience().length() <= LONGEST_AUDIENCE,
          "spec.security.auth.oidc.audience",
          "use 1 to %d characters".formatted(LONGEST_AUDIENCE));
    }
  }

  private void url(String field, @Nullable String text) {
    violations.require(
        HttpsUrl.port(text).isPresent(),
        field,
        "use an https URL without a user, for example https://login.example.org/realms/kn");
  }

  private static BigDecimal amount(Quantity quantity) {
    return quantity.getNumericalAmount();
  }
}
