package dev.knowledgenetwork.operator.runtime.observe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.network.Oidc;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.Fact;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.network.blueprint.Role;
import dev.knowledgenetwork.operator.core.network.dependency.IssuerView;
import dev.knowledgenetwork.operator.core.network.dependency.IssuerView.Trouble;
import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.core.workload.Line;
import dev.knowledgenetwork.operator.runtime.connect.ApplicationClient;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * Asks the API of a network whether it can read the keys of the issuer of its tokens: one small
 * GET, and another one where it says no, for a pod that has just begun has not asked for them yet.
 */
public final class IssuerObserver implements Observer<KnowledgeNetwork, String, IssuerView> {

  private static final String WELL = "/q/health/well";
  private static final String CHECK = "token-keys";

  private final ApplicationClient applications;
  private final ObjectMapper json = new ObjectMapper();

  /** Asks through that client. */
  public IssuerObserver(ApplicationClient applications) {
    this.applications = applications;
  }

  @Override
  public Fact<IssuerView> fact() {
    return IssuerView.FACT;
  }

  /** None where tokens are of the operator's own key, and while no pod can be asked. */
  @Override
  public Map<Target, String> targets(KnowledgeNetwork network, Children children) {
    Oidc oidc = network.getSpec().security().auth().oidc();
    boolean serves =
        children
            .find(
                Deployment.class,
                Names.application(network.getMetadata().getName(), Role.API.text()))
            .map(Deployment::getStatus)
            .filter(status -> status.getReadyReplicas() != null && status.getReadyReplicas() > 0)
            .isPresent();
    return oidc == null || !serves ? Map.of() : Map.of(IssuerView.target(network), oidc.jwksUri());
  }

  @Override
  public boolean isAnother(String before, String now) {
    return !before.equals(now);
  }

  @Override
  public IssuerView ask(Target target, String keys) throws IOException, InterruptedException {
    Optional<Trouble> trouble = trouble(target, keys);
    return new IssuerView(trouble.isEmpty() ? trouble : trouble(target, keys));
  }

  private Optional<Trouble> trouble(Target target, String keys)
      throws IOException, InterruptedException {
    for (JsonNode check : json.readTree(applications.get(target, WELL)).path("checks")) {
      if (check.path("name").asText().equals(CHECK)) {
        JsonNode data = check.path("data");
        if (check.path("status").asText().equals("UP")) {
          return Optional.empty();
        }
        if (!data.path("address").asText().equals(keys)) {
          throw new IOException("it asks another issuer still");
        }
        return Optional.of(
            new Trouble(
                keys, Line.of(data.path("words").asText()), data.path("trusted").asBoolean()));
      }
    }
    throw new IOException("it does not tell of keys");
  }
}
