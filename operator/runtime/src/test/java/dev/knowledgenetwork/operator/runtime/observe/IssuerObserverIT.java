package dev.knowledgenetwork.operator.runtime.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.network.dependency.IssuerView.Trouble;
import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.runtime.connect.ApplicationClient;
import dev.knowledgenetwork.operator.runtime.kit.ServiceAt;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What pods of an application answer at their management port is taken for what it says. */
class IssuerObserverIT {

  private static final String KEYS = "https://login.example/keys";
  private static final Target ISSUER = new Target("KnowledgeNetwork", "demo", "kn", "issuer");
  private static final String WELL =
      """
      {"status":"UP","checks":[{"name":"token-keys","status":"UP"}]}""";
  private static final String ILL =
      """
      {"status":"DOWN","checks":[{"name":"token-keys","status":"DOWN","data":
       {"address":"%s","words":"it answers 503","trusted":%s}}]}""";

  /** One after the other; the last one again and again. */
  private final Deque<String> answers = new ArrayDeque<>();

  private HttpServer application;
  private ApplicationClient client;

  @BeforeEach
  void serve() throws IOException {
    application = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    application.createContext(
        "/q/health/well",
        exchange -> {
          String answer = answers.size() > 1 ? answers.remove() : answers.element();
          byte[] body = answer.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(answer.equals(WELL) ? 200 : 503, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    application.start();
    client = new ApplicationClient(new ServiceAt(application.getAddress().getPort()));
  }

  @AfterEach
  void stop() {
    client.close();
    application.stop(0);
  }

  @Test
  void thePodsWordsAreToldWhereTheyAskedTheSameIssuer() throws Exception {
    assertThat(asked(WELL)).isEmpty();
    assertThat(asked(ILL.formatted(KEYS, false)))
        .contains(new Trouble(KEYS, "it answers 503", false));
    assertThat(asked(ILL.formatted(KEYS, true)))
        .contains(new Trouble(KEYS, "it answers 503", true));
  }

  @Test
  void aPodThatHasJustBegunIsAskedAgain() throws Exception {
    assertThat(asked(ILL.formatted(KEYS, false), WELL)).isEmpty();
  }

  @Test
  void whatSaysNothingOfTheseKeysIsNoAnswer() {
    for (String other :
        List.of(ILL.formatted("https://old.example/keys", false), "{\"checks\":[]}", "<html>")) {
      assertThatThrownBy(() -> asked(other)).as(other).isInstanceOf(IOException.class);
    }
    application.stop(0);
    assertThatThrownBy(() -> asked(WELL)).isInstanceOf(IOException.class);
  }

  @Test
  void nobodyIsAskedWithoutAnIssuerOrBeforeAPodServes() {
    IssuerObserver observer = new IssuerObserver(client);
    Children serving = new Children(List.of(api(1)));
    assertThat(observer.targets(network("mode: Development"), serving)).isEmpty();
    KnowledgeNetwork network =
        network("{mode: Oidc, oidc: {issuer: 'https://login.example', jwksUri: '" + KEYS + "'}}");
    assertThat(observer.targets(network, new Children(List.of(api(0))))).isEmpty();
    assertThat(observer.targets(network, serving)).isEqualTo(Map.of(ISSUER, KEYS));
  }

  private Optional<Trouble> asked(String... told) throws Exception {
    answers.clear();
    answers.addAll(List.of(told));
    return new IssuerObserver(client).ask(ISSUER, KEYS).trouble();
  }

  private static KnowledgeNetwork network(String auth) {
    return Serialization.unmarshal(
        """
        metadata: {namespace: demo, name: kn}
        spec: {security: {auth: %s}}
        """
            .formatted(auth.startsWith("{") ? auth : "{" + auth + "}"),
        KnowledgeNetwork.class);
  }

  private static Deployment api(int ready) {
    return new DeploymentBuilder()
        .withNewMetadata()
        .withName("kn-api")
        .withNamespace("demo")
        .endMetadata()
        .withNewStatus()
        .withReadyReplicas(ready)
        .endStatus()
        .build();
  }
}
