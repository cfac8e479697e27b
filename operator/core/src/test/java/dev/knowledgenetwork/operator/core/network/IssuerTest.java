package dev.knowledgenetwork.operator.core.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.operator.core.golden.Golden;
import dev.knowledgenetwork.operator.core.kind.Observed;
import dev.knowledgenetwork.operator.core.network.dependency.IssuerView;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Whoever signs the tokens: how the API reaches it, and what is told where it does not. */
class IssuerTest extends NetworkWalk {

  private static final String KEYS = "https://login.example.org/keys";

  /** The pods serve, and refuse every token. */
  @Test
  void whoCannotBeLetInIsNotServed() {
    ready();
    step(told(new IssuerView.Trouble(KEYS, "it answers 503", false)));
    expect("Ready", "False", "IssuerUnavailable");
    expect("Degraded", "True", "IssuerUnavailable");
    expect("Reconciling", "False", "Settled");
    assertThat(condition("Ready").message())
        .startsWith(
            "Requests are answered with 503, for the API cannot read the keys of the tokens'"
                + " issuer at login.example.org/keys: it answers 503. It tries again every"
                + " ten seconds; ");

    step(told(new IssuerView.Trouble(KEYS, "it answers 503", true)));
    expect("Ready", "True", "Ready");
    expect("Degraded", "True", "IssuerUnavailable");

    step(Networks.settled(network, images));
    expect("Degraded", "False", "Whole");
  }

  @Test
  void anIssuerOfOnesOwnHasItsPortsAndItsAuthority() {
    KnowledgeNetwork own =
        NetworkSpecs.network(
            NetworkSpecs.OIDC + "      ports: [9443]\n      caSecretRef: {name: login-ca}\n");
    String plan = Golden.text(Networks.plan(own, Networks.settled(own, images)));
    assertThat(plan)
        .contains("port: 8443", "port: 9443")
        .contains("KN_AUTH_CA: /etc/kn/issuer/ca.crt")
        .contains("mountPath: /etc/kn/issuer")
        .contains("secretName: login-ca");
    KnowledgeNetwork plain = NetworkSpecs.network(NetworkSpecs.OIDC);
    assertThat(Golden.text(Networks.plan(plain, Networks.settled(plain, images))))
        .doesNotContain("KN_AUTH_CA", "/etc/kn/issuer");
  }

  private Observed told(IssuerView.Trouble trouble) {
    Observed observed = Networks.settled(network, images);
    return observed.with(
        observed
            .facts()
            .with(
                IssuerView.FACT,
                IssuerView.target(network),
                new IssuerView(Optional.of(trouble)),
                observed.now()));
  }
}
