package dev.knowledgenetwork.operator.core.network;

import dev.knowledgenetwork.crds.network.AuthMode;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.network.blueprint.NetworkObjects;
import dev.knowledgenetwork.operator.core.network.blueprint.Role;
import dev.knowledgenetwork.operator.core.network.roles.AppPod;
import dev.knowledgenetwork.operator.core.network.roles.AppSettings;
import dev.knowledgenetwork.operator.core.plan.PlannedSecret;
import dev.knowledgenetwork.operator.core.plan.PlannedSecret.Entry;
import java.util.ArrayList;
import java.util.List;

/** The Secrets of a network. */
final class NetworkSecrets {

  private NetworkSecrets() {}

  /** Authority and certificate of the API; the key that signs tokens where no issuer does. */
  static List<PlannedSecret> of(NetworkObjects objects) {
    String authority = Names.apiAuthority(objects.name());
    String tls = Names.apiTls(objects.name());
    List<PlannedSecret> secrets = new ArrayList<>();
    secrets.add(
        secret(objects, authority, new Entry.Authority(objects.name() + " API authority", true)));
    secrets.add(
        secret(
            objects,
            tls,
            new Entry.Certificate(
                authority,
                objects.name(Role.API.text()),
                Names.hosts(
                    objects.namespace(),
                    objects.name(Role.API.text()),
                    objects.name(Role.REALTIME.text())))));
    if (objects.network().getSpec().security().auth().mode() == AuthMode.DEVELOPMENT) {
      secrets.add(
          secret(
              objects,
              Names.signingKey(objects.name()),
              new Entry.SigningKey(AppSettings.DEVELOPMENT_KEY)));
    }
    String host = Names.host(objects.name(Role.API.text()), objects.namespace());
    secrets.add(
        secret(
            objects,
            Names.apiBinding(objects.name()),
            new Entry.Literal("type", "http"),
            new Entry.Literal("provider", Labels.PLATFORM),
            new Entry.Literal("host", host),
            new Entry.Literal("port", Integer.toString(AppPod.HTTPS_PORT)),
            new Entry.Literal("uri", "https://%s:%d".formatted(host, AppPod.HTTPS_PORT)),
            new Entry.AuthorityCertificate("ca.crt", authority)));
    return secrets;
  }

  private static PlannedSecret secret(NetworkObjects objects, String name, Entry... entries) {
    return new PlannedSecret(objects.metadata(name, NetworkObjects.SHARED), List.of(entries));
  }
}
