package dev.knowledgenetwork.operator.core.cache.engine;

import dev.knowledgenetwork.crds.cachetier.EvictionPolicy;
import dev.knowledgenetwork.operator.core.workload.Bytes;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Locale;

/** The text of {@code valkey.conf} and of the file with its users. */
public final class ValkeyConfiguration {

  /**
   * Users of the server. Nobody comes in without a password; the client reads and writes data,
   * publishes, runs scripts and asks INFO for its memory, but changes no setting, sees no other
   * client and cannot list or flush all keys. The password is referred to, never written here.
   */
  public static String users(String user, String passwordReference) {
    return """
        user default reset off
        user %s reset on #${sha256:%s} ~* &* -@all +@read +@write +@connection +@pubsub +@scripting \
        +@transaction -@admin -@dangerous +info
        """
        .formatted(user, passwordReference);
  }

  private ValkeyConfiguration() {}

  /**
   * The server's settings: TLS 1.3 only, no plain port, nothing kept on disk.
   *
   * @param memory for data, without the buffers of connections
   */
  static String of(Quantity memory, EvictionPolicy policy) {
    return """
        port 0
        tls-port 6379
        tls-protocols TLSv1.3
        tls-cert-file /etc/kn/valkey/tls.crt
        tls-key-file /etc/kn/valkey/tls.key
        tls-ca-cert-file /etc/kn/valkey/ca.crt
        tls-auth-clients no
        aclfile /etc/kn/valkey/users.acl
        protected-mode yes
        bind * -::*
        tcp-keepalive 60
        timeout 0
        maxclients 4096
        maxmemory %d
        maxmemory-policy %s
        lazyfree-lazy-eviction yes
        lazyfree-lazy-expire yes
        save ""
        appendonly no
        dir /data
        daemonize no
        """
        .formatted(Bytes.of(memory), policy.name().toLowerCase(Locale.ROOT).replace('_', '-'));
  }
}
