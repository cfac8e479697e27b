package dev.knowledgenetwork.operator.core.network.roles;

import dev.knowledgenetwork.crds.common.Durations;
import dev.knowledgenetwork.crds.network.Auth;
import dev.knowledgenetwork.crds.network.Cors;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.network.Oidc;
import dev.knowledgenetwork.operator.core.network.blueprint.Release;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** The settings that all roles of the application share: environment variables without secrets. */
public final class AppSettings {

  /** Issuer of the tokens that are signed with the operator's own key. */
  static final String DEVELOPMENT_ISSUER = "https://knowledgenetwork.dev/development";

  /** Id of that key. */
  public static final String DEVELOPMENT_KEY = "development";

  private static final String DEVELOPMENT_AUDIENCE = "knowledge-network";
  private static final String DEVELOPMENT_KEYS = "/etc/kn/auth/public.jwks";

  private AppSettings() {}

  /** Variable to value, sorted. */
  public static SortedMap<String, String> of(KnowledgeNetwork network, Release release) {
    SortedMap<String, String> settings = new TreeMap<>();
    settings.put("KN_NETWORK", network.getMetadata().getName());
    settings.put("KN_NAMESPACE", network.getMetadata().getNamespace());
    settings.put("KN_POOL_MIN", Integer.toString(release.database().poolMin()));
    settings.put("KN_POOL_MAX", Integer.toString(release.database().poolMax()));
    Auth auth = network.getSpec().security().auth();
    Oidc oidc = auth.oidc();
    settings.put("KN_AUTH_ISSUER", oidc == null ? DEVELOPMENT_ISSUER : oidc.issuer());
    settings.put("KN_AUTH_AUDIENCE", oidc == null ? DEVELOPMENT_AUDIENCE : oidc.audience());
    settings.put("KN_AUTH_JWKS", oidc == null ? DEVELOPMENT_KEYS : oidc.jwksUri());
    if (oidc != null && oidc.caSecretRef() != null) {
      settings.put("KN_AUTH_CA", AppPod.ISSUER + "/" + AppPod.ISSUER_AUTHORITY);
    }
    Cors cors = network.getSpec().api().cors();
    if (cors != null) {
      settings.put("KN_CORS_ENABLED", "true");
      settings.put("KN_CORS_ORIGINS", String.join(",", new TreeSet<>(cors.origins())));
      settings.put(
          "KN_CORS_MAX_AGE", Math.max(1, Durations.parse(cors.maxAge()).toSeconds()) + "s");
    }
    return settings;
  }
}
