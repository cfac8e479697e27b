package dev.knowledgenetwork.server;

import dev.knowledgenetwork.cache.testing.RealRedis;
import dev.knowledgenetwork.cache.testing.TestAuthority;
import dev.knowledgenetwork.sharding.TestShards;
import dev.knowledgenetwork.topology.TopologyDocument;
import dev.knowledgenetwork.topology.TopologyDocument.Endpoint;
import dev.knowledgenetwork.topology.TopologyDocument.Pooler;
import dev.knowledgenetwork.topology.TopologyDocument.Shard;
import dev.knowledgenetwork.web.testing.TestIssuer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.awaitility.Awaitility;

/** What a server finds in its pod: two migrated shards, Redis, certificates, keys; all real. */
final class Platform implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final Path directory;
  private final TestAuthority authority = new TestAuthority();
  private final TestIssuer issuer = new TestIssuer();
  private final TestShards shards = TestShards.start(2);
  private final RealRedis redis;
  private final Map<String, String> environment = new HashMap<>();
  private final List<RunningServer> servers = new ArrayList<>();
  private final HttpClient client;

  Platform(Path directory) {
    // A machine that others use takes its time; what is as expected is not waited for.
    Awaitility.setDefaultTimeout(PATIENCE);
    this.directory = directory;
    this.redis = new RealRedis(directory.resolve("redis"), authority);
    try {
      Path auth = Files.createDirectories(directory.resolve("auth"));
      environment.put("KN_NETWORK", "demo");
      environment.put("KN_TLS", authority.issue(directory.resolve("tls")).toString());
      environment.put("KN_TOPOLOGY_FILE", shards.writeTopology(directory).toString());
      environment.put("KN_DB_TLS", "off");
      environment.put("KN_DB", login("kn_app").toString());
      environment.put("KN_POOL_MIN", "1");
      environment.put("KN_POOL_MAX", "8");
      environment.put("KN_CACHE_AUTH", redis.credentials().toString());
      environment.put(
          "KN_CACHE_POLICY",
          Files.writeString(directory.resolve("cache.json"), redis.policy()).toString());
      environment.put("KN_AUTH_JWKS", issuer.publish(auth.resolve("public.jwks")).toString());
      this.client = client();
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private HttpClient client() throws GeneralSecurityException, IOException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("authority", authority.certificate());
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(null, factory.getTrustManagers(), null);
    return HttpClient.newBuilder().sslContext(context).build();
  }

  private Path login(String role) {
    try {
      Path login = Files.createDirectories(directory.resolve(role));
      Files.writeString(login.resolve("username"), role);
      Files.writeString(login.resolve("password"), "unused");
      return login;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A detour to a shard, which servers that are started from now on take. */
  Detour detour(int shard) {
    Shard direct = shards.topology().shards().get(shard);
    Detour detour = new Detour(direct.primary().port());
    Endpoint way = new Endpoint("localhost", detour.port());
    List<Shard> ways = new ArrayList<>(shards.topology().shards());
    ways.set(
        shard,
        new Shard(
            direct.name(),
            way,
            way,
            new Pooler(way.host(), way.port(), direct.pooler().database())));
    TopologyDocument known = shards.topology();
    TestShards.writeTopology(
        directory,
        new TopologyDocument(
            known.clusterId(),
            known.epoch(),
            known.strategy(),
            known.key(),
            known.buckets(),
            known.virtualNodes(),
            known.database(),
            ways,
            known.assignment(),
            known.epochs()));
    return detour;
  }

  TestIssuer issuer() {
    return issuer;
  }

  TestShards shards() {
    return shards;
  }

  RealRedis redis() {
    return redis;
  }

  HttpClient http() {
    return client;
  }

  Map<String, String> environment() {
    return Map.copyOf(environment);
  }

  /** Runs the role migrate; its exit code and what it printed. */
  Migrated migrate() {
    Map<String, String> asMigrator = new HashMap<>(environment);
    asMigrator.put("KN_DB", login("kn_migrate").toString());
    try {
      Process process =
          RunningServer.program("migrate", asMigrator).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes());
      return new Migrated(process.waitFor(), output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  record Migrated(int exitCode, String output) {}

  RunningServer start(String role) {
    return start(role, Map.of());
  }

  RunningServer start(String role, Map<String, String> more) {
    Map<String, String> all = new HashMap<>(environment);
    all.putAll(more);
    RunningServer server = new RunningServer(role, directory, all);
    servers.add(server);
    return server;
  }

  @Override
  public void close() {
    servers.forEach(RunningServer::close);
    client.close();
    redis.close();
    shards.close();
  }
}
