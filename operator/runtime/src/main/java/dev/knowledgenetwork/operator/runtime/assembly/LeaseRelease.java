package dev.knowledgenetwork.operator.runtime.assembly;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the Lease back when a leader stops in good order, so that the other replica takes over in
 * seconds instead of waiting until it runs out. To be called after the last reconciliation.
 */
final class LeaseRelease {

  private static final Logger LOG = LoggerFactory.getLogger(LeaseRelease.class);

  private final KubernetesClient client;
  private final Settings settings;

  LeaseRelease(KubernetesClient client, Settings settings) {
    this.client = client;
    this.settings = settings;
  }

  void run() {
    try {
      Lease lease =
          client.leases().inNamespace(settings.namespace()).withName(Settings.LEASE).get();
      if (lease != null && settings.instance().equals(lease.getSpec().getHolderIdentity())) {
        lease.getSpec().setHolderIdentity("");
        lease.getSpec().setLeaseDurationSeconds(1);
        // With its resource version: whoever took it meanwhile keeps it.
        client.resource(lease).update();
      }
    } catch (KubernetesClientException e) {
      LOG.debug("the lease is left to run out: the API server answered {}", e.getCode());
    }
  }
}
