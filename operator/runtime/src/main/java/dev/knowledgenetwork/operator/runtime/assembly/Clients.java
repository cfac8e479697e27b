package dev.knowledgenetwork.operator.runtime.assembly;

import dev.knowledgenetwork.operator.runtime.connect.Addresses;
import dev.knowledgenetwork.operator.runtime.connect.ApplicationClient;
import dev.knowledgenetwork.operator.runtime.connect.CacheClient;
import dev.knowledgenetwork.operator.runtime.connect.Databases;
import dev.knowledgenetwork.operator.runtime.connect.PatroniClient;
import dev.knowledgenetwork.operator.runtime.kube.SecretReader;
import io.lettuce.core.resource.ClientResources;
import java.util.concurrent.TimeUnit;

/**
 * Clients of what the operator runs, shared by all who ask it.
 *
 * @param redis threads of {@code caches}
 */
record Clients(
    Databases databases,
    PatroniClient patroni,
    CacheClient caches,
    ApplicationClient applications,
    ClientResources redis)
    implements AutoCloseable {

  static Clients of(SecretReader secrets, Addresses addresses) {
    ClientResources redis = CacheClient.threads();
    return new Clients(
        new Databases(secrets, addresses),
        new PatroniClient(secrets, addresses),
        new CacheClient(redis),
        new ApplicationClient(addresses),
        redis);
  }

  @Override
  public void close() {
    patroni.close();
    applications.close();
    redis.shutdown(0, 1, TimeUnit.SECONDS);
  }
}
