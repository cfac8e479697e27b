package dev.knowledgenetwork.operator.core.network.dependency;

import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.operator.core.kind.Fact;
import dev.knowledgenetwork.operator.core.kind.Facts;
import dev.knowledgenetwork.operator.core.plan.Target;
import java.util.Optional;

/**
 * Whether the API can read the keys with which the issuer of a network's tokens signs them, by the
 * word of its pods.
 *
 * @param trouble why it cannot; empty where it can
 */
public record IssuerView(Optional<Trouble> trouble) {

  /** Asked of every network whose tokens come from an issuer. */
  public static final Fact<IssuerView> FACT = new Fact<>("issuer", IssuerView.class);

  /**
   * The keys cannot be read.
   *
   * @param address where they are published
   * @param words why, in those of the pod that asked for them
   * @param trusted whether those that were read before are still good
   */
  public record Trouble(String address, String words, boolean trusted) {}

  /** Where it is asked. */
  public static Target target(KnowledgeNetwork network) {
    return Target.of(network).part("issuer");
  }

  /** Why requests are refused now; empty where they are not, and where nobody has said so. */
  public static Optional<String> refusal(KnowledgeNetwork network, Facts facts) {
    return trouble(network, facts)
        .filter(found -> !found.trusted())
        .map(
            found ->
                "Requests are answered with 503, for the API cannot read %s"
                    .formatted(what(found)));
  }

  /** What will go wrong if it lasts, while those that are known are still trusted. */
  public static Optional<String> warning(KnowledgeNetwork network, Facts facts) {
    return trouble(network, facts)
        .filter(Trouble::trusted)
        .map(
            found ->
                "The API cannot read %s Tokens of keys that it knows are taken for an hour after it"
                        .formatted(what(found))
                    + " read them last.");
  }

  private static Optional<Trouble> trouble(KnowledgeNetwork network, Facts facts) {
    return facts.of(FACT, target(network)).flatMap(IssuerView::trouble);
  }

  private static String what(Trouble found) {
    return ("the keys of the tokens' issuer at %s: %s. It tries again every ten seconds; if this"
            + " lasts, see that the issuer runs and spec.security.auth.oidc.jwksUri leads to it.")
        .formatted(found.address().replaceFirst("^https://", ""), found.words());
  }
}
