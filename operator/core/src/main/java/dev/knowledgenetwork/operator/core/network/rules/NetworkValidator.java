package dev.knowledgenetwork.operator.core.network.rules;

import dev.knowledgenetwork.crds.common.Durations;
import dev.knowledgenetwork.crds.common.LocalReference;
import dev.knowledgenetwork.crds.network.ApiService;
import dev.knowledgenetwork.crds.network.Auth;
import dev.knowledgenetwork.crds.network.AuthMode;
import dev.knowledgenetwork.crds.network.Cors;
import dev.knowledgenetwork.crds.network.EnvSource;
import dev.knowledgenetwork.crds.network.EnvVariable;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.network.KnowledgeNetworkSpec;
import dev.knowledgenetwork.crds.network.Oidc;
import dev.knowledgenetwork.crds.network.Profile;
import dev.knowledgenetwork.crds.network.ServiceType;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.plan.Violations;
import dev.knowledgenetwork.operator.core.workload.Cidr;
import dev.knowledgenetwork.operator.core.workload.HttpsUrl;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rules of the schema once more, so that an old definition in the cluster cannot let nonsense
 * through. All violations are reported, not the first.
 */
public final class NetworkValidator {

  private static final int LONGEST_AUDIENCE = 256;
  private static final int MOST_REPLICAS = 100;

  /** With less, the kernel ends a role before its Java has started to serve. */
  private static final Quantity LEAST_MEMORY = new Quantity("192Mi");

  private static final Pattern ORIGIN = Pattern.compile(Cors.ORIGIN);
  private static final Pattern VARIABLE = Pattern.compile(EnvVariable.NAME);
  private static final Pattern RESERVED = Pattern.compile(EnvVariable.RESERVED);

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
    violations.resources("spec.api.resources", spec.api().resources(), LEAST_MEMORY);
    replicas("spec.realtime.replicas", spec.realtime().replicas(), 0);
    violations.resources("spec.realtime.resources", spec.realtime().resources(), LEAST_MEMORY);
    replicas("spec.worker.replicas", spec.worker().replicas(), 0);
    violations.resources("spec.worker.resources", spec.worker().resources(), LEAST_MEMORY);
    auth(spec.security().auth());
    violations.require(
        spec.profile() == Profile.DEVELOPMENT
            || spec.security().auth().mode() != AuthMode.DEVELOPMENT,
        "spec.security.auth.mode",
        "mode Development is for profile Development only: its tokens are signed with a key that"
            + " lies in the namespace; set mode Oidc and oidc with your issuer");
    service(spec.api().service());
    cors(spec.api().cors());
    spec.env().forEach(this::variable);
    violations.image("spec.image", spec.image());
    violations.maintenance(spec.maintenance());
    violations.pods(spec.pods());
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

  private void service(ApiService service) {
    violations.require(
        service.type() == ServiceType.LOAD_BALANCER
            || service.sourceRanges().isEmpty() && service.loadBalancerClass() == null,
        "spec.api.service",
        "sourceRanges and loadBalancerClass are for type LoadBalancer only");
    for (String range : new TreeSet<>(service.sourceRanges())) {
      violations.require(
          Cidr.valid(range),
          "spec.api.service.sourceRanges",
          "write each range as a network, for example 203.0.113.0/24 or 2001:db8::/32");
    }
    violations.annotations("spec.api.service.annotations", service.annotations());
  }

  private void cors(@Nullable Cors cors) {
    if (cors == null) {
      return;
    }
    violations.require(
        !cors.origins().isEmpty() && cors.origins().stream().allMatch(ORIGIN.asMatchPredicate()),
        "spec.api.cors.origins",
        "write each origin as scheme and host, for example https://app.example.org");
    violations.require(
        Durations.valid(cors.maxAge()),
        "spec.api.cors.maxAge",
        "use a number and one of ms, s, m, h, d, for example 1h");
  }

  private void variable(EnvVariable variable) {
    String field = "spec.env[" + variable.name() + "]";
    violations.require(
        VARIABLE.matcher(variable.name()).matches(),
        field,
        "names in env begin with a letter or _ and hold only letters, digits and _");
    violations.require(
        !RESERVED.matcher(variable.name()).find(), field, EnvVariable.RESERVED_MESSAGE);
    violations.require(
        (variable.value() == null) != (variable.valueFrom() == null),
        field,
        "an entry of env has either value or valueFrom");
    EnvSource source = variable.valueFrom();
    violations.require(
        source == null || (source.secretKeyRef() == null) != (source.configMapKeyRef() == null),
        field + ".valueFrom",
        "env.valueFrom has either secretKeyRef or configMapKeyRef");
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
      violations.require(
          oidc.ports().stream().allMatch(port -> port >= 1 && port <= HttpsUrl.HIGHEST_PORT),
          "spec.security.auth.oidc.ports",
          "use ports from 1 to %d".formatted(HttpsUrl.HIGHEST_PORT));
    }
  }

  private void url(String field, @Nullable String text) {
    violations.require(
        HttpsUrl.port(text).isPresent(),
        field,
        "use an https URL without a user, for example https://login.example.org/realms/kn");
  }
}
